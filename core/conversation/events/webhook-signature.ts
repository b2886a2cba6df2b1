import { createHmac } from 'node:crypto';

/** The headers of Standard Webhooks (https://www.standardwebhooks.com), with which the receiver tells our request from anybody's. */
export function signedHeaders(request: {
  /** The same each time the event is sent again. */
  readonly id: string;
  /** Of this attempt; receivers refuse old ones. */
  readonly atMs: number;
  readonly body: string;
  readonly secret: string;
}): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(request.atMs / 1000));
  const signature = createHmac('sha256', keyOf(request.secret))
    .update(`${request.id}.${timestamp}.${request.body}`)
    .digest('base64');
  return {
    'webhook-id': request.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** `whsec_` and base64, as the standard writes keys; any other secret is taken by its UTF-8 bytes. */
function keyOf(secret: string): Buffer {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
}
