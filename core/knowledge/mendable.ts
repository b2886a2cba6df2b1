import type { IngestReport } from './ingest-report.ts';

type Failure = Pick<IngestReport['failures'][number], 'code' | 'since'>;

/** It lies in the document, whose bytes fail in the same way again, or in the definition: vectors of a wrong size are paid for each time. */
const ownFaults: ReadonlySet<string> = new Set([
  'KNW8003',
  'KNW8004',
  'KNW8005',
  'KNW8006',
  'KNW8007',
  'KNW8008',
  'SRC8104',
  'EMB8207',
]);

/** Whether another try may go through though nothing has changed here: a service was down, a key is corrected at the provider. */
export function isMendable({ code, since }: Failure): boolean {
  return since === 'now' && !ownFaults.has(code);
}

/** Of these: whether the document was read and only its vectors are missing. */
export function isUnembedded(failure: Failure): boolean {
  return isMendable(failure) && (failure.code.startsWith('EMB82') || failure.code === 'KNW8009');
}
