import { describe, expect, it } from 'vitest';
import { findBarriers, openPage, photograph } from './kit/browser.ts';
import { browser, focused, log, openChat, say, server, session } from './kit/chat-page.ts';

describe('two answers with sources', () => {
  it('are no two landmarks of one name', async () => {
    const page = await openChat();
    for (const answers of [1, 2]) {
      await say(page, 'What does a crown cost?');
      await expect.poll(() => page.getByRole('group', { name: 'Sources' }).count()).toBe(answers);
    }
    expect(await findBarriers(page)).toEqual([]);
  });
});

describe('a bad line', () => {
  it('sends a message whose answer was lost once more with the same id, and it is one turn', async () => {
    const page = await openChat();
    server.faults.loseAnswers = 1;
    await say(page, 'hello');
    await log(page).getByText('You said: hello').waitFor();
    await expect
      .poll(() => server.requests.filter((request) => request.endsWith('/messages')).length)
      .toBeGreaterThan(2);
    await page.locator('polyphon-chat [data-role=contact][data-state=complete]').waitFor();
    expect(session().seen.size).toBe(1);
    expect(await page.locator('polyphon-chat .line[data-role=contact]').count()).toBe(1);
  });

  it('goes on after a cut in the middle of a reply, from the last event', async () => {
    server.faults.pieceDelayMs = 120;
    const page = await openChat();
    await say(page, 'What does a crown cost?');
    await page.getByText('A ceramic crown costs').first().waitFor();
    server.cut();
    await page.locator('polyphon-chat .chip').first().waitFor();
    expect(await page.getByRole('table').count()).toBe(1);
    expect(await log(page).getByText('A ceramic crown costs').count()).toBe(1);
    expect(server.requests.filter((request) => request.startsWith('WS')).length).toBeGreaterThan(1);
  });

  it('takes the stream over fetch where sockets are refused', async () => {
    server.faults.sockets = 'refused';
    const page = await openChat();
    await say(page, 'hello');
    await log(page).getByText('You said: hello').waitFor();
    expect(server.requests.some((request) => request.endsWith('/stream'))).toBe(true);
  });

  it('says that one is offline, keeps what is written, and sends it afterwards', async () => {
    const page = await openChat();
    await say(page, 'first');
    await log(page).getByText('You said: first').waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline.').waitFor();
    await say(page, 'second');
    await page.getByText('Waiting for the connection').waitFor();
    await photograph(page, 'offline');
    expect(await findBarriers(page)).toEqual([]);
    await page.context().setOffline(false);
    await log(page).getByText('You said: second').waitFor();
    expect(await page.getByText('You are offline.').count()).toBe(0);
  });

  it('lets one try again what the server refused, with the same id', async () => {
    const page = await openChat();
    server.faults.messages = 400;
    await say(page, 'hello');
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await photograph(page, 'failed');
    server.faults.messages = undefined;
    await again.click();
    await log(page).getByText('You said: hello').waitFor();
    await expect.poll(() => focused(page)).toBe('textarea');
  });

  it('shows that no answer came, and lets one ask again', async () => {
    const page = await openChat();
    await say(page, 'fail');
    await page.getByText('No answer came.').waitFor();
    expect(await log(page).getByText('Let me').count()).toBe(0);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForFunction(
      () =>
        (document.querySelector('polyphon-chat')?.shadowRoot?.querySelectorAll('[data-role=contact]').length ?? 0) ===
        2,
    );
  });

  it('says so when the server cannot be reached at all, and starts when it can', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.siteOrigin}/site?bots=${server.origin}`);
    await page.route('**/widget', (route) => route.abort());
    await page.locator('polyphon-chat button[part=launcher]').click();
    await page.getByText('The chat cannot be reached at the moment.').waitFor();
    await page.unroute('**/widget');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('polyphon-chat textarea').waitFor();
  });
});

describe('a conversation', () => {
  it('goes on after the page is loaded again, and what comes meanwhile is there', async () => {
    const page = await openChat();
    await say(page, 'What does a crown cost?');
    await page.locator('polyphon-chat .chip').first().waitFor();
    await page.reload();
    await page.locator('polyphon-chat button[part=launcher]').click();
    await page.locator('polyphon-chat .chip').first().waitFor();
    expect(await page.getByRole('table').count()).toBe(1);
    await say(page, 'hello again');
    await log(page).getByText('You said: hello again').waitFor();
    expect(server.sessions.size).toBe(1);
  });

  it('can be started over, which ends the old one', async () => {
    const page = await openChat();
    await say(page, 'hello');
    await log(page).getByText('You said: hello').waitFor();
    await page.getByRole('button', { name: 'New conversation' }).click();
    await photograph(page, 'start-over');
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start new' }).click();
    await page.getByRole('button', { name: 'When are you open?' }).waitFor();
    await expect.poll(() => session().state).toBe('closed');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    await say(page, 'hello');
    await log(page).getByText('You said: hello').waitFor();
    expect(server.sessions.size).toBe(2);
  });

  it('shows who answers, and when it is paused or over', async () => {
    const page = await openChat();
    await say(page, 'human');
    await page.getByText('A person from the team is answering you now.').waitFor();
    await log(page).getByText('Hello, this is Dana from the front desk.').waitFor();
    await photograph(page, 'human');
    session().state = 'paused';
    server.emit(session(), { type: 'session.changed', state: 'paused' });
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('polyphon-chat textarea').waitFor();
    await expect.poll(() => focused(page)).toBe('textarea');
    session().state = 'closed';
    server.emit(session(), { type: 'session.changed', state: 'closed' });
    await page.getByText('This conversation has ended.').waitFor();
    await photograph(page, 'closed');
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.locator('polyphon-chat textarea').count()).toBe(0);
  });

  it('counts what comes while the panel is closed', async () => {
    const page = await openChat();
    await say(page, 'hello');
    await log(page).getByText('You said: hello').waitFor();
    await page.keyboard.press('Escape');
    const message = {
      id: 'x1',
      role: 'operator',
      text: 'Still there?',
      attachments: [],
      actions: [],
      citations: [],
      channel: 'web',
      createdAt: '',
    } as const;
    server.emit(session(), { type: 'message.received', message });
    await page.getByRole('button', { name: 'Open chat (1)' }).click();
    await log(page).getByText('Still there?').waitFor();
  });

  it('shows the limit on a text, and does not send one that is longer', async () => {
    const page = await openChat();
    await page.locator('polyphon-chat textarea').fill('a'.repeat(3900));
    await page.getByText('100 characters left').waitFor();
    await page.locator('polyphon-chat textarea').fill('a'.repeat(4003));
    await page.getByText('3 characters too many').waitFor();
    await photograph(page, 'too-long');
    await page.locator('polyphon-chat textarea').press('Enter');
    expect(server.sessions.size).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
  });
});
