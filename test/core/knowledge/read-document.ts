import { afterAll } from 'vitest';
import { systemClock } from '../../../core/kernel/system.ts';
import type { Block } from '../../../core/knowledge/extract/block.ts';
import { DocumentReader } from '../../../core/knowledge/extract/document-reader.ts';
import { extract } from '../../../core/knowledge/extract/extract.ts';
import { extractLimits } from '../../../core/knowledge/extract/limits.ts';
import { never } from './tenant-knowledge.ts';

/** Of the suite that imports it. */
export const reader = new DocumentReader(systemClock);
afterAll(() => reader.close());

export const bytes = (text: string) => new TextEncoder().encode(text);
export const read = (content: string | Uint8Array, mediaType: string) =>
  extract({
    bytes: typeof content === 'string' ? bytes(content) : new Uint8Array(content),
    mediaType,
    limits: extractLimits,
  });
/** In the thread, as an ingest does. */
export const chunksIn = async (content: Uint8Array, mediaType: string, by = reader, signal = never) => {
  using open = await by.open({ bytes: content, mediaType, title: 'Titel', languages: ['de'] }, signal);
  const chunks = [];
  for await (const page of open.pages(signal)) chunks.push(...page.chunks);
  return chunks;
};
export const texts = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => ('text' in block ? [`${block.kind}: ${block.text}`] : []));
