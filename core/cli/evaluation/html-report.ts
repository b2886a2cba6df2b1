import { count, moment } from '../wording.ts';
import type { EvalFigures, EvalResult } from './evaluate.ts';
import { figureRows } from './figure-rows.ts';
import { isMiss, whyMissed } from './miss.ts';
import { recallPlot, scorePlot } from './plots.ts';

/** One page without scripts and without anything from elsewhere. @param at ISO 8601, UTC */
export function htmlReport(tenantId: string, figures: EvalFigures, results: readonly EvalResult[], at: string): string {
  const missed = results.filter(isMiss);
  const name = escapeHtml(tenantId);
  const tiles = figureRows(figures).map(([title, value]) => `<div><dt>${title}</dt><dd>${value}</dd></div>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${name}: retrieval</title><style>${style}</style></head><body><main>
<h1>${name}</h1>
<p>${count(figures.questions, 'question')}, ${figures.answerable} of them answerable. <time datetime="${at}">${moment(at, 'minutes')}</time></p>
<dl>${tiles.join('')}</dl>
<h2>An answer among the first k passages</h2>
${recallPlot(figures)}
<h2>Score of the best passage</h2>
${scorePlot(results)}
<h2>Not as expected: ${missed.length}</h2>
${missed.length === 0 ? '<p>Every question went as expected.</p>' : `<ol>\n${missed.map(item).join('\n')}\n</ol>`}
</main></body></html>
`;
}

function item(result: EvalResult): string {
  const { question, expected, score, from } = result;
  const wanted = expected === 'unknown' ? 'unanswerable' : 'answerable';
  return `<li><p dir="auto">${escapeHtml(question)}</p><p class="why"><strong>${escapeHtml(whyMissed(result))}</strong> · ${wanted} · score ${score.toFixed(2)} · <span>${escapeHtml(from)}</span></p></li>`;
}

/** On a narrow screen a plot is drawn at half its size: its text is twice as large there. */
const style = `body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c2024;background:#fff}main{max-width:56rem;margin:2rem auto;padding:0 1rem}
h1{margin:0}time{white-space:nowrap}h1,h2,li{overflow-wrap:anywhere}h2{font-size:1.1rem;margin:2rem 0 .5rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0}dl div{border:1px solid #d9dde1;border-radius:8px;padding:.5rem .75rem}
dt,.why{font-size:.85rem;color:#5b6570}dd{margin:0;font-size:1.4rem;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto}svg text{font:13px system-ui,sans-serif;fill:#5b6570}svg line{stroke:#8886}
rect.answerable{fill:#2f8f6d}rect.unanswerable{fill:#c8632f}
ol{padding-inline-start:2rem}li{padding:.4rem 0;border-bottom:1px solid #e6e9ec}li p{margin:0}
@media(max-width:32rem){svg text{font-size:24px}}
@media(prefers-color-scheme:dark){body{background:#15181b;color:#e7eaed}dl div{border-color:#383f46}li{border-color:#2b3036}dt,.why{color:#9aa5b1}svg text{fill:#9aa5b1}}`;

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
