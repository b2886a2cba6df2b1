import { describe, expect, it, onTestFinished } from 'vitest';
import type { Embedding, ResolvedBot } from '../../../core/contract/index.ts';
import { ServedEmbeddings, type ServedEmbeddingsServices } from '../../../core/kernel/served-embeddings.ts';
import { systemClock } from '../../../core/kernel/system.ts';
import { TenantSlots } from '../../../core/kernel/tenant-slots.ts';
import { listSource, never, openKnowledge } from '../knowledge/tenant-knowledge.ts';
import { sampleBot } from './sample-bot.ts';

const embeddingOf = (id: string): Embedding => ({
  id,
  dimensions: 1,
  embed: async (texts) => texts.map(() => new Float32Array([1])),
});

/** A bot with one stored chunk of the embedding `old`. */
async function start(options: { readonly opens?: string; readonly reason?: string } = {}) {
  const bench = await openKnowledge();
  onTestFinished(() => bench[Symbol.asyncDispose]());
  const bot = sampleBot({});
  const { tenantId } = bot;
  const sources = new Map([['docs', listSource([{ id: 'a.md', content: 'Eins.' }])]]);
  const request = { tenantId, sources, embedding: embeddingOf('old'), languages: ['de'] };
  await bench.knowledge.ingest(request, { mode: 'apply' }, never);
  const slots = new TenantSlots();
  const slot = slots.findOrMake(tenantId);
  const serve = (changed: ResolvedBot) => {
    slot.current = { bot: changed } as never;
    slot.serving = { canonical: { retrieval: { embedding: { with: changed.retrieval.embedding.with } } } } as never;
  };
  serve(bot);
  const diary: string[] = [];
  const earlier = {
    use: 'hnsw',
    with: { kept: 1 },
    embedding: { use: 'remote', with: { key: 'sk' } },
    secretValues: ['sk'],
  };
  const services = {
    slots,
    store: bench.store,
    loader: { earlier: async () => (options.reason === undefined ? earlier : { reason: options.reason }) },
    clock: systemClock,
    log: bench.log,
    signal: never,
    makeRevision: async ({ retrieval, secretValues }: ResolvedBot) => {
      diary.push(`open ${retrieval.embedding.use} ${JSON.stringify(retrieval.with)} ${secretValues.join(' ')}`);
      return {
        embedding: async () => embeddingOf(options.opens ?? 'old'),
        port: async () => ({}),
        lease: () => ({ [Symbol.dispose]: () => {} }),
        [Symbol.asyncDispose]: async () => void diary.push('close'),
      };
    },
    retire: () => void diary.push('retire'),
  };
  const served = new ServedEmbeddings(services as unknown as ServedEmbeddingsServices);
  const { embeddings } = bench.store.forTenant(tenantId);
  return { bench, bot, tenantId, serve, served, embeddings, diary };
}

describe('the embedding that serves a bot', () => {
  it('is noted where each chunk has its vector, with the definition as it is now', async () => {
    const { bot, tenantId, serve, served, embeddings } = await start();
    expect(await served.note(tenantId, embeddingOf('other'), bot)).toBe('lacking');
    expect(embeddings.served()).toBeUndefined();
    expect(await served.note(tenantId, embeddingOf('old'), bot)).toBe('whole');
    expect(embeddings.served()).toMatchObject({ embeddingId: 'old' });
    const changed = { ...bot, retrieval: { ...bot.retrieval, embedding: { use: 'hashed', with: { moved: 'yes' } } } };
    serve(changed);
    expect(await served.note(tenantId, embeddingOf('old'), changed)).toBe('whole');
    expect(embeddings.served()?.definition).toMatchObject({ embedding: { with: { moved: 'yes' } } });
    expect(await served.note(tenantId, embeddingOf('next'), changed)).toBe('lacking');
    expect(embeddings.served()?.embeddingId).toBe('old');
  });

  it('is noted before the first chunk, and not for a definition that serves no more', async () => {
    const { bot, served, embeddings, tenantId } = await start();
    await served.noteFirst(tenantId, embeddingOf('other'), bot);
    await served.note(tenantId, embeddingOf('old'), { ...bot });
    expect(embeddings.served()).toBeUndefined();
    await served.noteFirst(tenantId, embeddingOf('old'), bot);
    expect(embeddings.served()?.embeddingId).toBe('old');
  });

  it('opens again as this process had it, else as it is stored; its secrets are hidden in the log', async () => {
    const { bot, tenantId, served, diary } = await start();
    await served.note(tenantId, embeddingOf('old'), bot);
    const next = {
      ...bot,
      secretValues: ['new'],
      retrieval: { ...bot.retrieval, embedding: { use: 'next', with: {} } },
    };
    expect(await served.earlierFor(next).use('old')).toBeDefined();
    served.forget(tenantId);
    expect(await served.earlierFor(next).use('old')).toBeDefined();
    expect(diary).toEqual([
      `open ${bot.retrieval.embedding.use} ${JSON.stringify(bot.retrieval.with)} new`,
      'open remote {"kept":1} new sk',
    ]);
  });

  it.each([
    ['a secret is gone', { reason: 'the secret "key" is missing' }, 'the secret "key" is missing', []],
    ['its plugin has changed', { opens: 'old-2' }, 'its plugin makes other vectors now (old-2)', ['open', 'close']],
  ])('is done without where %s, and the log is told once', async (_name, options, reason, opened) => {
    const { bench, bot, tenantId, served, diary } = await start(options);
    await served.note(tenantId, embeddingOf('old'), bot);
    served.forget(tenantId);
    expect(await served.earlierFor(bot).use('old')).toBeUndefined();
    expect(await served.earlierFor(bot).use('old')).toBeUndefined();
    expect(diary.map((line) => line.split(' ')[0])).toEqual([...opened, ...opened]);
    const told = bench.log.lines.filter(({ level }) => level === 'warn');
    expect(told).toMatchObject([{ fields: { tenant: tenantId, embedding: 'old', reason } }]);
  });
});
