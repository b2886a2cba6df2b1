import type { TurnTrace } from '../conversation/turn/turn-trace.ts';
import type { Ink } from './shell.ts';
import { formatTable } from './table.ts';
import { elapsed, money, oneLine, shortHash } from './wording.ts';

const barCells = 32;

/** A turn as a waterfall: what ran when, and what was found. */
export function renderTrace(trace: TurnTrace, ink: Ink, columns: number): string {
  const total = Math.max(trace.totalMs, 0.001);
  const outcome = trace.outcome === 'answered' ? ink.green(trace.outcome) : ink.yellow(trace.outcome);
  const facts = [
    `turn ${trace.turn}`,
    `revision ${shortHash(trace.revision)}`,
    trace.channel,
    trace.language,
    ...(trace.model === undefined ? [] : [trace.model]),
    `${trace.usage.inputTokens} + ${trace.usage.outputTokens} tokens`,
    ...(trace.cost === undefined ? [] : [money(trace.cost)]),
  ];
  const times = [
    ['waited', trace.queuedMs],
    ['first token', trace.firstTokenMs],
    ['total', trace.totalMs],
    ['framework', trace.overheadMs],
  ] as const;
  const rows = trace.steps.map((step) => [
    step.name,
    bar(step.startMs / total, step.durationMs / total, ink),
    exact(step.durationMs),
    ink.dim(oneLine(step.note ?? '', Math.max(20, columns - barCells - 28))),
  ]);
  const lines = [
    `${outcome}${trace.reason === undefined ? '' : `: ${trace.reason}`}  ${ink.dim(facts.join(' · '))}`,
    times.flatMap(([name, ms]) => (ms === undefined ? [] : [`${name} ${ink.bold(exact(ms))}`])).join('  '),
    formatTable([{ title: 'step' }, { title: '' }, { title: 'took', align: 'right' }, { title: '' }], rows, ink.dim),
  ];
  if (trace.passages.length > 0) {
    const found = trace.passages.map((passage, index) => [
      String(index + 1),
      passage.score.toFixed(2),
      passage.source,
      oneLine(passage.title, Math.max(20, columns - 40)),
    ]);
    lines.push(
      formatTable(
        [{ title: '#', align: 'right' }, { title: 'score', align: 'right' }, { title: 'source' }, { title: 'passage' }],
        found,
        ink.dim,
      ),
    );
  }
  return lines.join('\n');
}

function bar(from: number, share: number, ink: Ink): string {
  const start = Math.min(barCells - 1, Math.floor(Math.max(0, from) * barCells));
  const length = Math.max(1, Math.min(barCells - start, Math.round(share * barCells)));
  return ' '.repeat(start) + ink.cyan('█'.repeat(length)) + ' '.repeat(barCells - start - length);
}

/** Turns of the offline model take a few milliseconds: tenths matter. */
function exact(ms: number): string {
  return ms < 100 ? `${ms.toFixed(1)} ms` : elapsed(ms);
}
