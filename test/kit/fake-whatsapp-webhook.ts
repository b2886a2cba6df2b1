import { createHmac } from 'node:crypto';

/** Somebody with a telephone number, or with a business-scoped user id where they hide it. */
export interface FakeWhatsappPerson {
  /** As in `16505551234`. */
  readonly phone?: string;
  /** As in `US.13491208655302741918`. */
  readonly userId?: string;
  readonly name?: string;
}

export interface FakeWhatsappMessage {
  readonly from: FakeWhatsappPerson;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** As in `{ type: 'text', text: { body: 'Hello' } }`. */
  readonly content: Readonly<Record<string, unknown>>;
}

export interface FakeWhatsappStatus {
  readonly id: string;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  readonly to: string;
  /** The business-scoped id of who got it; Meta tells it of what did not fail. */
  readonly userId?: string;
  readonly at: number;
  readonly code?: number;
  /** What came with the message as `biz_opaque_callback_data`; the fake knows it of what it took. */
  readonly opaque?: string;
}

/** The body of a webhook as Meta sends it. */
export function fakeWhatsappWebhook(
  phoneNumberId: string,
  news: { readonly messages?: readonly FakeWhatsappMessage[]; readonly statuses?: readonly FakeWhatsappStatus[] },
): object {
  const { messages = [], statuses = [] } = news;
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
    ...(messages.length === 0 ? {} : { contacts: messages.map(({ from }) => contactOf(from)) }),
    ...(messages.length === 0 ? {} : { messages: messages.map(messageOf) }),
    ...(statuses.length === 0 ? {} : { statuses: statuses.map(statusOf) }),
  };
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '419561257915477', changes: [{ value, field: 'messages' }] }],
  };
}

/** `X-Hub-Signature-256` of these bytes. */
export function fakeWhatsappSignature(appSecret: string, body: string | Uint8Array): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}

function contactOf({ phone, userId, name = 'Sheena Nelson' }: FakeWhatsappPerson): object {
  return {
    profile: { name },
    ...(phone === undefined ? {} : { wa_id: phone }),
    ...(userId === undefined ? {} : { user_id: userId }),
  };
}

function messageOf({ from, id, at, content }: FakeWhatsappMessage): object {
  return {
    ...(from.phone === undefined ? {} : { from: from.phone }),
    ...(from.userId === undefined ? {} : { from_user_id: from.userId }),
    id,
    timestamp: String(Math.floor(at / 1000)),
    ...content,
  };
}

function statusOf({ id, status, to, userId, at, code, opaque }: FakeWhatsappStatus): object {
  return {
    id,
    status,
    timestamp: String(Math.floor(at / 1000)),
    recipient_id: to,
    ...(userId === undefined || status === 'failed' ? {} : { recipient_user_id: userId }),
    ...(opaque === undefined ? {} : { biz_opaque_callback_data: opaque }),
    ...(code === undefined ? {} : { errors: [{ code, title: 'Message failed', message: 'Message failed' }] }),
  };
}
