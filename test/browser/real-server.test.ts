import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, launch, openPage, photograph } from './kit/browser.ts';
import { startFakeServer } from './kit/fake-server.ts';
import { type RealServer, startRealServer } from './kit/real-server.ts';

let browser: Browser;
let server: RealServer;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), startRealServer()]);
});
afterAll(() => Promise.all([browser?.close(), server?.[Symbol.asyncDispose]()]));

describe('the playground of the bots that ship', () => {
  it.each(['accueil-pme', 'bewerber', 'leader-tech', 'red-isp', 'sonnenwerk'])(
    'answers from the documents of %s',
    async (tenant) => {
      const page = await openPage(browser);
      await page.goto(`${server.origin}/play/${tenant}`);
      await page.locator('.chat .suggestions button').first().click();
      await page.locator('.chat .chip').first().waitFor();
      expect(await page.locator('.inspector .evidence li').count()).toBeGreaterThan(0);
      await page.locator('.chat .chip').first().click();
      await photograph(page, `real-${tenant}`);
      expect(await findBarriers(page)).toEqual([]);
      expect(page.complaints).toEqual([]);
    },
  );

  it('follows the files, and serves on while they are broken', async () => {
    const page = await openPage(browser);
    const file = join(server.bots, 'sonnenwerk/bot.yaml');
    const good = await readFile(file, 'utf8');
    await page.goto(`${server.origin}/play/sonnenwerk`);
    await page.locator('.chat .suggestions button').first().click();
    await page.locator('.chat .chip').first().waitFor();
    await writeFile(file, good.replace(/^name:.*$/m, 'name: { de: Sonnenwerk am Rhein }'));
    await page.getByRole('status').filter({ hasText: 'Reloaded' }).waitFor();
    await page.getByRole('region', { name: 'Sonnenwerk am Rhein' }).waitFor();
    await appendFile(file, '\nretrievall: { topK: 3 }\n');
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector
      .getByText(/sonnenwerk\/bot\.yaml:\d+:\d+/)
      .first()
      .waitFor();
    await inspector.getByText('The bot still serves its last good revision.').waitFor();
    await photograph(page, 'real-mistake');
    // The conversation goes on over both changes.
    await page.locator('.chat textarea').fill('Was kostet der SW-Akku 10?');
    await page.locator('.chat textarea').press('Enter');
    await page.locator('.chat .line[data-role=bot]').nth(2).locator('.chip').first().waitFor();
    await writeFile(file, good);
    await page.getByRole('region', { name: 'Sonnenwerk Energieberatung' }).waitFor();
    expect(page.complaints).toEqual([]);
  });

  it('takes up the conversation of a page that is loaded again', async () => {
    const page = await openPage(browser);
    await page.goto(`${server.origin}/play/sonnenwerk`);
    await page.locator('.chat .suggestions button').first().click();
    await page.locator('.chat .chip').first().waitFor();
    const lines = () => page.locator('.chat .line').allInnerTexts();
    const before = await lines();
    await page.reload();
    await page.locator('.chat .chip').first().waitFor();
    expect(await lines()).toEqual(before);
  });
});

describe('a customer’s website', () => {
  it('shows the chat once the bot allows it, and not before', async () => {
    await using website = await startFakeServer();
    const file = join(server.bots, 'red-isp/bot.yaml');
    const good = await readFile(file, 'utf8');
    const page = await openPage(browser, { locale: 'es-ES' });
    await page.goto(
      `${website.siteOrigin}/site?${new URLSearchParams({ bots: server.origin, tenant: 'red-isp', lang: 'es' })}`,
    );
    await page.locator('polyphon-chat button[part=launcher]').click();
    // Nothing broken stands there, and the console says what to do.
    await page.locator('polyphon-chat').waitFor({ state: 'hidden' });
    expect(page.complaints).toContainEqual(
      expect.stringContaining(`Add "${website.siteOrigin}" to channels.web.with.origins`),
    );
    await writeFile(file, good.replace('https://rednorte.example', website.siteOrigin));
    await expect
      .poll(async () => {
        await page.reload();
        await page.locator('polyphon-chat button[part=launcher]').click();
        await page
          .locator('polyphon-chat')
          .and(page.locator('[hidden]'))
          .or(page.locator('polyphon-chat .suggestions'))
          .first()
          .waitFor({ state: 'attached' });
        return page.locator('polyphon-chat .suggestions button').count();
      })
      .toBeGreaterThan(0);
    const before = page.complaints.length;
    await page.locator('polyphon-chat .suggestions button').first().click();
    await page.locator('polyphon-chat .chip').first().waitFor();
    await photograph(page, 'real-website');
    expect(await findBarriers(page)).toEqual([]);
    expect(page.complaints.slice(before)).toEqual([]);
    await writeFile(file, good);
  });
});
