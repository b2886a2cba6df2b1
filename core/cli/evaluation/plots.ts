import { depths, type EvalFigures, type EvalResult } from './evaluate.ts';
import { percent } from './figure-rows.ts';

const plot = { width: 640, left: 10, right: 630 };

/** A bar for each depth, its value above it. */
export function recallPlot({ recall, answerable }: EvalFigures): string {
  const height = 190;
  const floor = height - 30;
  const full = floor - 36;
  const step = (plot.right - plot.left) / depths.length;
  const shown = depths.map((depth) => ({ depth, share: answerable === 0 ? undefined : recall[`${depth}`] }));
  const bars = shown.map(({ depth, share = 0 }, at) => {
    const x = plot.left + (at + 0.2) * step;
    const tall = share * full;
    const middle = x + step * 0.3;
    return `<rect class="answerable" x="${x}" y="${floor - tall}" width="${step * 0.6}" height="${tall}"/>${label(middle, floor - tall - 8, percent(shown[at]?.share))}${label(middle, height - 6, `k = ${depth}`)}`;
  });
  const values = shown.map(({ depth, share }) => `${depth}: ${percent(share)}`).join(', ');
  return frame(height, `Share of questions with an answer among the first k passages. ${values}`, [
    line(floor - full),
    line(floor),
    ...bars,
  ]);
}

const bins = 20;

/** How the best scores spread: of answerable questions above the line, of unanswerable ones below, so that no colour is needed. */
export function scorePlot(results: readonly EvalResult[]): string {
  const height = 256;
  const middle = 115;
  const tallest = 80;
  const sides = [
    { expected: 'passage', name: 'answerable', top: (tall: number) => middle - tall, at: 24 },
    { expected: 'unknown', name: 'unanswerable', top: () => middle, at: 220 },
  ] as const;
  const spread = sides.map((side) => {
    const scores = results.filter(({ expected }) => expected === side.expected).map(({ score }) => score);
    return { ...side, scores, shares: sharesOf(scores) };
  });
  const most = Math.max(0.01, ...spread.flatMap(({ shares }) => shares));
  const step = (plot.right - plot.left) / bins;
  const bars = spread.flatMap(({ name, shares, top }) =>
    shares.map((share, bin) => {
      const tall = (share / most) * tallest;
      return share === 0
        ? ''
        : `<rect class="${name}" x="${plot.left + (bin + 0.1) * step}" y="${top(tall)}" width="${step * 0.8}" height="${tall}"/>`;
    }),
  );
  const names = spread.map(({ name, at }) => `<text class="${name}" x="${plot.left}" y="${at}">${name}</text>`);
  const marks = [0, 0.25, 0.5, 0.75, 1].map((score) => {
    const anchor = score === 0 ? 'start' : score === 1 ? 'end' : 'middle';
    return label(plot.left + score * (plot.right - plot.left), height - 6, `${score}`, anchor);
  });
  const medians = spread.map(({ name, scores }) => `${name}: ${medianOf(scores)}`).join(', ');
  return frame(height, `Scores of the best passage, 0 to 1. Median of the questions, ${medians}`, [
    line(middle),
    ...bars,
    ...names,
    ...marks,
  ]);
}

function sharesOf(scores: readonly number[]): readonly number[] {
  const shares = new Array<number>(bins).fill(0);
  for (const score of scores) {
    const bin = Math.min(bins - 1, Math.floor(score * bins));
    shares[bin] = (shares[bin] ?? 0) + 1 / scores.length;
  }
  return shares;
}

function medianOf(scores: readonly number[]): string {
  const middle = [...scores].sort((a, b) => a - b)[Math.floor(scores.length / 2)];
  return middle === undefined ? 'none' : middle.toFixed(2);
}

/** `says` is the plot in words, for those who do not see it. */
function frame(height: number, says: string, inner: readonly string[]): string {
  return `<svg viewBox="0 0 ${plot.width} ${height}" role="img" aria-label="${says}">${inner.join('')}</svg>`;
}

function line(y: number): string {
  return `<line x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}"/>`;
}

function label(x: number, y: number, text: string, anchor = 'middle'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}
