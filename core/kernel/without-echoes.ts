import type { Clock } from '../contract/index.ts';
import type { ReloadReport } from './face.ts';

/** Editors empty a file, write it and set its times; what the watcher makes of that may come as two changes, the second somewhat later. */
const echoMs = 1000;

/**
 * Tells the same mistakes of one bot once a save: a rejection that is like the one just before, and comes at once, is the same save seen
 * twice. Who saves the mistake again later has changed something, and hears that it is still there.
 */
export function withoutEchoes(
  onReload: (report: ReloadReport) => void,
  clock: Pick<Clock, 'monotonicMs'>,
): (report: ReloadReport) => void {
  const last = new Map<string, { readonly mistakes: string; readonly atMs: number }>();
  return (report) => {
    const before = last.get(report.tenantId);
    if (report.outcome !== 'rejected') {
      last.delete(report.tenantId);
      return onReload(report);
    }
    const mistakes = JSON.stringify(report.diagnostics);
    const atMs = clock.monotonicMs();
    if (before?.mistakes === mistakes && atMs - before.atMs < echoMs) return;
    last.set(report.tenantId, { mistakes, atMs });
    onReload(report);
  };
}
