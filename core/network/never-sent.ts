/** Failures of finding, reaching and trusting the other side: no byte of the request was written before them. */
const beforeWriting: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
]);

/** Whether it is certain that nothing was sent. ETIMEDOUT says so only of connecting: an open connection can time out as well. */
export function neverSent(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (beforeWriting.has(code) || (code === 'ETIMEDOUT' && syscall === 'connect')) return true;
    // One error for each address that was tried.
    if (cause instanceof AggregateError && cause.errors.length > 0 && cause.errors.every(neverSent)) return true;
  }
  return false;
}
