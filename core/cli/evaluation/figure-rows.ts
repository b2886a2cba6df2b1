import { depths, type EvalFigures } from './evaluate.ts';

/** What is shown of an evaluation, by name, in the terminal and in the report. */
export function figureRows({ answerable, recall, mrr, unknown, latencyMs }: EvalFigures): readonly [string, string][] {
  // Of no question there is no share.
  const of = (share: number) => percent(answerable === 0 ? undefined : share);
  return [
    ...depths.map((depth): [string, string] => [`recall@${depth}`, of(recall[`${depth}`])]),
    ['MRR', answerable === 0 ? none : mrr.toFixed(3)],
    ['unknown recognised', percent(unknown.recall)],
    ['unknown, precision', percent(unknown.precision)],
    ['answerable refused', percent(unknown.refused)],
    ['latency p50', `${latencyMs.p50.toFixed(1)} ms`],
    ['latency p95', `${latencyMs.p95.toFixed(1)} ms`],
  ];
}

const none = '–';

/** `57.1 %`; a dash where there is nothing to have a share of. */
export function percent(share: number | undefined): string {
  return share === undefined ? none : `${(share * 100).toFixed(share === 1 || share === 0 ? 0 : 1)} %`;
}
