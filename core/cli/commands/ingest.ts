import { PolyphonError } from '../../contract/index.ts';
import type { IngestOptions, IngestReport } from '../../knowledge/ingest-report.ts';
import { describeEstimate } from '../describe-estimate.ts';
import { exitCodes } from '../exit-code.ts';
import { IngestProgressLine } from '../ingest-progress.ts';
import { backfillLines, failureLines, isWhole } from '../ingest-troubles.ts';
import { type OpenBots, openBots } from '../open-bot.ts';
import type { Registry } from '../registry.ts';
import { writeError } from '../report-error.ts';
import type { Outcome, Shell } from '../shell.ts';
import { count, elapsed } from '../wording.ts';

interface Given {
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

async function ingest(shell: Shell, named: readonly string[], options: Given): Outcome {
  await using bots = await openBots(named, shell, (deployment) => ({ ...deployment, documents: 'look' }));
  const { kernel } = bots.application;
  const reports: IngestReport[] = [];
  const unopened: (Pick<PolyphonError, 'code' | 'message'> & { readonly tenantId: string })[] = [];
  const mode = options.dryRun ? 'dry-run' : 'apply';
  for (const tenantId of bots.tenantIds) {
    try {
      const report = await readOne(tenantId, { kernel, named, mode, shell });
      reports.push(report);
      if (!options.json) shell.print(describe(report, mode, shell));
    } catch (error) {
      // One that lacks a plugin's package keeps no other bot from being read.
      if (!(error instanceof PolyphonError) || error.code !== 'PLG2006') throw error;
      const { code, message } = error;
      unopened.push({ tenantId, code, message });
      writeError(shell, code, message);
    }
  }
  if (options.json)
    shell.print(
      JSON.stringify(
        { formatVersion: 1, mode, reports, ...(unopened.length > 0 && { errors: unopened }) },
        undefined,
        2,
      ),
    );
  if (bots.failed.length > 0) return exitCodes.invalid;
  if (unopened.length > 0) return exitCodes.unavailable;
  return reports.every(isWhole) ? exitCodes.ok : exitCodes.failure;
}

interface Reading {
  readonly kernel: OpenBots['application']['kernel'];
  readonly named: readonly string[];
  readonly mode: IngestOptions['mode'];
  readonly shell: Shell;
}

async function readOne(tenantId: string, { kernel, named, mode, shell }: Reading): Promise<IngestReport> {
  const { signal } = shell.terminal;
  using progress = new IngestProgressLine(tenantId, shell);
  try {
    return await kernel.ingest(tenantId, { mode, onProgress: progress.show }, signal);
  } catch (error) {
    if (signal.aborted) progress.sayStopped(named, mode);
    throw error;
  }
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
  lines.push(...backfillLines(report, ink));
  if (report.estimate !== undefined) lines.push(`  embedding: ${describeEstimate(report.estimate)}`);
  lines.push(...failureLines(report, ink));
  return lines.join('\n');
}
