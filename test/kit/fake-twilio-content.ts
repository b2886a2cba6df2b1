/** A template of Twilio's Content API. */
export interface FakeTwilioContent {
  /** `HX` and 32 hexadecimal digits. */
  readonly sid: string;
  readonly name: string;
  /** Its words, as in `Your lamp {{1}} is ready.` */
  readonly body: string;
  /** What WhatsApp says of it; `approved` unless told. */
  readonly status?: string;
}

/** What `GET /v1/Content/{Sid}` and `…/ApprovalRequests` say (twilio.com/docs/content/content-api-resources); undefined for anything else. */
export function fakeTwilioContent(
  { pathname }: URL,
  contents: readonly FakeTwilioContent[],
  accountSid: string,
): object | undefined {
  const [, sid, edge] = /^\/v1\/Content\/(HX[0-9a-fA-F]{32})(\/ApprovalRequests)?$/.exec(pathname) ?? [];
  const found = contents.find((content) => content.sid === sid);
  if (found === undefined) return undefined;
  const { name, body, status = 'approved' } = found;
  const place = { sid, account_sid: accountSid, url: `https://content.twilio.com${pathname}` };
  if (edge === undefined) {
    return { ...place, friendly_name: name, language: 'en', variables: {}, types: { 'twilio/text': { body } } };
  }
  const whatsapp = { type: 'whatsapp', name, category: 'UTILITY', content_type: 'twilio/text', status };
  return { ...place, whatsapp: { ...whatsapp, rejection_reason: '', allow_category_change: true, flows: null } };
}
