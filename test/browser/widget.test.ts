import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findBarriers, openPage, photograph } from './kit/browser.ts';
import { browser, server } from './kit/chat-page.ts';
import { assets } from './kit/fake-server.ts';

async function visit(query: Record<string, string> = {}, options: Parameters<typeof openPage>[1] = {}) {
  const page = await openPage(browser, options);
  const search = new URLSearchParams({ bots: server.origin, ...query });
  await page.goto(`${server.siteOrigin}/site?${search}`);
  await page.locator('polyphon-chat button[part=launcher]').waitFor();
  return page;
}

describe('the size', () => {
  it('of the launcher is at most 8 kB, not compressed', () => {
    expect(readFileSync(join(assets, 'widget.js')).length).toBeLessThanOrEqual(8_000);
  });

  it('of the panel is at most 50 kB, compressed, with the words of any one language', () => {
    const size = (name: string) => gzipSync(readFileSync(join(assets, name))).length;
    expect(
      size('panel.js') + Math.max(...['ar', 'de', 'es', 'fr', 'he', 'ru'].map((tag) => size(`panel-${tag}.js`))),
    ).toBeLessThanOrEqual(50_000);
  });
});

describe('the launcher', () => {
  it('asks for nothing and stores nothing before it is pressed', async () => {
    const page = await visit();
    const before = server.requests.filter((request) => !/site|favicon/.test(request));
    expect(before).toEqual(['GET /widget.js']);
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([
      0,
      0,
      '',
    ]);
    await photograph(page, 'launcher');
  });

  it('opens the panel, which stores nothing until something is said', async () => {
    const page = await visit();
    await page.getByRole('button', { name: 'Open chat' }).click();
    await page.getByRole('dialog', { name: 'Park Dental' }).waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(server.sessions.size).toBe(0);
    await photograph(page, 'empty');
    await page.getByRole('button', { name: 'When are you open?' }).click();
    await page.getByRole('log').getByText('You said: When are you open?').waitFor();
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([`polyphon:${server.origin}/praxis/web`]);
    expect(page.complaints).toEqual([]);
  });
});

describe('the element', () => {
  it('fills its place where it is inline, speaks by its methods, and tells the page what happens', async () => {
    const page = await visit();
    await page.evaluate((origin) => {
      document.querySelector('polyphon-chat')?.remove();
      const heard: string[] = [];
      const element = document.createElement('polyphon-chat');
      for (const [name, value] of Object.entries({ tenant: 'praxis', origin, locale: 'de', inline: '' }))
        element.setAttribute(name, value);
      for (const name of ['open', 'message']) document.addEventListener(`polyphon:${name}`, () => heard.push(name));
      Object.assign(globalThis, { heard });
      document.querySelector('main')?.append(element);
    }, server.origin);
    const panel = page.getByRole('region', { name: 'Zahnarztpraxis am Park' });
    await panel.waitFor();
    expect(await page.getByRole('button', { name: 'Chat schließen' }).count()).toBe(0);
    await page.evaluate(() =>
      (document.querySelector('polyphon-chat') as unknown as { send(text: string): Promise<void> }).send('Hallo'),
    );
    await panel.getByRole('log').getByText('You said: Hallo').waitFor();
    await expect
      .poll(() => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard))
      .toEqual(['open', 'message']);
    expect(page.complaints).toEqual([]);
  });

  it('opens by itself where the page says so', async () => {
    const page = await visit({ open: '' });
    await page.getByRole('dialog', { name: 'Park Dental' }).waitFor();
  });
});

describe('an answer', () => {
  it('streams as safe markdown with its sources', async () => {
    const page = await visit();
    await page.getByRole('button', { name: 'Open chat' }).click();
    await page.getByRole('button', { name: 'What does a crown cost?' }).click();
    await page.getByRole('button', { name: /^Source 1 Price list 2026 . page 2$/ }).click();
    await page.getByText('Crown, ceramic: 640 EUR.').waitFor();
    expect(await page.getByRole('table').count()).toBe(1);
    const link = page.getByRole('link', { name: 'price list' });
    expect(await link.getAttribute('rel')).toContain('noopener');
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await page.getByRole('button', { name: /^Source/ }).count()).toBe(2);
    await photograph(page, 'answer');
    expect(page.complaints).toEqual([]);
  });
});

describe('people who use it by other means', () => {
  for (const scheme of ['light', 'dark'] as const) {
    for (const [language, question] of [
      ['en', 'What does a crown cost?'],
      ['he', 'כמה עולה כתר?'],
    ] as const) {
      it(`meet no barrier that axe knows, ${scheme}, in ${language}`, async () => {
        const page = await visit({ lang: language }, { colorScheme: scheme });
        await page.locator('polyphon-chat button[part=launcher]').click();
        const field = page.locator('polyphon-chat textarea');
        await field.fill(question);
        await field.press('Enter');
        await page.locator('polyphon-chat .chip').first().click();
        await page.locator('polyphon-chat .quote').waitFor();
        expect(await page.locator('polyphon-chat .panel').getAttribute('dir')).toBe(language === 'he' ? 'rtl' : 'ltr');
        await photograph(page, `answer-${language}-${scheme}`);
        expect(await findBarriers(page)).toEqual([]);
      });
    }
  }
});
