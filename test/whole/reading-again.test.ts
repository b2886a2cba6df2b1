import { describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../core/contract/index.ts';
import { systemClock } from '../../core/kernel/system.ts';
import { settled } from '../kit/fake-clock.ts';
import { fakePage, startFakeWebsite } from '../kit/fake-website.ts';
import { deploy } from './deployment.ts';
import { never, openai, openShops, shop, startEmbeddings } from './lamp-shops.ts';

const minuteMs = 60_000;
const refused = { status: 401 } as const;

/** Long sleeps end when the test says so, and the time with them; short ones are those of the machine. */
function longSleeps() {
  let passedMs = 0;
  const sleepers = new Set<{ readonly atMs: number; wake(): void }>();
  const now = () => systemClock.now() + passedMs;
  const clock: Clock = {
    ...systemClock,
    now,
    sleep: (ms, signal) => {
      if (ms < minuteMs / 2 || signal?.aborted) return systemClock.sleep(ms, signal);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper = { atMs: now() + ms, wake: resolve };
      sleepers.add(sleeper);
      const end = () => {
        sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', end, { once: true });
      return promise;
    },
  };
  const pass = async (ms: number) => {
    passedMs += ms;
    for (const sleeper of [...sleepers]) {
      if (sleeper.atMs > now()) continue;
      sleepers.delete(sleeper);
      sleeper.wake();
    }
    await settled();
  };
  return { clock, pass };
}

/** A shop whose first reading the embedding refuses. */
async function openRefused() {
  const service = await startEmbeddings();
  service.fail(refused);
  const { clock, pass } = longSleeps();
  const embedding = openai(service, 'old', 256);
  const shops = await openShops({ services: [service], embedding, clock });
  const { kernel } = shops.deployment.application;
  await kernel.knowledgeIdle();
  const later = async (ms: number) => {
    await pass(ms);
    await kernel.knowledgeIdle();
  };
  return { service, kernel, later, ...shops };
}

describe('documents that could not be embedded', () => {
  it('are embedded after a minute, then two, until the embedding takes them', async () => {
    const { service, later, search } = await openRefused();
    service.fail(refused);
    await later(minuteMs / 2);
    expect(service.requests).toHaveLength(1);
    await later(minuteMs / 2);
    expect(service.requests).toHaveLength(2);
    await later(minuteMs);
    expect(service.requests).toHaveLength(2);
    await later(minuteMs);
    expect(service.requests).toHaveLength(3);
    expect(await search()).toEqual(['lamp.md']);
    const asked = service.requests.length;
    for (let round = 0; round < 5; round += 1) await later(60 * minuteMs);
    expect(service.requests).toHaveLength(asked);
  });

  it('are embedded with another definition at once, and then no more', async () => {
    const { service, kernel, change, later, search } = await openRefused();
    await change(openai(service, 'new', 384));
    await kernel.knowledgeIdle();
    expect(await search()).toEqual(['lamp.md']);
    const asked = service.requests.length;
    for (let round = 0; round < 3; round += 1) await later(60 * minuteMs);
    expect(service.requests).toHaveLength(asked);
  });

  it('wait no more when the process ends', async () => {
    const { service, close, later } = await openRefused();
    await close();
    await later(60 * minuteMs);
    expect(service.requests).toHaveLength(1);
  });

  it('are found by words until then', async () => {
    const { kernel, search } = await openRefused();
    expect(kernel.tenant('shop')).toMatchObject({ chunks: 3, unread: [], backfill: { missing: 3 } });
    expect(await search('shop', 'van speed')).toEqual(['van.md']);
  });

  it('of a website are embedded in the same way, and it is not fetched again for that', async () => {
    const service = await startEmbeddings();
    service.fail(refused);
    const site = await startFakeWebsite({ '/': fakePage({ title: 'Lamp', text: 'lamp price' }) });
    onTestFinished(() => site[Symbol.asyncDispose]());
    const { clock, pass } = longSleeps();
    const source = `{ use: website, with: { url: "${site.origin}", delay: 0ms } }`;
    const bot = shop(openai(service, 'old', 256)).replace(/files: \{ use.*\} \}/, `site: ${source} }`);
    const deployment = await deploy({
      files: { 'shop/bot.yaml': bot },
      settings: `polyphon: 1\nhttp: { allowPrivate: ["${service.address}", "${site.address}"] }\n`,
      clock,
    });
    onTestFinished(() => deployment[Symbol.asyncDispose]());
    const { kernel } = deployment.application;
    await kernel.knowledgeIdle();
    expect(kernel.tenant('shop')).toMatchObject({ chunks: 1, backfill: { missing: 1 } });
    const fetched = site.requests.length;
    await pass(minuteMs);
    await kernel.knowledgeIdle();
    expect(service.requests).toHaveLength(2);
    expect(kernel.tenant('shop').backfill).toBeUndefined();
    await pass(120 * minuteMs);
    await kernel.knowledgeIdle();
    expect(site.requests).toHaveLength(fetched);
  });
});

describe('a service that is slow', () => {
  it('holds up no question at the first start: words answer', async () => {
    const service = await startEmbeddings();
    service.fail({ status: 200, silent: 'yes' }, { status: 401 });
    const { deployment, search } = await openShops({ services: [service], embedding: openai(service, 'old', 256) });
    await service.arrived(1);
    expect(await search('shop', 'van speed')).toEqual(['van.md']);
    expect(deployment.application.kernel.tenant('shop').backfill).toMatchObject({ missing: 3 });
  });

  it('holds up no document that is saved: words find it at once, its vector follows', async () => {
    const service = await startEmbeddings();
    const embedding = openai(service, 'old', 256);
    const { deployment, search } = await openShops({ services: [service], embedding });
    const { kernel } = deployment.application;
    await kernel.knowledgeIdle();
    const gate = Promise.withResolvers<void>();
    service.fail({ status: 200, after: gate.promise });
    const asked = service.requests.length;
    await deployment.write('shop/knowledge/kettle.md', '# Kettle\n\nkettle warranty');
    await deployment.write('shop/bot.yaml', shop(embedding, ', topK: 3'));
    await kernel.reload('shop', never);
    await service.arrived(asked + 1);
    service.fail({ status: 401 });
    expect(await search('shop', 'kettle warranty')).toEqual(['kettle.md']);
    gate.resolve();
    await kernel.knowledgeIdle();
    expect(kernel.tenant('shop').backfill).toBeUndefined();
  });
});
