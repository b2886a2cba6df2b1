import type { BackfillReport } from '../knowledge/backfill-report.ts';
import type { IngestReport } from '../knowledge/ingest-report.ts';
import type { Shell } from './shell.ts';
import { count } from './wording.ts';

/** Whether all there was to read was read, and all there was to embed was embedded. */
export function isWhole({ failures, backfill }: Pick<IngestReport, 'failures' | 'backfill'>): boolean {
  return failures.length === 0 && isEmbedded({ backfill });
}

/** Whether all there was to embed was. */
export function isEmbedded({ backfill }: { readonly backfill?: BackfillReport | undefined }): boolean {
  return backfill === undefined || (backfill.missing === 0 && backfill.error === undefined);
}

/** What answers while vectors are missing. */
export function answeringMeanwhile({ earlier }: Pick<BackfillReport, 'earlier'>): string {
  return earlier === undefined ? 'words find what has no vector' : `${earlier} answers until then`;
}

/** A line for each document that could not be read. */
export function failureLines({ failures }: Pick<IngestReport, 'failures'>, ink: Shell['ink']): readonly string[] {
  return failures.map(
    ({ source, document, code, message }) => `  ${ink.red('✗')} ${source}: ${document}  ${ink.red(code)}  ${message}`,
  );
}

/** A line on the vectors that were made after reading, where any were lacking. */
export function backfillLines({ backfill }: Pick<IngestReport, 'backfill'>, ink: Shell['ink']): readonly string[] {
  if (backfill === undefined) return [];
  const { made, missing, earlier, error } = backfill;
  const chunks = `${count(made, 'chunk')} ${earlier === undefined ? 'embedded' : 'embedded anew'}`;
  if (isEmbedded({ backfill })) {
    if (earlier !== undefined) return [`  ${ink.green('✓')} ${chunks}; they serve now`];
    return made === 0 ? [] : [`  ${ink.green('✓')} ${chunks}`];
  }
  const why = error === undefined ? '' : `  ${ink.red(error.code)}  ${error.message}`;
  const left = missing === 0 ? '' : `, ${missing} to go`;
  return [`  ${ink.red('✗')} ${chunks}${left}; ${answeringMeanwhile(backfill)}${why}`];
}
