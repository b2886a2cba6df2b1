import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';

type FormValue = string | readonly string[];

export interface FakeTwilioCall {
  /** As it is signed: the public address. */
  readonly url: string;
  /** Where the server really listens, as in `http://127.0.0.1:4711`; the origin of `url` unless told. */
  readonly through?: string;
  readonly fields: Readonly<Record<string, FormValue>>;
  readonly authToken: string;
  /** Instead of the right one; `none` sends none. */
  readonly signature?: string;
}

export interface FakeTwilioCallAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** `X-Twilio-Signature`, computed here from Twilio's description, not with the package that the plugin checks it with. */
export function fakeTwilioSignature(
  authToken: string,
  url: string,
  fields: Readonly<Record<string, FormValue>>,
): string {
  const signed = Object.keys(fields)
    .sort()
    .flatMap((name) => [...new Set([fields[name] ?? []].flat())].sort().map((value) => name + value))
    .join('');
  return createHmac('sha1', authToken)
    .update(url + signed, 'utf8')
    .digest('base64');
}

/** Calls a webhook as Twilio does: over the public name, with a form and a signature. */
export function callTwilioWebhook(call: FakeTwilioCall): Promise<FakeTwilioCallAnswer> {
  const url = new URL(call.url);
  const target = new URL(call.through ?? url.origin);
  const body = new URLSearchParams(
    Object.entries(call.fields).flatMap(([name, value]) =>
      [value].flat().map((entry) => [name, entry] as [string, string]),
    ),
  ).toString();
  const signature = call.signature ?? fakeTwilioSignature(call.authToken, call.url, call.fields);
  const { promise, resolve, reject } = Promise.withResolvers<FakeTwilioCallAnswer>();
  const outgoing = request(
    {
      host: target.hostname,
      port: target.port,
      method: 'POST',
      path: url.pathname + url.search,
      agent: false,
      headers: {
        host: url.host,
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'TwilioProxy/1.1',
        ...(signature === 'none' ? {} : { 'x-twilio-signature': signature }),
      },
    },
    (incoming) => {
      const parts: Uint8Array[] = [];
      incoming.on('data', (part: Uint8Array) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          contentType: incoming.headers['content-type'] ?? '',
          body: Buffer.concat(parts).toString('utf8'),
        }),
      );
    },
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

export interface FakeTwilioInbound {
  /** The webhook's public address. */
  readonly url: string;
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body?: string;
  /** When it came to Twilio, in milliseconds since the epoch; now unless told. */
  readonly at?: number;
  /** Further fields, or others in place of the usual ones. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** The form of Twilio's webhook for a message that came in. */
export function fakeTwilioFields(message: FakeTwilioInbound, accountSid: string): Readonly<Record<string, string>> {
  const { sid, from, to, body = '', fields = {} } = message;
  return {
    ToCountry: 'DE',
    SmsMessageSid: sid,
    NumMedia: '0',
    SmsSid: sid,
    SmsStatus: 'received',
    Body: body,
    FromCountry: 'DE',
    To: to,
    NumSegments: '1',
    MessageSid: sid,
    AccountSid: accountSid,
    From: from,
    ApiVersion: '2010-04-01',
    ...fields,
  };
}

/** Two letters and 32 hex digits, the same for the same seed. */
export function fakeTwilioSid(prefix: string, seed: string): string {
  return prefix + createHash('md5').update(seed).digest('hex');
}
