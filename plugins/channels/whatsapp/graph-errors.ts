/** Meta's code of a refusal, what we call it, and after how long another try makes sense. */
export interface GraphError {
  readonly name: string;
  /** Absent: never. */
  readonly retryAfterMs?: number;
}

/** One message in six seconds to the same person is Meta's limit. */
const pairPauseMs = 6_000;
const ratePauseMs = 5_000;
const hourMs = 3_600_000;

/** https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes: those a send or a status can carry; 2200 is said of a webhook. */
const known: Readonly<Record<number, GraphError>> = {
  0: { name: 'access-token-invalid' },
  1: { name: 'unknown-api-error', retryAfterMs: ratePauseMs },
  2: { name: 'service-unavailable', retryAfterMs: ratePauseMs },
  3: { name: 'permission-missing' },
  4: { name: 'app-rate-limited', retryAfterMs: 60_000 },
  10: { name: 'permission-missing' },
  33: { name: 'phone-number-unknown' },
  100: { name: 'parameter-invalid' },
  102: { name: 'access-token-invalid' },
  190: { name: 'access-token-invalid' },
  368: { name: 'blocked-for-policy' },
  803: { name: 'object-unknown' },
  2200: { name: 'callback-not-verified' },
  80007: { name: 'rate-limited', retryAfterMs: 60_000 },
  130403: { name: 'blocked-by-integrity' },
  130429: { name: 'rate-limited', retryAfterMs: ratePauseMs },
  130472: { name: 'held-back-by-experiment' },
  130497: { name: 'country-not-allowed' },
  131000: { name: 'unknown-error', retryAfterMs: ratePauseMs },
  131005: { name: 'access-denied' },
  131008: { name: 'parameter-missing' },
  131009: { name: 'parameter-invalid' },
  131016: { name: 'service-unavailable', retryAfterMs: ratePauseMs },
  131021: { name: 'recipient-is-sender' },
  131026: { name: 'undeliverable' },
  131030: { name: 'recipient-not-allowed' },
  131031: { name: 'account-locked' },
  131037: { name: 'display-name-missing' },
  131042: { name: 'payment-missing' },
  131045: { name: 'number-not-registered' },
  131047: { name: 'window-closed' },
  131048: { name: 'spam-limited', retryAfterMs: hourMs },
  131049: { name: 'held-back-for-engagement' },
  131050: { name: 'marketing-refused-by-person' },
  131051: { name: 'message-type-unsupported' },
  131052: { name: 'media-not-downloaded' },
  131053: { name: 'media-not-uploaded' },
  131055: { name: 'method-not-allowed' },
  131056: { name: 'pair-rate-limited', retryAfterMs: pairPauseMs },
  131057: { name: 'account-in-maintenance', retryAfterMs: 60_000 },
  132000: { name: 'template-parameters-wrong' },
  132001: { name: 'template-unknown' },
  132005: { name: 'template-text-too-long' },
  132007: { name: 'template-against-policy' },
  132012: { name: 'template-parameter-format' },
  132015: { name: 'template-paused' },
  132016: { name: 'template-disabled' },
  133004: { name: 'service-unavailable', retryAfterMs: ratePauseMs },
  133010: { name: 'number-not-registered' },
  135000: { name: 'parameter-invalid' },
};

export function graphError(code: number): GraphError {
  return knownError(code) ?? { name: 'refused' };
}

/** Undefined of a code that is new to us: the status may say more. */
export function knownError(code: number): GraphError | undefined {
  const exact = known[code];
  if (exact !== undefined) return exact;
  if (code >= 200 && code < 300) return { name: 'permission-missing' };
  if (code >= 132000 && code < 133000) return { name: 'template-refused' };
  return undefined;
}

/** As in `131047 window-closed`. */
export function graphReason(code: number): string {
  return `${code} ${graphError(code).name}`;
}
