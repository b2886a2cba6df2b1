import type { OutboundMessage, SendResult } from '../../contract/index.ts';

/** A longer wait was reckoned wrongly: who asked for it has no answer by then anyway. */
const longestWaitMs = 7 * 24 * 3_600_000;

/**
 * What a channel's `send` gave, as one of the three results. A plugin in JavaScript has no compiler, and what is no result would be sent
 * again without end; a wait that is no number, as that of a `retry-after` which is a date, could not be stored and would hold the
 * conversation for good.
 */
export function usableResult(given: unknown, { id }: OutboundMessage, blame: (what: string) => void): SendResult {
  const result = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  const { status, providerMessageId, conversation, note, reason, retryAfterMs } = result;
  switch (status) {
    case 'uncertain':
      return { status };
    case 'delivered': {
      const isNamed = typeof providerMessageId === 'string' && providerMessageId !== '';
      if (!isNamed) blame("`delivered` without the platform's `providerMessageId` as a text");
      // The platform took it: that is known. Our own id is nobody else's.
      return {
        status,
        providerMessageId: isNamed ? providerMessageId : id,
        ...(typeof conversation === 'string' && conversation !== '' ? { conversation } : {}),
        ...(typeof note === 'string' ? { note } : {}),
      };
    }
    case 'rejected': {
      const isReasoned = typeof reason === 'string' && reason !== '';
      if (!isReasoned) blame('`rejected` without a `reason`');
      const rejected = { status, reason: isReasoned ? reason : 'no reason given' } as const;
      if (retryAfterMs === undefined) return rejected;
      const isNumber = typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs);
      if (!isNumber) blame('a `retryAfterMs` that is no number of milliseconds');
      return { ...rejected, retryAfterMs: isNumber ? Math.min(Math.max(retryAfterMs, 0), longestWaitMs) : 0 };
    }
    default:
      blame('no `status` of `delivered`, `rejected` or `uncertain`, so that nobody knows whether the message arrived');
      return { status: 'uncertain' };
  }
}
