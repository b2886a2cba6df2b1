import type { IngestReport } from '../knowledge/ingest-report.ts';
import { count } from './wording.ts';

/** `24 chunks, 21 of them anew, about 1,900 tokens, 0.004 EUR`. */
export function describeEstimate({ chunks, anew, tokens, cost }: NonNullable<IngestReport['estimate']>): string {
  const parts = [`about ${tokens.toLocaleString('en')} tokens`];
  if (anew > 0 && anew < chunks) parts.unshift(`${anew} of them anew`);
  if (chunks > 0) parts.unshift(`${count(chunks, 'chunk')}${anew === chunks ? ' anew' : ''}`);
  if (cost !== undefined) {
    parts.push(`${cost.amount.toLocaleString('en', { maximumSignificantDigits: 2 })} ${cost.currency}`);
  }
  return parts.join(', ');
}
