import { onTestFinished } from 'vitest';
import type { Clock, Embedding, Logger } from '../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { batched } from '../../../core/knowledge/embed-in-batches.ts';
import { createHttp } from '../../../core/network/http-client.ts';
import { never, recordingLog } from '../../core/knowledge/tenant-knowledge.ts';
import { type FakeEmbeddingsOptions, startFakeEmbeddings } from '../../kit/fake-embeddings.ts';

export async function startService(options: FakeEmbeddingsOptions = {}) {
  const service = await startFakeEmbeddings(options);
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}

/** What the kernel hands an embedding plugin, over the real way out. */
export function contextOver(address: string, clock: Clock = systemClock) {
  const log = recordingLog();
  const http = createHttp({ allowPrivate: [address], clock, log });
  onTestFinished(() => http[Symbol.asyncDispose]());
  return {
    tenantId: 'shop',
    key: 'embedding',
    log,
    http,
    clock,
    random: systemRandom,
    signal: never,
    ports: {},
    own: <R>(resource: R) => resource,
  };
}

/** Opened as the kernel does it: with batches, waits and checks around it. */
export async function opened<Context extends { readonly clock: Clock; readonly log: Logger }>(
  plugin: { open(context: Context): Promise<Embedding> },
  context: NoInfer<Context>,
): Promise<Embedding> {
  return batched(await plugin.open(context), context);
}

/** A clock whose waits pass at once and are written down. */
export function quickClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    ...systemClock,
    waits,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
}
