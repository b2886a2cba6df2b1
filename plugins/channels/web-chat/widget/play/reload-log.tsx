import type { JSX } from 'preact';
import type { ReloadReport } from './wire.ts';

export interface ReloadEntry {
  readonly at: string;
  readonly report: ReloadReport;
}

/** What the last changes of the files did, newest first. */
export function ReloadLog({ entries }: { readonly entries: readonly ReloadEntry[] }): JSX.Element {
  return (
    <ol class="reloads">
      {entries.map(({ at, report }, index) => (
        <li key={entries.length - index} data-outcome={report.outcome}>
          <p>
            <time>{at}</time> {headline(report)}
          </p>
          {report.changes.map((change) => (
            <p key={change} class="change">
              <code dir="auto">{change}</code>
            </p>
          ))}
        </li>
      ))}
    </ol>
  );
}

export function headline(report: ReloadReport): string {
  const took = `in ${Math.round(report.elapsedMs)} ms`;
  switch (report.outcome) {
    case 'swapped':
      return `Reloaded ${took}`;
    case 'unchanged':
      return 'Read again, nothing changed';
    case 'rejected':
      return report.revision === undefined
        ? `Not loaded${firstError(report)}`
        : `Not loaded${firstError(report)}. The last good revision still serves`;
    case 'added':
      return `Added ${took}`;
    case 'removed':
      return 'Removed';
    case 'documents':
      return `Documents read again ${took}`;
    default:
      return report.outcome satisfies never;
  }
}

function firstError(report: ReloadReport): string {
  const error = report.diagnostics.find((problem) => problem.severity === 'error');
  if (!error) return '';
  const { line, column } = error.range.start;
  return `: ${error.summary}, ${error.file.split('/').at(-1)}:${line}:${column}`;
}
