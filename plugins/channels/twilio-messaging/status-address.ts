import { statusPath } from './routes.ts';

/** Names and addresses of one machine or one network. */
const local =
  /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.)|\.(?:localhost|local|internal|test|invalid)$/;

/**
 * Where Twilio reports what becomes of messages. Undefined where the deployment has not told its public address, or Twilio cannot reach
 * it over the internet: it refuses the whole message then (21609).
 */
export function statusAddressOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { hostname } = new URL(address);
  return hostname.includes('.') && !local.test(hostname) ? `${address}/${statusPath}` : undefined;
}
