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

/** What Twilio answers who asks for a list of messages: the newest first, all on one page. */
export function fakeTwilioList(
  query: URLSearchParams,
  { sent, accountSid }: { readonly sent: readonly FakeTwilioMessage[]; readonly accountSid: string },
): { readonly body: object } | { readonly refusal: TwilioRefusalAnswer } {
  const unknown = [...query.keys()].find((name) => !parameters.has(name));
  const size = Number(query.get('PageSize') ?? 50);
  if (unknown !== undefined || !Number.isInteger(size) || size < 1 || size > 1000) {
    return {
      refusal: { status: 400, code: 20001, message: `${unknown ?? 'PageSize'} is not what the specification says` },
    };
  }
  const [to, from] = [query.get('To'), query.get('From')];
  const messages = sent
    .filter((message) => (to === null || message.to === to) && (from === null || message.from === from))
    .toReversed()
    .slice(0, size)
    .map((message) => ({
      sid: message.sid,
      account_sid: accountSid,
      api_version: '2010-04-01',
      body: message.body,
      date_created: rfc2822(message.at),
      date_sent: null,
      date_updated: rfc2822(message.at),
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: firstOf(message.form, 'From') ?? null,
      messaging_service_sid: firstOf(message.form, 'MessagingServiceSid') ?? null,
      num_media: String(message.mediaUrls.length),
      num_segments: '1',
      price: null,
      price_unit: 'USD',
      status: 'queued',
      to: message.to,
      uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}.json`,
    }));
  return { body: { messages, next_page_uri: null, page: 0, page_size: size } };
}

function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}
