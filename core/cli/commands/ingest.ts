import type { IngestProgress, IngestReport } from '../../knowledge/ingest-report.ts';
import { describeEstimate } from '../describe-estimate.ts';
import { exitCodes } from '../exit-code.ts';
import { failureLines, isWhole, reembeddingLines } from '../ingest-troubles.ts';
import { openBots } from '../open-bot.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { count, elapsed, oneLine } from '../wording.ts';

interface IngestOptions {
  readonly dryRun?: true;
  readonly json?: true;
}

export function addIngest({ program, act }: Registry): void {
  program
    .command('ingest')
    .description('read documents into the index; only what has changed')
    .argument('[tenant...]', 'bots whose documents to read; all unless named')
    .option('--dry-run', 'say what would be read, and change nothing')
    .option('--json', 'print JSON')
    .action(act(ingest));
}

async function ingest(shell: Shell, named: readonly string[], options: IngestOptions): Outcome {
  await using bots = await openBots(named, shell, (deployment) => ({ ...deployment, documents: 'look' }));
  const { kernel } = bots.application;
  const reports: IngestReport[] = [];
  for (const tenantId of bots.tenantIds) {
    const progress = progressLine(tenantId, shell);
    const mode = options.dryRun ? 'dry-run' : 'apply';
    const report = await kernel
      .ingest(tenantId, { mode, onProgress: progress.show }, shell.terminal.signal)
      .finally(progress.clear);
    reports.push(report);
    if (!options.json) shell.print(describe(report, mode, shell));
  }
  if (options.json)
    shell.print(
      JSON.stringify({ formatVersion: 1, mode: options.dryRun ? 'dry-run' : 'apply', reports }, undefined, 2),
    );
  if (bots.failed.length > 0) return exitCodes.invalid;
  return reports.every(isWhole) ? exitCodes.ok : exitCodes.failure;
}

/** How often a long ingest says where it is, when nobody watches. */
const sayEveryMs = 5000;

/** Redrawn in place where somebody watches; a line now and then elsewhere. */
function progressLine(
  tenantId: string,
  { terminal, note }: Shell,
): { show(progress: IngestProgress): void; clear(): void } {
  const { stderr, clock } = terminal;
  let saidAtMs = clock.monotonicMs();
  return {
    show: ({ phase, done, total, document }) => {
      if (phase === 'done') return;
      if (stderr.isTty) {
        const share = total === 0 ? 0 : Math.floor((done / total) * 100);
        const what = oneLine(document ?? phase, Math.max(20, stderr.columns - 30));
        stderr.write(`\r\u001b[2K${note.dim(`${tenantId}  ${String(share).padStart(3)} %  ${what}`)}`);
      } else if (clock.monotonicMs() - saidAtMs > sayEveryMs) {
        saidAtMs = clock.monotonicMs();
        const what = phase === 'embedding' ? 'chunks embedded' : 'documents read';
        stderr.write(`${tenantId}: ${done} of ${total} ${what}\n`);
      }
    },
    clear: () => {
      if (stderr.isTty) stderr.write('\r\u001b[2K');
    },
  };
}

function describe(report: IngestReport, mode: 'apply' | 'dry-run', { ink }: Shell): string {
  const parts = [
    ...(report.added > 0 ? [ink.green(`${report.added} added`)] : []),
    ...(report.changed > 0 ? [ink.yellow(`${report.changed} changed`)] : []),
    ...(report.removed > 0 ? [ink.red(`${report.removed} removed`)] : []),
    `${report.unchanged} unchanged`,
  ];
  const would = mode === 'dry-run' ? 'would read: ' : '';
  const chunks = mode === 'dry-run' ? '' : `, ${count(report.chunks, 'chunk')}`;
  const lines = [
    `${ink.bold(report.tenantId)}  ${would}${parts.join(', ')}${chunks}  ${ink.dim(`in ${elapsed(report.elapsedMs)}`)}`,
  ];
  lines.push(...reembeddingLines(report, ink));
  if (report.estimate !== undefined) lines.push(`  embedding: ${describeEstimate(report.estimate)}`);
  lines.push(...failureLines(report, ink));
  return lines.join('\n');
}
