import { type FakeTwilioForm, firstOf, type TwilioRefusalAnswer } from './fake-twilio-rules.ts';

export interface FakeTwilioMessage {
  readonly sid: string;
  readonly to: string;
  /** Number or Messaging Service. */
  readonly from: string;
  readonly body: string;
  readonly mediaUrls: readonly string[];
  readonly form: FakeTwilioForm;
  /** When it was taken, in milliseconds since the epoch. */
  readonly at: number;
}

const parameters: ReadonlySet<string> = new Set([
  'To',
  'From',
  'DateSent',
  'DateSent<',
  'DateSent>',
  'PageSize',
  'Page',
  'PageToken',
]);

/** What people have written, whether a webhook could tell of it or not. */
export interface FakeTwilioReceived {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  /** Addresses of files and their media types. */
  readonly media: readonly (readonly [url: string, mediaType: string])[];
  readonly at: number;
}

export interface FakeTwilioLog {
  readonly sent: readonly FakeTwilioMessage[];
  readonly received: readonly FakeTwilioReceived[];
  readonly accountSid: string;
}

/** What Twilio answers who asks for a list of messages: the newest first, in pages. */
export function fakeTwilioList(
  query: URLSearchParams,
  { sent, received, accountSid }: FakeTwilioLog,
): { readonly body: object } | { readonly refusal: TwilioRefusalAnswer } {
  const unknown = [...query.keys()].find((name) => !parameters.has(name));
  const size = Number(query.get('PageSize') ?? 50);
  if (unknown !== undefined || !Number.isInteger(size) || size < 1 || size > 1000) {
    return {
      refusal: { status: 400, code: 20001, message: `${unknown ?? 'PageSize'} is not what the specification says` },
    };
  }
  const [to, from, after] = [query.get('To'), query.get('From'), query.get('DateSent>')];
  if (after !== null && !/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(after)) {
    return { refusal: { status: 400, code: 20001, message: 'DateSent is not what the specification says' } };
  }
  const all = [
    ...sent.map((message) => ({ ...outboundOf(message), at: message.at })),
    ...received.map((message) => ({ ...inboundOf(message), at: message.at })),
  ]
    .filter((message) => (to === null || message.to === to) && (from === null || message.from === from))
    // "On and after": what is in the queue has no such date.
    .filter(({ date_sent }) => after === null || (date_sent !== null && Date.parse(date_sent) >= Date.parse(after)))
    .sort((a, b) => a.at - b.at)
    .toReversed();
  const first = Number(query.get('PageToken') ?? 0);
  const messages = all.slice(first, first + size).map(({ at, ...message }) => ({
    ...message,
    account_sid: accountSid,
    api_version: '2010-04-01',
    date_created: rfc2822(at),
    date_updated: rfc2822(at),
    error_code: null,
    error_message: null,
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}.json`,
  }));
  const next = new URLSearchParams({ ...Object.fromEntries(query), PageToken: String(first + size) });
  const more = first + size < all.length ? `/2010-04-01/Accounts/${accountSid}/Messages.json?${next}` : null;
  return { body: { messages, next_page_uri: more, page: first / size, page_size: size } };
}

function outboundOf({ sid, to, body, mediaUrls, form }: FakeTwilioMessage) {
  return {
    sid,
    to,
    body,
    from: firstOf(form, 'From') ?? null,
    messaging_service_sid: firstOf(form, 'MessagingServiceSid') ?? null,
    num_media: String(mediaUrls.length),
    direction: 'outbound-api',
    status: 'queued',
    date_sent: null,
  };
}

function inboundOf({ sid, to, from, body, media, at }: FakeTwilioReceived) {
  return {
    sid,
    to,
    body,
    from,
    messaging_service_sid: null,
    num_media: String(media.length),
    direction: 'inbound',
    status: 'received',
    date_sent: rfc2822(at),
  };
}

/** The files of a message, as `GET …/Messages/{Sid}/Media.json` lists them; undefined where there is no such message. */
export function fakeTwilioMedia(path: string, { received, accountSid }: FakeTwilioLog): object | undefined {
  const sid = /^\/2010-04-01\/Accounts\/AC[0-9a-fA-F]{32}\/Messages\/(\w+)\/Media\.json$/.exec(path)?.[1];
  const message = received.find((candidate) => candidate.sid === sid);
  if (message === undefined) return undefined;
  const media_list = message.media.map(([url, content_type]) => ({
    sid: url.slice(url.lastIndexOf('/') + 1),
    account_sid: accountSid,
    parent_sid: sid,
    content_type,
    date_created: rfc2822(message.at),
    date_updated: rfc2822(message.at),
    uri: `${new URL(url).pathname}.json`,
  }));
  return { media_list, next_page_uri: null, page: 0, page_size: 50 };
}

function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}
