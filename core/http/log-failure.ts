import type { LogFields, Logger } from '../contract/index.ts';
import type { Problem } from './problem.ts';

/** States of the deployment that were told already, and where: each request that meets them is no error of its own. */
const expected: ReadonlySet<string> = new Set(['TEN2102', 'TEN2104', 'HTP4008']);

/** A line for what the caller could not help: an error with its stack, or only its code where it was to be expected. */
export function logFailure(
  log: Logger,
  message: string,
  { status, code }: Pick<Problem, 'status' | 'code'>,
  { error, ...fields }: LogFields & { readonly error: unknown },
): void {
  if (status < 500) return;
  if (expected.has(code)) log.info(message, { ...fields, code });
  else log.error(message, { ...fields, error });
}
