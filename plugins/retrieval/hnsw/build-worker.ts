import { parentPort } from 'node:worker_threads';
import type { HierarchicalNSW } from 'hnswlib-node';
import type { BuildAnswer, BuildOrder } from './build-message.ts';
import { buildEffort, links, placesFor } from './build-settings.ts';
import { loadNative } from './native.ts';

/** Builds one index and ends. */
let index: HierarchicalNSW | undefined;
let dimensions = 0;
let last: Promise<unknown> = Promise.resolve();
let state: 'open' | 'stopped' = 'open';

parentPort?.on('message', (order: BuildOrder) => {
  if (order.kind === 'stop') {
    state = 'stopped';
    parentPort?.close();
    return;
  }
  // One after the other: the native module loads with the first.
  last = last
    .then(() => follow(order))
    .then(
      (answer) => answer && parentPort?.postMessage(answer),
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : 'unknown';
        parentPort?.postMessage({ kind: 'failed', reason } satisfies BuildAnswer);
      },
    );
});

async function follow(order: Exclude<BuildOrder, { readonly kind: 'stop' }>): Promise<BuildAnswer | undefined> {
  if (state === 'stopped') return undefined;
  switch (order.kind) {
    case 'begin':
      await begin(order);
      return undefined;
    case 'page':
      add(order.labels, order.vectors);
      return { kind: 'added' };
    case 'finish':
      for (const label of order.gone) index?.markDelete(label);
      index?.writeIndexSync(order.path);
      return { kind: 'saved' };
    default:
      return order satisfies never;
  }
}

async function begin(order: Extract<BuildOrder, { readonly kind: 'begin' }>): Promise<void> {
  const native = await loadNative();
  if (native === undefined) throw new Error('hnswlib-node is not there');
  dimensions = order.dimensions;
  index = new native.HierarchicalNSW('ip', dimensions);
  if (order.from === undefined) {
    index.initIndex({ maxElements: order.places, m: links, efConstruction: buildEffort });
    return;
  }
  index.readIndexSync(order.from);
  if (index.getMaxElements() < order.places) index.resizeIndex(order.places);
}

function add(labels: readonly number[], vectors: Float32Array): void {
  if (index === undefined) throw new Error('a page came before the beginning');
  const free = index.getMaxElements() - index.getCurrentCount();
  if (free < labels.length) index.resizeIndex(placesFor(index.getCurrentCount() + labels.length));
  for (const [at, label] of labels.entries()) {
    index.addPoint(Array.from(vectors.subarray(at * dimensions, (at + 1) * dimensions)), label);
  }
}
