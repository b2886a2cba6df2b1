import { createHash } from 'node:crypto';
import { PolyphonError, type SourceDocument } from 'polyphon/plugin';

export interface Pair {
  /** At least one; the first is the title. */
  readonly questions: readonly string[];
  /** Markdown. */
  readonly answer: string;
  readonly url: string | undefined;
}

/**
 * One document: each way to ask is a heading above the answer and the first also the title. Search puts a passage first whose heading
 * is the question, word by word.
 */
export function documentOf(pair: Pair, place: string, language: string | undefined): SourceDocument {
  const [title = ''] = pair.questions;
  const headings = pair.questions.slice(0, 6).map((question, index) => `${'#'.repeat(index + 1)} ${escaped(question)}`);
  // The rest of the ways to ask have no heading left; they stand with the last.
  const more = pair.questions.slice(6).map(escaped).join(' ');
  const text = `${headings.join('\n\n')}${more === '' ? '' : ` ${more}`}\n\n${withoutHeadings(pair.answer)}\n`;
  const bytes = new TextEncoder().encode(text);
  return {
    id: `${place}#${createHash('sha256').update(title.toLowerCase()).digest('hex').slice(0, 12)}`,
    title,
    mediaType: 'text/markdown',
    version: createHash('sha256')
      .update(bytes)
      .update(pair.url ?? '')
      .digest('hex')
      .slice(0, 24),
    ...(pair.url === undefined ? {} : { url: pair.url }),
    ...(language === undefined ? {} : { language }),
    read: () => Promise.resolve(bytes.slice()),
  };
}

/** @throws PolyphonError SRC8104. */
export function checkPair(value: unknown, where: string): Pair {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const asked = fields['q'] ?? fields['question'];
  const questions = (Array.isArray(asked) ? asked : [asked]).flatMap((one) => oneLine(one));
  const answer = fields['a'] ?? fields['answer'];
  if (questions.length === 0 || (typeof answer !== 'string' && typeof answer !== 'number') || `${answer}`.trim() === '')
    throw malformed(where, 'a pair needs a question `q` and an answer `a`, both text');
  const url = fields['url'];
  return {
    questions,
    answer: `${answer}`.trim(),
    url: typeof url === 'string' && /^https?:/.test(url) ? url : undefined,
  };
}

/** `data.mistake` is where and what, without the next step; `data.index` which pair of a list, where that is known. */
export function malformed(
  where: string,
  what: string,
  { cause, index }: { readonly cause?: unknown; readonly index?: number } = {},
): PolyphonError {
  const mistake = `${where}: ${what}`;
  return new PolyphonError('SRC8104', `${mistake}. Correct it; the pairs that were read before stay.`, {
    cause,
    data: { mistake, ...(index === undefined ? {} : { index }) },
  });
}

function oneLine(value: unknown): readonly string[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const text = `${value}`.replace(/\s+/g, ' ').trim();
  return text === '' ? [] : [text];
}

/** A question is text, whatever Markdown would make of it. */
function escaped(text: string): string {
  return text.replace(/([\\`*_[\]<>#])/g, '\\$1');
}

/** A heading inside an answer would part it from its question. */
function withoutHeadings(answer: string): string {
  return answer.replace(/^#{1,6}\s+(.*)$/gm, '**$1**');
}
