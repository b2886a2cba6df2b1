/** Twilio's code of an error, what we call it, and after how long another try makes sense. */
export interface TwilioError {
  readonly name: string;
  /** Absent: never. */
  readonly retryAfterMs?: number;
}

const busyMs = 3_000;
const queueMs = 60_000;

/** https://www.twilio.com/docs/api/errors: those a send or a status callback can carry. */
const known: Readonly<Record<number, TwilioError>> = {
  14107: { name: 'rate-limited', retryAfterMs: queueMs },
  20003: { name: 'auth' },
  20404: { name: 'not-found' },
  20429: { name: 'rate-limited', retryAfterMs: busyMs },
  20500: { name: 'service-failed', retryAfterMs: busyMs },
  20503: { name: 'service-unavailable', retryAfterMs: busyMs },
  21211: { name: 'invalid-number' },
  21217: { name: 'invalid-number' },
  21265: { name: 'invalid-number' },
  21266: { name: 'own-number' },
  21408: { name: 'region-not-allowed' },
  21421: { name: 'invalid-number' },
  21602: { name: 'nothing-to-send' },
  21603: { name: 'sender-missing' },
  21604: { name: 'recipient-missing' },
  21605: { name: 'too-long' },
  21606: { name: 'sender-not-allowed' },
  21608: { name: 'trial-account' },
  21609: { name: 'status-address-invalid' },
  21610: { name: 'opted-out' },
  21611: { name: 'queue-full', retryAfterMs: queueMs },
  21612: { name: 'unreachable' },
  21614: { name: 'not-a-mobile-number' },
  21617: { name: 'too-long' },
  21619: { name: 'nothing-to-send' },
  21620: { name: 'media-address-invalid' },
  21623: { name: 'too-many-media' },
  21635: { name: 'landline' },
  21655: { name: 'template-unknown' },
  21656: { name: 'template-parameters-wrong' },
  21659: { name: 'sender-not-allowed' },
  21660: { name: 'sender-not-allowed' },
  21701: { name: 'service-unknown' },
  21703: { name: 'service-without-sender' },
  21730: { name: 'service-unavailable', retryAfterMs: queueMs },
  21910: { name: 'sender-not-allowed' },
  30001: { name: 'queue-full', retryAfterMs: queueMs },
  30002: { name: 'account-suspended' },
  30003: { name: 'unreachable' },
  30004: { name: 'blocked' },
  30005: { name: 'unknown-number' },
  30006: { name: 'landline' },
  30007: { name: 'filtered' },
  30008: { name: 'unknown-error' },
  30009: { name: 'segment-missing' },
  30010: { name: 'too-expensive' },
  30011: { name: 'media-not-supported' },
  30019: { name: 'too-large' },
  30022: { name: 'rate-limited', retryAfterMs: queueMs },
  30023: { name: 'daily-limit' },
  30024: { name: 'number-not-provisioned' },
  30032: { name: 'number-not-verified' },
  30034: { name: 'campaign-not-registered' },
  30036: { name: 'expired' },
  30410: { name: 'carrier-timeout', retryAfterMs: queueMs },
  63001: { name: 'channel-auth' },
  63003: { name: 'unreachable' },
  63005: { name: 'refused-by-channel' },
  63007: { name: 'sender-not-allowed' },
  63012: { name: 'channel-failed', retryAfterMs: busyMs },
  63013: { name: 'against-policy' },
  63015: { name: 'sandbox-not-joined' },
  63016: { name: 'window-closed' },
  63017: { name: 'rate-limited', retryAfterMs: busyMs },
  63018: { name: 'rate-limited', retryAfterMs: queueMs },
  63019: { name: 'media-not-fetched' },
  63021: { name: 'invalid-content' },
  63024: { name: 'invalid-number' },
  63027: { name: 'template-unknown' },
  63028: { name: 'template-parameters-wrong' },
  63031: { name: 'own-number' },
  63032: { name: 'held-back-by-whatsapp' },
  63033: { name: 'blocked' },
  63038: { name: 'daily-limit' },
  63049: { name: 'held-back-by-whatsapp' },
};

export function twilioError(code: number): TwilioError {
  return known[code] ?? { name: 'refused' };
}

/** As in `63016 window-closed`. */
export function twilioReason(code: number): string {
  return `${code} ${twilioError(code).name}`;
}
