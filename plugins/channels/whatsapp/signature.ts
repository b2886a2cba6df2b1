import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const headerShape = /^sha256=([0-9a-f]{64})$/i;

/** Whether `X-Hub-Signature-256` was made of exactly these bytes with the app's secret. Constant time. */
export function isSigned(body: Uint8Array, header: string | null, appSecret: string): boolean {
  const given = headerShape.exec(header ?? '')?.[1];
  const right = createHmac('sha256', appSecret).update(body).digest();
  // Compared also where nothing usable was given, so that the time tells nothing.
  return timingSafeEqual(given === undefined ? Buffer.alloc(right.length) : Buffer.from(given, 'hex'), right);
}

/** Equality that takes the same time whatever differs, lengths included. */
export function isSame(given: string, right: string): boolean {
  return timingSafeEqual(digest(given), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
