import { describe, expect, it } from 'vitest';
import { findBarriers, openPage, photograph } from './kit/browser.ts';
import { browser, focused, log, openChat, say, server, session } from './kit/chat-page.ts';

describe('by keyboard alone', () => {
  it('one opens, asks, reads the source, closes, and is back where one was', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.siteOrigin}/site?bots=${server.origin}`);
    await page.locator('polyphon-chat button[part=launcher]').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect.poll(() => focused(page)).toBe('Open chat');
    await page.keyboard.press('Enter');
    await page.locator('polyphon-chat textarea').waitFor();
    await expect.poll(() => focused(page)).toBe('textarea');
    await page.keyboard.type('What does a crown cost?');
    await page.keyboard.press('Shift+Enter');
    expect(await page.locator('polyphon-chat textarea').inputValue()).toBe('What does a crown cost?\n');
    await page.keyboard.press('Enter');
    await page.locator('polyphon-chat .chip').first().waitFor();
    await expect.poll(() => focused(page)).toBe('textarea');
    for (let step = 0; step < 2; step++) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Please do not eat for two hours.').waitFor();
    await photograph(page, 'keyboard');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => focused(page)).toBe('Open chat');
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
