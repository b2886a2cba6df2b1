import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import type { NewChunk, StoredDocument } from '../../../core/store/knowledge-records.ts';
import { openStore, type Store } from '../../../core/store/open-store.ts';

const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'store.db');
}

function chunk(text: string): NewChunk {
  return { ordinal: 0, text, headings: [], language: 'en', words: 2, grams: 4, vector: new Float32Array([1, 0]) };
}

/** Puts one document with one chunk, in the place of the chunk that has `label`; gives back the new label. */
async function put(store: Store, tenant: string, title: string, text: string, label?: number): Promise<number> {
  const { knowledge } = store.forTenant(tenant);
  const document: StoredDocument = {
    source: 'files',
    document: 'a.md',
    title,
    mediaType: 'text/markdown',
    version: title,
    contentHash: text,
    fingerprint: text,
    state: 'ready',
    chunks: 1,
    readAt: 1,
  };
  const gone = { labels: label === undefined ? [] : [label], terms: ['wlamp'] };
  const terms = { terms: ['wlamp'], entries: new Uint32Array([0, 0, 1]) };
  return await store.write(() => {
    const entries = knowledge.change({ document, embeddingId: 'e', gone, added: [chunk(text)], terms });
    knowledge.addTerms(entries);
    return entries[0]?.label ?? 0;
  });
}

const asked = (store: Store, tenant: string, label: number) => {
  const { knowledge } = store.forTenant(tenant);
  return {
    texts: knowledge.chunks([label]).map(({ title, text }) => `${title}: ${text}`),
    holders: knowledge.postings.read(['wlamp', 'wchair']).get('wlamp')?.size ?? 0,
    chunks: knowledge.figures().chunks,
  };
};

it('reads what it has read again from memory, and each tenant its own', async () => {
  await using store = await openStore({ path: path(), clock: systemClock, log });
  const a = await put(store, 'a', 'A', 'of a');
  const b = await put(store, 'b', 'B', 'of b');
  const { knowledge } = store.forTenant('a');
  expect(knowledge.chunks([a])[0]).toBe(knowledge.chunks([a])[0]);
  expect([asked(store, 'a', a).texts, asked(store, 'b', b).texts]).toEqual([['A: of a'], ['B: of b']]);
  expect([asked(store, 'a', b).texts, asked(store, 'b', a).texts]).toEqual([[], []]);
});

it('sees a change of its own at once', async () => {
  await using store = await openStore({ path: path(), clock: systemClock, log });
  const first = await put(store, 'a', 'A', 'before');
  expect(asked(store, 'a', first)).toEqual({ texts: ['A: before'], holders: 1, chunks: 1 });
  const second = await put(store, 'a', 'B', 'after', first);
  expect(asked(store, 'a', first).texts).toEqual([]);
  expect(asked(store, 'a', second)).toEqual({ texts: ['B: after'], holders: 1, chunks: 1 });
  await store.write(() => store.forTenant('a').knowledge.forgetTerms());
  expect(asked(store, 'a', second).holders).toBe(0);
});

it('sees what another process has changed', async () => {
  const file = path();
  await using here = await openStore({ path: file, clock: systemClock, log });
  await using there = await openStore({ path: file, clock: systemClock, log });
  const first = await put(here, 'a', 'A', 'before');
  expect(asked(here, 'a', first)).toEqual({ texts: ['A: before'], holders: 1, chunks: 1 });
  const second = await put(there, 'a', 'B', 'after', first);
  expect(asked(here, 'a', first).texts).toEqual([]);
  expect(asked(here, 'a', second)).toEqual({ texts: ['B: after'], holders: 1, chunks: 1 });
});
