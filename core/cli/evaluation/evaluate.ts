import type { Passage } from '../../contract/index.ts';
import type { EvalQuestion } from './question-set.ts';

export const depths = [1, 3, 5, 10] as const;

/** How one question went. */
export interface EvalResult {
  readonly question: string;
  readonly from: string;
  readonly expected: 'passage' | 'unknown';
  /** 1 for the first passage; absent when none of the first ten answers. */
  readonly rank?: number;
  /** Of the best passage, 0 when there is none. */
  readonly score: number;
  /** Whether a passage reached `minScore`. */
  readonly found: 'yes' | 'no';
  /** The document that the question is expected to find, where the bot has none of that name. */
  readonly noSuchDocument?: string;
  readonly elapsedMs: number;
}

export interface EvalFigures {
  readonly questions: number;
  readonly answerable: number;
  readonly unanswerable: number;
  /** Share of answerable questions with an answer among the first k passages. */
  readonly recall: Readonly<Record<`${(typeof depths)[number]}`, number>>;
  /** Mean of one through the rank. */
  readonly mrr: number;
  /** Undefined without questions of the kind. */
  readonly unknown: {
    /** Share of unanswerable questions that get no passage. */
    readonly recall: number | undefined;
    /** Share of questions without a passage that are unanswerable. */
    readonly precision: number | undefined;
    /** Share of answerable questions that get no passage. */
    readonly refused: number | undefined;
  };
  readonly latencyMs: { readonly p50: number; readonly p95: number };
}

type Search = (text: string, which: 'all' | 'good') => Promise<readonly Passage[]>;

export interface EvalServices {
  readonly search: Search;
  /** Those of the bot. */
  readonly documents: ReadonlySet<string>;
  readonly nowMs: () => number;
}

export async function evaluate(
  questions: readonly EvalQuestion[],
  services: EvalServices,
): Promise<readonly EvalResult[]> {
  const { search, nowMs } = services;
  const results: EvalResult[] = [];
  // What loads with the first question is not the latency of the others.
  if (questions[0] !== undefined) await search(questions[0].text, 'all');
  const { documents } = services;
  for (const { text, from, expected } of questions) {
    const startedMs = nowMs();
    const passages = await search(text, 'all');
    const elapsedMs = nowMs() - startedMs;
    const good = await search(text, 'good');
    const rank = expected.kind === 'unknown' ? 0 : passages.findIndex((passage) => answers(passage, expected)) + 1;
    const wanted = expected.kind === 'passage' ? expected.document : undefined;
    results.push({
      question: text,
      from,
      expected: expected.kind,
      ...(rank === 0 ? {} : { rank }),
      score: Math.max(0, ...passages.map(({ score }) => score)),
      found: good.length > 0 ? 'yes' : 'no',
      ...(wanted === undefined || documents.has(wanted) ? {} : { noSuchDocument: wanted }),
      elapsedMs,
    });
  }
  return results;
}

function answers(passage: Passage, expected: Extract<EvalQuestion['expected'], { readonly kind: 'passage' }>): boolean {
  const { sources } = expected;
  if (sources.length > 0 && !sources.includes(passage.source) && !sources.includes(passage.document)) return false;
  if (expected.document !== undefined && passage.document !== expected.document) return false;
  const text = fold([passage.title, ...passage.headings, passage.text].join(' '));
  return expected.texts.length === 0 || expected.texts.some((part) => text.includes(fold(part)));
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ');
}

export function figuresOf(results: readonly EvalResult[]): EvalFigures {
  const answerable = results.filter(({ expected }) => expected === 'passage');
  const unanswerable = results.filter(({ expected }) => expected === 'unknown');
  const refused = answerable.filter(({ found }) => found === 'no').length;
  const recognised = unanswerable.filter(({ found }) => found === 'no').length;
  const within = (depth: number) => answerable.filter(({ rank }) => rank !== undefined && rank <= depth).length;
  const times = results.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b);
  const at = (share: number) => times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? 0;
  return {
    questions: results.length,
    answerable: answerable.length,
    unanswerable: unanswerable.length,
    recall: Object.fromEntries(
      depths.map((depth) => [`${depth}`, share(within(depth), answerable.length) ?? 0]),
    ) as EvalFigures['recall'],
    mrr:
      share(
        answerable.reduce((sum, { rank }) => sum + (rank === undefined ? 0 : 1 / rank), 0),
        answerable.length,
      ) ?? 0,
    unknown: {
      recall: share(recognised, unanswerable.length),
      precision: share(recognised, recognised + refused),
      refused: share(refused, answerable.length),
    },
    latencyMs: { p50: at(0.5), p95: at(0.95) },
  };
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
