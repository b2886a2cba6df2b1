import type { Kernel, ReloadReport } from '../kernel/face.ts';
import type { Shell } from './shell.ts';
import type { ShownErrors } from './shown-errors.ts';
import { count, elapsed, shortHash } from './wording.ts';

/** How many differences of one reload are listed. */
const listed = 8;

/** One block on stderr for what became of a saved file. */
export async function reportReload(
  report: ReloadReport,
  kernel: Kernel,
  shown: ShownErrors,
  shell: Shell,
): Promise<void> {
  const { note } = shell;
  const bot = note.bold(report.tenantId);
  const took = note.dim(`in ${elapsed(report.elapsedMs)}`);
  if (report.outcome !== 'rejected') shown.forget(report.tenantId);
  switch (report.outcome) {
    case 'unchanged':
      // Only told after a rejected change: the mistake is gone, and what serves was right all along.
      shell.say(`${note.green('✓')} ${bot} is in order again; serving revision ${shortHash(report.revision)}`);
      return;
    case 'removed':
      shell.say(`${note.yellow('-')} ${bot} removed`);
      return;
    case 'added':
      shell.say(`${note.green('+')} ${bot} added ${took}`);
      break;
    case 'swapped':
      shell.say(`${note.green('✓')} ${bot} reloaded ${took}${changesOf(report, shell)}`);
      break;
    case 'documents':
      shell.say(`${note.green('✓')} ${bot} read its documents again ${took}${changesOf(report, shell)}`);
      break;
    case 'rejected': {
      await shown.show(report.tenantId, report.diagnostics, shell);
      const serving = kernel.tenants().find((tenant) => tenant.tenantId === report.tenantId)?.revision;
      const state = serving === undefined ? 'not serving' : `still serving revision ${shortHash(serving)}`;
      shell.say(
        `${note.red('✗')} ${bot} not reloaded: ${count(report.diagnostics.filter((one) => one.severity === 'error').length, 'error')}; ${state}`,
      );
      return;
    }
    default:
      report.outcome satisfies never;
  }
}

function changesOf(report: ReloadReport, { note }: Shell): string {
  if (report.changes.length === 0) return '';
  if (report.changes.length === 1) return `: ${report.changes[0]}`;
  const rest = report.changes.length - listed;
  return `\n${report.changes
    .slice(0, listed)
    .map((change) => `    ${change}`)
    .join('\n')}${rest > 0 ? `\n    ${note.dim(`and ${rest} more`)}` : ''}`;
}
