import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Embedding, PolyphonError, type SourceDocument } from '../contract/index.ts';
import type { NewChunk } from '../store/knowledge-repository.ts';
import { countTerms, indexedText } from './chunk-terms.ts';
import { detectLanguage } from './detect-language.ts';
import type { Block, ExtractedText } from './extract/block.ts';
import { rowText, splitChunks, type TextChunk } from './split-chunks.ts';
import { termsOf } from './terms.ts';

export interface PreparedText {
  readonly title: string;
  readonly chunks: readonly (TextChunk & { readonly language: string })[];
}

export interface PrepareOptions {
  readonly languages: readonly string[];
  readonly renderRow: (template: string, row: Readonly<Record<string, string>>) => string;
}

/** Texts embedded in one call: enough for a remote model to be worth the way. */
const embedAtOnce = 48;
/** Chunks split or counted between two turns of the event loop; one takes up to 0.3 ms. */
const splitAtOnce = 8;
/** Of a document's own text, for its language. */
const sampleLength = 3000;
/** A chunk this long may differ from its document in language. */
const longEnough = 160;

/** @throws PolyphonError KNW8008 when a row template fails. */
export async function prepareText(
  document: SourceDocument,
  text: ExtractedText,
  options: PrepareOptions,
  signal: AbortSignal,
): Promise<PreparedText> {
  const title = text.title?.trim() || document.title;
  const told = document.language ?? text.language;
  const language = told === undefined ? detectLanguage(sampleOf(text.blocks), options.languages) : primaryTag(told);
  const expected = [language, ...options.languages];
  const chunks: (TextChunk & { readonly language: string })[] = [];
  const split = splitChunks(text.blocks, {
    language,
    renderRow: (cells) => renderCells(cells, document.rowTemplate, options),
  });
  for (const chunk of split) {
    const own = chunk.text.length < longEnough ? scriptOr(chunk.text, language) : detectLanguage(chunk.text, expected);
    chunks.push({ ...chunk, language: own });
    if (chunks.length % splitAtOnce === 0) {
      await nextTurn();
      signal.throwIfAborted();
    }
  }
  return { title, chunks };
}

/**
 * The chunks with vectors and terms, a batch at a time, in order.
 * @throws PolyphonError KNW8009, or what the embedding throws.
 */
export async function* embedChunks(
  prepared: PreparedText,
  embedding: Embedding,
  signal: AbortSignal,
): AsyncGenerator<readonly NewChunk[]> {
  for (let start = 0; start < prepared.chunks.length; start += embedAtOnce) {
    const batch = prepared.chunks.slice(start, start + embedAtOnce);
    const texts = batch.map((chunk) => indexedText(prepared.title, chunk.headings, chunk.text));
    const vectors = await embedding.embed(texts, 'passage', signal);
    const chunks: NewChunk[] = [];
    for (const [index, chunk] of batch.entries()) {
      const vector = vectors[index];
      if (vectors.length !== batch.length || vector === undefined || vector.length !== embedding.dimensions) {
        throw new PolyphonError(
          'KNW8009',
          `The embedding '${embedding.id}' gave ${vectors.length} vectors for ${batch.length} texts, or vectors of another size than ${embedding.dimensions}. Report it to the author of the plugin.`,
        );
      }
      const terms = termsOf(texts[index] ?? '', chunk.language);
      const ordinal = start + index + 1;
      chunks.push({ ...chunk, ordinal, vector, words: countTerms(terms.words), grams: countTerms(terms.grams) });
      if (index % splitAtOnce === 0) await nextTurn();
    }
    yield chunks;
  }
}

function renderCells(
  cells: Readonly<Record<string, string>>,
  template: string | undefined,
  options: PrepareOptions,
): string {
  if (template === undefined) return rowText(cells);
  try {
    return options.renderRow(template, cells);
  } catch (error) {
    throw new PolyphonError(
      'KNW8008',
      `The row template fails: ${error instanceof Error ? error.message : 'unknown reason'}. Correct \`row:\` under \`knowledge:\` in bot.yaml.`,
      { cause: error },
    );
  }
}

function sampleOf(blocks: readonly Block[]): string {
  let sample = '';
  for (const block of blocks) {
    if ('text' in block) sample += `${block.text} `;
    else if ('cells' in block) sample += `${Object.values(block.cells).join(' ')} `;
    if (sample.length > sampleLength) break;
  }
  return sample;
}

/** Too short to guess by words, but another script is plain to see. */
function scriptOr(text: string, language: string): string {
  return /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(text)
    ? detectLanguage(text, [language])
    : language;
}

function primaryTag(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? language;
}
