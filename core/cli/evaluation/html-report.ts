import { depths, type EvalFigures, type EvalResult } from './evaluate.ts';

/** One page without scripts and without anything from elsewhere. */
export function htmlReport(tenantId: string, figures: EvalFigures, results: readonly EvalResult[], at: string): string {
  const missed = results.filter(isMiss);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(tenantId)}: retrieval</title><style>${style}</style></head><body><main>
<h1>${escapeHtml(tenantId)}</h1>
<p>${figures.questions} questions, ${figures.answerable} of them answerable. ${escapeHtml(at)}</p>
<dl>${tile('recall@1', percent(figures.recall['1']))}${tile('recall@5', percent(figures.recall['5']))}${tile('MRR', figures.mrr.toFixed(3))}${tile('unknown recognised', percent(figures.unknown.recall))}${tile('answerable refused', percent(figures.unknown.refused))}${tile('latency p95', `${figures.latencyMs.p95.toFixed(1)} ms`)}</dl>
<h2>An answer among the first k passages</h2>${recallPlot(figures)}
<h2>Score of the best passage</h2>${scorePlot(results)}
<p class="key"><span class="a">answerable</span> <span class="u">unanswerable</span></p>
<h2>Not as expected: ${missed.length}</h2>
<table><thead><tr><th>question</th><th>expected</th><th>rank</th><th>score</th><th>where</th></tr></thead><tbody>
${missed.map(row).join('\n')}
</tbody></table></main></body></html>
`;
}

/** An answer that is not among the first five or is refused, or an unanswerable question that finds a passage. */
export function isMiss({ expected, rank, found }: EvalResult): boolean {
  return expected === 'unknown' ? found === 'yes' : found === 'no' || rank === undefined || rank > 5;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c2024;background:#fff}main{max-width:56rem;margin:2rem auto;padding:0 1rem}
h1{margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}dl{display:flex;flex-wrap:wrap;gap:1rem;margin:1rem 0}dl div{border:1px solid #d9dde1;border-radius:8px;padding:.5rem 1rem}
dt{font-size:.8rem;color:#5b6570}dd{margin:0;font-size:1.4rem;font-variant-numeric:tabular-nums}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:start;padding:.3rem .6rem;border-bottom:1px solid #e6e9ec;vertical-align:top;overflow-wrap:anywhere}svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#5b6570}
.a{color:#1f6f54}.u{color:#a8481f}.a::before,.u::before{content:"■ "}
@media(prefers-color-scheme:dark){body{background:#15181b;color:#e7eaed}dl div{border-color:#383f46}th,td{border-color:#2b3036}svg text,dt{fill:#9aa5b1;color:#9aa5b1}.a{color:#4fc39b}.u{color:#e58a5c}}`;

const plot = { width: 640, height: 180, left: 56, bottom: 24, top: 10 };

function frame(label: string, inner: string): string {
  return `<svg viewBox="0 0 ${plot.width} ${plot.height}" role="img" aria-label="${escapeHtml(label)}">${inner}</svg>`;
}

function y(share: number): number {
  return plot.top + (1 - share) * (plot.height - plot.top - plot.bottom);
}

function recallPlot({ recall }: EvalFigures): string {
  const step = (plot.width - plot.left) / depths.length;
  const bars = depths.map((depth, at) => {
    const value = recall[`${depth}`];
    const x = plot.left + at * step + step * 0.2;
    const middle = x + step * 0.3;
    return `<rect x="${x}" y="${y(value)}" width="${step * 0.6}" height="${y(0) - y(value)}" fill="#2f8f6d"/><text x="${middle}" y="${y(value) < 24 ? y(value) + 16 : y(value) - 4}" text-anchor="middle" ${y(value) < 24 ? 'style="fill:#fff"' : ''}>${percent(value)}</text><text x="${middle}" y="${plot.height - 6}" text-anchor="middle">k = ${depth}</text>`;
  });
  return frame('recall by depth', `${axis()}${bars.join('')}`);
}

function axis(): string {
  return [0, 0.5, 1]
    .map(
      (share) =>
        `<line x1="${plot.left}" x2="${plot.width}" y1="${y(share)}" y2="${y(share)}" stroke="#8885"/><text x="${plot.left - 6}" y="${y(share) + 4}" text-anchor="end">${percent(share)}</text>`,
    )
    .join('');
}

const bins = 20;

function scorePlot(results: readonly EvalResult[]): string {
  const counts = (expected: EvalResult['expected']) => {
    const of = results.filter((result) => result.expected === expected);
    const held = new Array<number>(bins).fill(0);
    for (const { score } of of) {
      const bin = Math.min(bins - 1, Math.floor(score * bins));
      held[bin] = (held[bin] ?? 0) + 1 / of.length;
    }
    return held;
  };
  const [answerable, unanswerable] = [counts('passage'), counts('unknown')];
  const most = Math.max(...answerable, ...unanswerable, 0.01);
  const step = (plot.width - plot.left) / bins;
  const bars = (shares: readonly number[], colour: string, shift: number) =>
    shares
      .map((value, at) => {
        const top = y(value / most);
        return `<rect x="${plot.left + at * step + shift}" y="${top}" width="${step * 0.4}" height="${y(0) - top}" fill="${colour}"/>`;
      })
      .join('');
  const marks = [0, 0.25, 0.5, 0.75, 1]
    .map(
      (score) =>
        `<text x="${plot.left + score * (plot.width - plot.left - 10)}" y="${plot.height - 6}">${score}</text>`,
    )
    .join('');
  return frame(
    'distribution of scores',
    `<line x1="${plot.left}" x2="${plot.width}" y1="${y(0)}" y2="${y(0)}" stroke="#8885"/>${bars(answerable, '#2f8f6d', step * 0.08)}${bars(unanswerable, '#c8632f', step * 0.52)}${marks}`,
  );
}

function row({ question, expected, rank, score, from, found, noSuchDocument }: EvalResult): string {
  const unfound = found === 'no' ? 'nothing found' : (rank ?? 'not in ten');
  const was = noSuchDocument === undefined ? unfound : escapeHtml(`no document "${noSuchDocument}"`);
  return `<tr><td dir="auto">${escapeHtml(question)}</td><td>${expected}</td><td>${expected === 'unknown' ? '' : was}</td><td>${score.toFixed(2)}</td><td>${escapeHtml(from)}</td></tr>`;
}

function tile(name: string, value: string): string {
  return `<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

export function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(share === 1 || share === 0 ? 0 : 1)} %`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
