import type { Browser } from 'playwright-core';
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
  server.bots = [
    bot('praxis'),
    bot('leader', { name: { he: 'לידר טכנולוגיות' }, languages: { default: 'he', supported: ['he', 'en'] } }),
  ];
  context.onTestFinished(() => server[Symbol.asyncDispose]());
});

const mistake = {
  severity: 'error',
  code: 'BOT1004',
  summary: 'unknown key "minScor"',
  detail: 'Rename the key, or prefix it with x- to keep it as a note.',
  file: 'bots/praxis/bot.yaml',
  range: { start: { line: 37, column: 23 }, end: { line: 37, column: 30 } },
  suggestion: 'minScore',
};

function bot(tenantId: string, more: Record<string, unknown> = {}) {
  return {
    tenantId,
    name: { en: 'Park Dental' },
    labels: {},
    state: 'serving',
    revision: 'a1b2c3d4e5f60718',
    channels: [
      { key: 'telegram', use: 'telegram', enabled: false },
      { key: 'web', use: 'web-chat', enabled: true },
    ],
    languages: { default: 'en', supported: ['en', 'de'] },
    model: 'offline',
    chunks: 42,
    suggestions: [],
    diagnostics: [],
    activeTurns: 0,
    ...more,
  };
}

describe('the playground', () => {
  it('lists the bots, and lets one choose', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.origin}/play`);
    await page.getByRole('heading', { name: 'Choose a bot' }).waitFor();
    await photograph(page, 'play-list');
    await page.getByRole('link', { name: /Park Dental/ }).click();
    await page.getByRole('region', { name: 'Park Dental' }).waitFor();
    expect(page.url()).toBe(`${server.origin}/play/praxis`);
    await page.goBack();
    await page.getByRole('heading', { name: 'Choose a bot' }).waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('shows what was read for the first time while somebody looks on', async () => {
    server.bots = [bot('praxis', { chunks: 0 })];
    const page = await openPage(browser);
    await page.goto(`${server.origin}/play/praxis`);
    await page.getByText('0 chunks').waitFor();
    server.bots = [bot('praxis')];
    await page.getByText('42 chunks').waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('keeps a long name within the list, and says nothing of what a bot that never served has not', async () => {
    server.bots = [
      bot('long', { name: { en: 'Donaudampfschifffahrtsgesellschaft'.repeat(5) }, chunks: 1 }),
      bot('broken', {
        name: {},
        languages: { default: '', supported: [] },
        model: '',
        revision: undefined,
        state: 'failed',
        diagnostics: [mistake],
      }),
    ];
    const page = await openPage(browser);
    await page.goto(`${server.origin}/play/long`);
    const names = page.getByRole('navigation', { name: 'Bots' }).locator('.name');
    await names.first().waitFor();
    const list = await page
      .getByRole('navigation', { name: 'Bots' })
      .evaluate((nav) => nav.scrollWidth - nav.clientWidth);
    expect(list).toBe(0);
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByText('1 chunk', { exact: true }).waitFor();
    const facts = page.getByRole('navigation', { name: 'Bots' }).locator('.facts');
    expect(await facts.allTextContents()).toEqual(['long · en, de', 'broken']);
    await page.goto(`${server.origin}/play/broken`);
    await inspector.getByText('none yet').waitFor();
    await photograph(page, 'play-broken');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('shows documents that could not be read, and channels that hear nothing', async () => {
    server.bots = [
      bot('praxis', {
        unread: [
          {
            source: 'leaflets',
            document: 'knowledge/a.pdf',
            code: 'KNW8003',
            message: 'The file is not a readable PDF.',
          },
        ],
        channels: [
          { key: 'web', use: 'web-chat', enabled: true },
          {
            key: 'telegram',
            use: 'telegram',
            enabled: true,
            failure: { code: 'NET6001', detail: 'The platform cannot be reached.' },
          },
        ],
      }),
    ];
    const page = await openPage(browser);
    await page.goto(`${server.origin}/play/praxis`);
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByText('leaflets: knowledge/a.pdf').waitFor();
    await inspector.getByText('KNW8003 The file is not a readable PDF.').waitFor();
    await inspector.getByText('The platform cannot be reached.').waitFor();
    await page.getByRole('link', { name: /2 warnings/ }).waitFor();
    await photograph(page, 'play-unread');
    expect(await findBarriers(page)).toEqual([]);
    expect(page.complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('shows what an answer is made of, %s', async (colorScheme) => {
    const page = await openPage(browser, { colorScheme });
    await page.goto(`${server.origin}/play/praxis`);
    await page.getByRole('button', { name: 'What does a crown cost?' }).click();
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByText('0.82').first().waitFor();
    expect(await inspector.getByText('412 in, 58 out').count()).toBe(1);
    expect(await inspector.getByText('leaflets / leaflet.md').count()).toBe(1);
    await photograph(page, `play-answer-${colorScheme}`);
    expect(await findBarriers(page)).toEqual([]);
    expect(page.complaints).toEqual([]);
  });

  it('shows a change of the files as it happens, and the place of a mistake while the bot serves on', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.origin}/play/praxis`);
    await page.getByText('None. Edit bots/praxis/bot.yaml').waitFor();
    server.announce({
      tenantId: 'praxis',
      outcome: 'swapped',
      revision: 'b',
      changes: ['retrieval.with.minScore 0.30 -> 0.35'],
      diagnostics: [],
      elapsedMs: 84,
    });
    await page
      .getByRole('status')
      .filter({ hasText: 'Reloaded in 84 ms: retrieval.with.minScore 0.30 -> 0.35' })
      .waitFor();
    server.bots = [bot('praxis', { diagnostics: [mistake] })];
    server.announce({
      tenantId: 'praxis',
      outcome: 'rejected',
      revision: 'b',
      changes: [],
      diagnostics: [mistake],
      elapsedMs: 12,
    });
    await page.getByRole('status').filter({ hasText: 'Not loaded: unknown key "minScor", bot.yaml:37:23.' }).waitFor();
    await page.getByText('bots/praxis/bot.yaml:37:23').waitFor();
    expect(await page.getByText('Rename the key').count()).toBe(1);
    expect(await page.getByText('The bot still serves its last good revision.').count()).toBe(1);
    await page.getByRole('button', { name: 'When are you open?' }).click();
    await page.getByRole('log').getByText('You said: When are you open?').waitFor();
    await photograph(page, 'play-mistake');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('teaches what to do where there is no chat to show', async () => {
    const page = await openPage(browser);
    server.bots = [];
    await page.goto(`${server.origin}/play`);
    await page.getByText('npx polyphon new my-bot').waitFor();
    server.bots = [
      bot('praxis', { channels: [] }),
      bot('broken', { state: 'failed', revision: undefined, diagnostics: [mistake] }),
    ];
    await page.goto(`${server.origin}/play/praxis`);
    await page.getByText('web: { use: web-chat }').waitFor();
    await page.goto(`${server.origin}/play/broken`);
    await page.getByRole('heading', { name: 'Park Dental cannot start' }).waitFor();
    await page.goto(`${server.origin}/play/nobody`);
    await page.getByRole('heading', { name: 'No bot is called nobody' }).waitFor();
  });

  it('reads from right to left where the bot does', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.origin}/play/leader`);
    const panel = page.getByRole('region', { name: 'מרפאת השיניים בפארק' });
    await panel.waitFor();
    expect(await panel.getAttribute('dir')).toBe('rtl');
    await photograph(page, 'play-he');
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('.chat [dir=ltr]').first().waitFor();
    expect(await page.getByRole('button', { name: 'English' }).getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByRole('button', { name: 'עברית' }).getAttribute('aria-pressed')).toBe('false');
  });

  it('shows the chosen bot in the strip of a phone', async () => {
    server.bots = [...Array.from({ length: 9 }, (_, at) => bot(`bot-${at}`)), bot('praxis')];
    const page = await openPage(browser, { viewport: { width: 390, height: 780 } });
    await page.goto(`${server.origin}/play/praxis`);
    const chosen = page.locator('.bots [aria-current=page]');
    await chosen.waitFor();
    await expect.poll(async () => ((await chosen.boundingBox())?.x ?? 999) < 390).toBe(true);
    await photograph(page, 'play-strip');
  });

  it('fits a phone', async () => {
    const page = await openPage(browser, { viewport: { width: 390, height: 780 } });
    await page.goto(`${server.origin}/play/praxis`);
    await page.getByRole('region', { name: 'Park Dental' }).waitFor();
    await photograph(page, 'play-phone');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
