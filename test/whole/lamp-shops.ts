import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../core/contract/index.ts';
import { type FakeEmbeddings, startFakeEmbeddings } from '../kit/fake-embeddings.ts';
import { type Deployment, deploy } from './deployment.ts';

export const never = new AbortController().signal;

/** No word of it is in the documents: only a vector finds the lamp's price. */
export const question = 'luminaire tariff';
const synonyms = { luminaire: 'lamp', tariff: 'price' };

const models = { old: 256, new: 384, third: 320, 'text-embedding-3-small': 256 };

/** An embedding service of its own, which knows both words of the question. */
export async function startEmbeddings({ apiKey = 'none' } = {}): Promise<FakeEmbeddings> {
  const service = await startFakeEmbeddings({ apiKey, models, synonyms });
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}

export function shop(embedding: string, retrieval = ''): string {
  return `polyphon: 1
name: Shop
languages: { default: en }
knowledge: { files: { use: files, with: { path: "knowledge/*.md" } } }
retrieval:
  with: { vectorWeight: 0.7, minScore: 0.2${retrieval} }
  embedding: ${embedding}
channels: { web: { use: web-chat } }
`;
}

export function openai({ origin }: FakeEmbeddings, model: string, dimensions: number): string {
  return `{ use: openai, with: { baseUrl: "${origin}/v1", model: ${model}, dimensions: ${dimensions} } }`;
}

/** Few words each, so that a cosine is near one where the words mean the same. */
export const documents = {
  'lamp.md': '# Lamp\n\nlamp price',
  'van.md': '# Van\n\nvan speed',
  'tea.md': '# Tea\n\ntea leaves',
};

export interface Shops {
  readonly deployment: Deployment;
  /** The document that is found first. */
  search(tenantId?: string, text?: string): Promise<readonly string[]>;
  /** Writes another definition and reloads. */
  change(embedding: string, tenantId?: string): Promise<void>;
  /** Ends it, and leaves its files behind. */
  close(): Promise<void>;
}

export interface ShopsOptions {
  readonly services: readonly FakeEmbeddings[];
  readonly embedding: string;
  readonly tenantIds?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** Where an earlier deployment has left its data and bots. */
  readonly after?: Deployment;
  readonly clock?: Clock;
}

/** Shops over real services on this machine; their data outlives the deployment until the test ends. */
export async function openShops(options: ShopsOptions): Promise<Shops> {
  const { services, embedding, tenantIds = ['shop'], after } = options;
  const files = Object.fromEntries(
    tenantIds.flatMap((tenantId) => [
      [`${tenantId}/bot.yaml`, shop(embedding)],
      ...Object.entries(documents).map(([name, text]) => [`${tenantId}/knowledge/${name}`, text]),
    ]),
  );
  const deployment = await deploy({
    ...(after === undefined ? { files: { ...files, ...options.files } } : {}),
    ...(after === undefined ? {} : { botsDirectory: after.botsDirectory, dataDirectory: after.dataDirectory }),
    settings: `polyphon: 1\nhttp: { allowPrivate: [${services.map(({ address }) => `"${address}"`).join(', ')}] }\n`,
    keep: 'yes',
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    knowledge: 'in the background',
  });
  let state: 'open' | 'closed' = 'open';
  const close: Shops['close'] = async () => {
    if (state === 'open') await deployment[Symbol.asyncDispose]();
    state = 'closed';
  };
  onTestFinished(async () => {
    await close();
    await rm(deployment.directory, { recursive: true, force: true });
  });
  const { kernel } = deployment.application;
  const search: Shops['search'] = async (tenantId = 'shop', text = question) => {
    const passages = await kernel.search(tenantId, { text, limit: 1 }, never);
    return passages.map(({ document }) => document.replace(/^.*\//, ''));
  };
  const change: Shops['change'] = async (next, tenantId = 'shop') => {
    await deployment.write(join(tenantId, 'bot.yaml'), shop(next));
    const { outcome, diagnostics } = await kernel.reload(tenantId, never);
    if (outcome !== 'swapped') throw new Error(`${outcome}: ${JSON.stringify(diagnostics)}`);
  };
  return { deployment, search, change, close };
}
