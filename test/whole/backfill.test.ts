import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkEmbeddings } from '../../core/cli/checks/embeddings.ts';
import { systemClock } from '../../core/kernel/system.ts';
import type { FakeEmbeddings } from '../kit/fake-embeddings.ts';
import { nativeOrSkip } from '../plugins/retrieval/hnsw-bench.ts';
import { never, openai, openShops, question, type Shops, shop, startEmbeddings } from './lamp-shops.ts';

const atOnce = { status: 200, after: Promise.resolve() } as const;
const silent = { status: 200, silent: 'yes' } as const;
const byWords = 'lamp price';

/** A shop that searches with the old embedding, and a service for a new one. */
async function openOne(options: Partial<Parameters<typeof openShops>[0]> = {}) {
  const [before, after] = [await startEmbeddings(), await startEmbeddings()];
  const old = openai(before, 'old', 256);
  const shops = await openShops({ services: [before, after], embedding: old, ...options });
  const { kernel } = shops.deployment.application;
  await kernel.knowledgeIdle();
  return { before, after, old, next: openai(after, 'new', 384), kernel, ...shops };
}

/** Which service was asked for the question: the one whose vectors answer. */
async function answering(
  services: Readonly<Record<string, FakeEmbeddings>>,
  search: Shops['search'],
  tenantId = 'shop',
) {
  const counts = new Map(Object.entries(services).map(([name, { requests }]) => [name, requests.length]));
  const found = await search(tenantId);
  const asked = Object.entries(services).flatMap(([name, { requests }]) =>
    requests.slice(counts.get(name)).some(({ input }) => input.includes(question)) ? [name] : [],
  );
  return { found, asked };
}

async function indexFolders({ dataDirectory }: Shops['deployment'], tenantId = 'shop'): Promise<number> {
  return (await readdir(join(dataDirectory, 'cache', 'indexes', tenantId))).length;
}

describe('another embedding', () => {
  it('is made in the background: the old one answers with its vectors, then the new one', async () => {
    const { before, after, next, kernel, deployment, search, change } = await openOne();
    expect(await search()).toEqual(['lamp.md']);
    const gate = Promise.withResolvers<void>();
    after.fail({ status: 200, after: gate.promise });
    await change(next);
    await after.arrived(1);
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['before'] });
    expect(kernel.tenant('shop').backfill).toMatchObject({ embedding: 'openai:new:384', made: 0, missing: 3 });
    expect(await deployment.metrics.text()).toContain('polyphon_tenants_backfilling 1');

    gate.resolve();
    await kernel.knowledgeIdle();
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['after'] });
    expect(kernel.tenant('shop').backfill).toBeUndefined();
    expect(await deployment.metrics.text()).toContain('polyphon_tenants_backfilling 0');
  });

  it('of another size is made in the same way', async () => {
    const before = await startEmbeddings();
    const sized = (dimensions: number) => openai(before, 'text-embedding-3-small', dimensions);
    const { deployment, search, change } = await openShops({ services: [before], embedding: sized(256) });
    await deployment.application.kernel.knowledgeIdle();
    expect(await search()).toEqual(['lamp.md']);
    before.fail(silent);
    const asked = before.requests.length;
    await change(sized(64));
    await before.arrived(asked + 1);
    expect(await search()).toEqual(['lamp.md']);
    expect(before.requests.at(-1)).toMatchObject({ input: [question], dimensions: 256 });
    await change(sized(128));
    await deployment.application.kernel.knowledgeIdle();
    expect(await search()).toEqual(['lamp.md']);
    expect(before.requests.at(-1)).toMatchObject({ input: [question], dimensions: 128 });
  });

  it('comes with settings of its own: the old one keeps those it had, whatever its successor asks for', async () => {
    const { after, next, kernel, deployment, search } = await openOne();
    const gate = Promise.withResolvers<void>();
    after.fail({ status: 200, after: gate.promise });
    await deployment.write('shop/bot.yaml', shop(next).replace('minScore: 0.2', 'minScore: 0.99'));
    await kernel.reload('shop', never);
    await after.arrived(1);
    expect(await search()).toEqual(['lamp.md']);
    gate.resolve();
    await kernel.knowledgeIdle();
    expect(await search()).toEqual([]);
  });

  it('that is refused leaves the old one serving, says so, and is made by the next ingest', async () => {
    const { before, after, next, kernel, deployment, search, change } = await openOne();
    after.fail({ status: 401 }, { status: 401 });
    await change(next);
    await kernel.knowledgeIdle();
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['before'] });
    expect(kernel.tenant('shop').backfill).toMatchObject({ missing: 3, error: { code: 'EMB8201' } });
    const warned = deployment.lines.filter((line) =>
      line.includes('not all chunks have vectors yet: the earlier embedding answers'),
    );
    expect(warned).toHaveLength(1);

    expect((await kernel.ingest('shop', { mode: 'apply' }, never)).backfill).toMatchObject({
      made: 0,
      missing: 3,
      error: { code: 'EMB8201' },
    });
    expect((await answering({ before, after }, search)).asked).toEqual(['before']);
    expect((await kernel.ingest('shop', { mode: 'apply' }, never)).backfill).toEqual({
      made: 3,
      missing: 0,
      earlier: 'openai:old:256',
    });
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['after'] });
  });

  it('goes on after a restart where it was, and the old one answers again meanwhile', async () => {
    const chapters = Array.from({ length: 108 }, (_, index) => `# Part${index}\n\nword${index}`).join('\n\n');
    const one = await openOne({ files: { 'shop/knowledge/long.md': chapters } });
    const { before, after, next } = one;
    after.fail(atOnce, silent);
    await one.change(next);
    await after.arrived(2);
    await one.close();

    const gate = Promise.withResolvers<void>();
    after.fail({ status: 200, after: gate.promise });
    const { deployment, search } = await openShops({ services: [before, after], embedding: '', after: one.deployment });
    await after.arrived(3);
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['before'] });
    gate.resolve();
    const { kernel } = deployment.application;
    await kernel.knowledgeIdle();
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['after'] });
    expect(after.requests.slice(0, 3).map(({ input }) => input.length)).toEqual([96, 15, 15]);
    expect(await kernel.ingest('shop', { mode: 'apply' }, never)).toMatchObject({ unchanged: 4, chunks: 111 });
  });

  it('leaves the answers to words where the secret of the old one is gone, and the log and doctor say so once', async () => {
    const before = await startEmbeddings({ apiKey: 'sk-old' });
    const after = await startEmbeddings();
    const old = openai(before, 'old', 256).replace('model:', 'apiKey: "${secret:key}", model:');
    const services = [before, after];
    const one = await openShops({ services, embedding: old, files: { 'shop/.secrets.yaml': 'key: sk-old\n' } });
    await one.deployment.application.kernel.knowledgeIdle();
    expect(await one.search()).toEqual(['lamp.md']);
    await one.close();

    await one.deployment.write('shop/bot.yaml', shop(openai(after, 'new', 384)));
    await one.deployment.write('shop/.secrets.yaml', 'other: x\n');
    const gate = Promise.withResolvers<void>();
    after.fail({ status: 200, after: gate.promise });
    const { deployment, search } = await openShops({ services, embedding: '', after: one.deployment });
    await after.arrived(1);
    expect(await search()).toEqual([]);
    expect(await search('shop', byWords)).toEqual(['lamp.md']);
    const told = deployment.lines.filter((line) => line.includes('the earlier embedding cannot be used any more'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('the secret \\"key\\" is missing');
    const [finding, ...rest] = await doctorOf(deployment);
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ level: 'warn', topic: 'Embeddings' });
    expect(finding?.fact).toContain(
      'shop: 0 of 3 chunks have vectors of openai:new:384; openai:old:256 cannot be used any more',
    );
    expect(finding?.fact).toContain('words answer until then');

    gate.resolve();
    await deployment.application.kernel.knowledgeIdle();
    expect(await search()).toEqual(['lamp.md']);
    expect(await doctorOf(deployment)).toEqual([]);
  });

  it('leaves the answers to words where the new one does not open and the old one cannot be used, also for people who ask', async () => {
    const before = await startEmbeddings({ apiKey: 'sk-old' });
    const old = openai(before, 'old', 256).replace('model:', 'apiKey: "${secret:key}", model:');
    const services = [before];
    const one = await openShops({ services, embedding: old, files: { 'shop/.secrets.yaml': 'key: sk-old\n' } });
    await one.deployment.application.kernel.knowledgeIdle();
    await one.close();

    const gone = '{ use: transformers, with: { model: gone, folder: /no/such/models, dimensions: 8 } }';
    await one.deployment.write('shop/bot.yaml', shop(gone));
    await one.deployment.write('shop/.secrets.yaml', 'other: x\n');
    const { deployment, search } = await openShops({ services, embedding: '', after: one.deployment });
    await deployment.application.kernel.knowledgeIdle();
    expect(await search('shop', byWords)).toEqual(['lamp.md']);
    expect(await search()).toEqual([]);
    const why = deployment.lines.filter((line) => line.includes('the search by words answers'));
    expect(why[0]).toContain('transformers');
  });

  it('leaves the answers to words while the old service is away', async () => {
    const { before, after, next, kernel, search, change } = await openOne();
    expect(await search()).toEqual(['lamp.md']);
    const gate = Promise.withResolvers<void>();
    after.fail({ status: 200, after: gate.promise });
    await change(next);
    await after.arrived(1);
    before.fail({ status: 403 }, { status: 403 });
    expect(await search('shop', byWords)).toEqual(['lamp.md']);
    expect(await search()).toEqual([]);
    gate.resolve();
    await kernel.knowledgeIdle();
    expect(await search()).toEqual(['lamp.md']);
  });

  it('is left again for the old one: what was read meanwhile gets its vector, and the new ones go', async () => {
    const { before, after, old, next, kernel, deployment, search, change } = await openOne();
    await search();
    await deployment.write('shop/knowledge/tea.md', '# Tea\n\nlamp price');
    await rm(join(deployment.botsDirectory, 'shop/knowledge/lamp.md'));
    after.fail(atOnce, silent);
    await change(next);
    await after.arrived(2);
    await change(old);
    await kernel.knowledgeIdle();
    expect(await answering({ before, after }, search)).toEqual({ found: ['tea.md'], asked: ['before'] });
    expect(kernel.tenant('shop').backfill).toBeUndefined();
    const { embeddings } = deployment.application.store.forTenant('shop');
    expect(embeddings.served()).toMatchObject({ embeddingId: 'openai:old:256' });
    expect(embeddings.served()).not.toHaveProperty('next');
    expect([embeddings.lacking('openai:old:256'), embeddings.lacking('openai:new:384')]).toEqual([0, 2]);
    expect(before.requests.at(-2)?.input).toEqual([expect.stringContaining('Tea')]);
  });

  it('is made for one bot while another waits for its service', async () => {
    const third = await startEmbeddings();
    const [before, after] = [await startEmbeddings(), await startEmbeddings()];
    const tenantIds = ['inn', 'shop'];
    const embedding = openai(before, 'old', 256);
    const { deployment, search, change } = await openShops({ services: [before, after, third], embedding, tenantIds });
    await deployment.application.kernel.knowledgeIdle();
    for (const tenantId of tenantIds) expect(await search(tenantId)).toEqual(['lamp.md']);
    const gate = Promise.withResolvers<void>();
    after.fail({ status: 200, after: gate.promise });
    await change(openai(after, 'new', 384), 'inn');
    await after.arrived(1);
    await change(openai(third, 'third', 320), 'shop');
    await third.arrived(1);
    const services = { before, after, third };
    await expect.poll(async () => (await answering(services, search, 'shop')).asked).toEqual(['third']);
    expect(await answering(services, search, 'inn')).toEqual({ found: ['lamp.md'], asked: ['before'] });
    gate.resolve();
    await deployment.application.kernel.knowledgeIdle();
    expect(await answering(services, search, 'inn')).toEqual({ found: ['lamp.md'], asked: ['after'] });
  });

  it('takes over with its index built, and the one before goes from the disk', async (context) => {
    await nativeOrSkip(context);
    const { before, after, next, kernel, deployment, search } = await openOne();
    await deployment.write('shop/bot.yaml', shop(openai(before, 'old', 256), ', exactBelow: 0'));
    await kernel.reload('shop', never);
    const built = () => deployment.lines.filter((line) => line.includes('an index was built'));
    await search();
    await expect.poll(built).toHaveLength(1);
    await deployment.write('shop/bot.yaml', shop(next, ', exactBelow: 0'));
    const gate = Promise.withResolvers<void>();
    after.fail({ status: 200, after: gate.promise });
    await kernel.reload('shop', never);
    await after.arrived(1);
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['before'] });
    gate.resolve();
    await kernel.knowledgeIdle();
    expect(await indexFolders(deployment)).toBe(1);
    expect(built()).toHaveLength(2);
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['after'] });
    expect(built()).toHaveLength(2);
  });

  it('goes on over a reload for another reason, and ends with its bot', async () => {
    const { before, after, next, kernel, deployment, search, change } = await openOne();
    after.fail(silent, silent);
    await change(next);
    await after.arrived(1);
    await deployment.write('shop/bot.yaml', shop(next).replace('name: Shop', 'name: Store'));
    expect((await kernel.reload('shop', never)).outcome).toBe('swapped');
    await after.arrived(2);
    expect(await answering({ before, after }, search)).toEqual({ found: ['lamp.md'], asked: ['before'] });
    await rm(join(deployment.botsDirectory, 'shop'), { recursive: true });
    expect((await kernel.reload('shop', never)).outcome).toBe('removed');
    await kernel.knowledgeIdle();
    const errors = deployment.lines.filter((line) => line.includes('"level":"error"'));
    expect(errors).toEqual([]);
  });
});

async function doctorOf({ application, dataDirectory }: Shops['deployment']) {
  const deployment = { settings: { store: {} }, dataDirectory } as unknown as Parameters<typeof checkEmbeddings>[2];
  const terminal = { clock: systemClock, signal: never } as unknown as Parameters<
    typeof checkEmbeddings
  >[3]['terminal'];
  const silentLog = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };
  return checkEmbeddings(application.loader, ['shop'], deployment, { terminal }, silentLog);
}
