import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBarriers, launch, openPage, photograph } from './kit/browser.ts';
import { type FakeServer, startFakeServer } from './kit/fake-server.ts';

let browser: Browser;
let server: FakeServer;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async (context) => {
  server = await startFakeServer();
  context.onTestFinished(() => server[Symbol.asyncDispose]());
});

async function openChat(options: Parameters<typeof openPage>[1] = {}, query: Record<string, string> = {}) {
  const page = await openPage(browser, options);
  await page.goto(`${server.siteOrigin}/site?${new URLSearchParams({ bots: server.origin, ...query })}`);
  await page.locator('polyphon-chat button[part=launcher]').click();
  await page.locator('polyphon-chat textarea').waitFor();
  return page;
}
async function say(page: Page, text: string): Promise<void> {
  await page.locator('polyphon-chat textarea').fill(text);
  await page.locator('polyphon-chat textarea').press('Enter');
}
const log = (page: Page) => page.getByRole('log');
const session = () => {
  const [first] = server.sessions.values();
  if (!first) throw new Error('No session was opened.');
  return first;
};
const focused = (page: Page) =>
  page.evaluate(() => {
    const inside = document.activeElement?.shadowRoot?.activeElement;
    return (
      inside?.getAttribute('aria-label') ??
      inside?.tagName.toLowerCase() ??
      document.activeElement?.tagName.toLowerCase()
    );
  });

describe('by keyboard alone', () => {
  it('one opens, asks, reads the source, closes, and is back where one was', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.siteOrigin}/site?bots=${server.origin}`);
    await page.locator('polyphon-chat button[part=launcher]').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Open chat');
    await page.keyboard.press('Enter');
    await page.locator('polyphon-chat textarea').waitFor();
    expect(await focused(page)).toBe('textarea');
    await page.keyboard.type('What does a crown cost?');
    await page.keyboard.press('Shift+Enter');
    expect(await page.locator('polyphon-chat textarea').inputValue()).toBe('What does a crown cost?\n');
    await page.keyboard.press('Enter');
    await page.locator('polyphon-chat .chip').first().waitFor();
    expect(await focused(page)).toBe('textarea');
    for (let step = 0; step < 2; step++) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Please do not eat for two hours.').waitFor();
    await photograph(page, 'keyboard');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await focused(page)).toBe('Open chat');
  });

  it('Enter does not send while an input method composes', async () => {
    const page = await openChat();
    await page.locator('polyphon-chat textarea').fill('にほん');
    await page.locator('polyphon-chat textarea').evaluate((field) => {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }));
    });
    expect(await page.locator('polyphon-chat textarea').inputValue()).toBe('にほん');
    expect(server.sessions.size).toBe(0);
  });

  it('Escape closes from the launcher too, and leaves nothing behind when the element goes', async () => {
    const page = await openChat();
    await page.locator('polyphon-chat button[part=launcher]').focus();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('button', { name: 'Open chat' }).click();
    await say(page, 'hello');
    await log(page).getByText('You said: hello').waitFor();
    await page.locator('polyphon-chat').evaluate((element) => element.remove());
    await expect.poll(() => session().readers.size).toBe(0);
    expect(page.complaints).toEqual([]);
  });

  it('every button is at least 24 px in both directions', async () => {
    const page = await openChat();
    await say(page, 'What does a crown cost?');
    await page.locator('polyphon-chat .chip').first().click();
    const small = await page
      .locator('polyphon-chat')
      .getByRole('button')
      .evaluateAll((buttons) =>
        buttons
          .map((button) => button.getBoundingClientRect())
          .filter(({ width, height }) => width < 24 || height < 24),
      );
    expect(small).toEqual([]);
  });
});

describe('a screen reader', () => {
  it('hears a finished reply once, and nothing of its pieces', async () => {
    server.faults.pieceDelayMs = 40;
    const page = await openChat();
    await page.evaluate(() => {
      const region = document.querySelector('polyphon-chat')?.shadowRoot?.querySelector('[data-announcement]');
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      if (region)
        new MutationObserver(() => heard.push(region.textContent ?? '')).observe(region, {
          childList: true,
          characterData: true,
          subtree: true,
        });
    });
    await say(page, 'code');
    await page.waitForFunction(() => (globalThis as unknown as { heard: string[] }).heard.includes(''));
    const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    expect(heard).toEqual(['Use this: const a = 1 < 2; one two', '']);
    expect(await log(page).getAttribute('aria-live')).toBe('off');
  });
});

describe('what an answer carries', () => {
  it('cannot run, load or link to anything but plain addresses', async () => {
    const page = await openChat();
    await say(page, 'evil');
    await page.getByRole('link', { name: 'good' }).waitFor();
    await photograph(page, 'evil');
    const found = await page
      .locator('polyphon-chat .markdown')
      .evaluateAll((parts) =>
        parts.flatMap((part) =>
          [...part.querySelectorAll('*')].flatMap((node) => [
            node.tagName,
            ...node.getAttributeNames().filter((name) => name.startsWith('on') || name === 'src'),
          ]),
        ),
      );
    expect(found.filter((name) => !['DIV', 'P', 'A', 'BR'].includes(name))).toEqual([]);
    const addresses = await page
      .locator('polyphon-chat .markdown a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(addresses).toEqual(['https://tracker.example/pixel.png', 'https://praxis.example/prices']);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(page.complaints).toEqual([]);
  });

  it('may be buttons, of which one can be pressed once', async () => {
    const page = await openChat();
    await say(page, 'buttons');
    await page.getByRole('button', { name: 'Monday' }).click();
    await log(page).getByText('You said: Monday').waitFor();
    await page.getByRole('button', { name: 'Tuesday' }).click({ force: true });
    expect(
      session()
        .history.filter(({ role }) => role === 'contact')
        .map(({ text }) => text),
    ).toEqual(['buttons', 'Monday']);
    expect(await page.getByRole('button', { name: 'Monday' }).getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByRole('link', { name: 'Map' }).getAttribute('rel')).toContain('noopener');
    await photograph(page, 'buttons');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('can be copied', async () => {
    const page = await openChat({ permissions: ['clipboard-read', 'clipboard-write'] });
    await say(page, 'hello');
    await page.getByRole('button', { name: 'Copy' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('You said: hello');
  });

  it('is followed while one reads at the end, and left alone when one has scrolled up', async () => {
    const page = await openChat();
    await say(page, 'long');
    await log(page).getByText('Line 40 of a long answer.').waitFor();
    const fromEnd = () => log(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
    expect(await fromEnd()).toBeLessThan(2);
    await log(page).evaluate((box) => box.scrollTo(0, 0));
    await page.getByRole('button', { name: 'Latest messages' }).waitFor();
    server.emit(session(), { type: 'reply.started', turn: 'late' });
    server.emit(session(), { type: 'reply.delta', turn: 'late', text: 'One more.' });
    await log(page).getByText('One more.').waitFor();
    expect(await log(page).evaluate((box) => box.scrollTop)).toBe(0);
    await page.getByRole('button', { name: 'Latest messages' }).click();
    expect(await fromEnd()).toBeLessThan(2);
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
    expect(await focused(page)).toBe('textarea');
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
    expect(await focused(page)).toBe('textarea');
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

describe('a phone', () => {
  it('gives the chat the whole screen and keeps the focus in it', async () => {
    const page = await openChat({ viewport: { width: 390, height: 780 }, hasTouch: true }, { lang: 'he' });
    const box = () => page.getByRole('dialog').boundingBox();
    await expect.poll(box).toEqual({ x: 0, y: 0, width: 390, height: 780 });
    await photograph(page, 'phone-he');
    for (let step = 0; step < 12; step++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('POLYPHON-CHAT');
    }
    expect(await findBarriers(page)).toEqual([]);
  });
});

describe('other ways of showing', () => {
  it('does not move where motion is unwelcome', async () => {
    const page = await openChat({ reducedMotion: 'reduce' });
    expect(await page.getByRole('dialog').evaluate((panel) => getComputedStyle(panel).animationName)).toBe('none');
  });

  it('is dark or light as the bot wants, whatever the visitor’s system says', async () => {
    server.theme = { ...server.theme, scheme: 'dark', accent: '#ffff00' };
    const page = await openChat({ colorScheme: 'light' });
    await say(page, 'What does a crown cost?');
    await page.locator('polyphon-chat .chip').first().click();
    expect(await page.getByRole('dialog').evaluate((panel) => getComputedStyle(panel).backgroundColor)).toBe(
      'rgb(24, 25, 27)',
    );
    await photograph(page, 'forced-dark');
    expect(await findBarriers(page)).toEqual([]);
  });

  it.each([
    ['en', 'en', 'right'],
    ['en', 'he', 'right'],
    ['he', 'en', 'left'],
    ['he', 'he', 'left'],
  ])('opens above its button: a page in %s, a chat in %s', async (lang, locale, side) => {
    const page = await openChat({}, { lang, locale });
    const [panel, button] = await Promise.all(
      [page.getByRole('dialog'), page.locator('polyphon-chat button[part=launcher]')].map((one) => one.boundingBox()),
    );
    if (!panel || !button) throw new Error('The chat is not shown.');
    if (side === 'left') expect(panel.x).toBe(button.x);
    else expect(panel.x + panel.width).toBe(button.x + button.width);
    expect(panel.y + panel.height).toBeLessThan(button.y);
    expect(page.complaints).toEqual([]);
  });

  it('needs no scrolling sideways at 320 px', async () => {
    const page = await openChat({ viewport: { width: 320, height: 480 } });
    await say(page, 'What does a crown cost?');
    await page.locator('polyphon-chat .chip').first().click();
    await photograph(page, 'reflow');
    expect(await log(page).evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });

  it('turns each text by what it is made of, not by its first letter', async () => {
    const page = await openChat();
    await say(page, 'LT-Note 14 עולה 2890 שקלים');
    const directions = () =>
      page
        .locator('polyphon-chat .line[data-role=contact] .text')
        .evaluateAll((texts) => texts.map((text) => text.getAttribute('dir')));
    await expect.poll(directions).toEqual(['rtl']);
  });

  it('keeps its outlines in forced colours', async () => {
    const page = await openChat({ forcedColors: 'active' });
    await say(page, 'What does a crown cost?');
    await page.locator('polyphon-chat .chip').first().click();
    await photograph(page, 'forced-colours');
    expect(
      await page
        .locator('polyphon-chat [data-role=contact] .text')
        .evaluate((bubble) => getComputedStyle(bubble).borderTopWidth),
    ).toBe('1px');
  });
});
