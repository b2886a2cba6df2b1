import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { launch, openPage } from './browser.ts';
import { type FakeServer, startFakeServer } from './fake-server.ts';

/** One for the suite that imports it. */
export let browser: Browser;
/** A new one for each test. */
export let server: FakeServer;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async (context) => {
  server = await startFakeServer();
  context.onTestFinished(() => server[Symbol.asyncDispose]());
});

/** A customer's page with the chat opened. */
export async function openChat(options: Parameters<typeof openPage>[1] = {}, query: Record<string, string> = {}) {
  const page = await openPage(browser, options);
  await page.goto(`${server.siteOrigin}/site?${new URLSearchParams({ bots: server.origin, ...query })}`);
  await page.locator('polyphon-chat button[part=launcher]').click();
  await page.locator('polyphon-chat textarea').waitFor();
  return page;
}

export async function say(page: Page, text: string): Promise<void> {
  await page.locator('polyphon-chat textarea').fill(text);
  await page.locator('polyphon-chat textarea').press('Enter');
}

export const log = (page: Page) => page.getByRole('log');

/** The first that was opened. */
export const session = () => {
  const [first] = server.sessions.values();
  if (!first) throw new Error('No session was opened.');
  return first;
};

/** What the next key goes to, by its label or its kind. */
export const focused = (page: Page) =>
  page.evaluate(() => {
    const inside = document.activeElement?.shadowRoot?.activeElement;
    return (
      inside?.getAttribute('aria-label') ??
      inside?.tagName.toLowerCase() ??
      document.activeElement?.tagName.toLowerCase()
    );
  });
