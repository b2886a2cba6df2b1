import type { IngestReport } from './ingest-report.ts';

type Failure = Pick<IngestReport['failures'][number], 'code' | 'since'>;

/** It lies in the document, whose bytes fail in the same way again. */
const ownFaults: ReadonlySet<string> = new Set([
  'KNW8003',
  'KNW8004',
  'KNW8005',
  'KNW8006',
  'KNW8007',
  'KNW8008',
  'SRC8104',
]);

/** Whether another try may go through though nothing has changed here: a service was down, a key is corrected at the provider. */
export function isMendable({ code, since }: Failure): boolean {
  return since === 'now' && !ownFaults.has(code);
}
