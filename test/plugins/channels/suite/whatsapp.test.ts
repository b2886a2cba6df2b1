import { randomInt } from 'node:crypto';
import { describe, it } from 'vitest';
import { plugin } from '../../../../plugins/channels/whatsapp/plugin.ts';
import {
  type ChannelPlatform,
  channelSuite,
  type FakeWhatsapp,
  type FakeWhatsappFault,
  type FakeWhatsappMessage,
  type FakeWhatsappSent,
  fakeWhatsappSignature,
  fakeWhatsappWebhook,
  type SuiteFault,
  type SuiteRequest,
  startFakeWhatsapp,
} from '../../../kit/index.ts';

interface WhatsappPlatform extends ChannelPlatform {
  readonly meta: FakeWhatsapp;
}

const faults: Readonly<Record<SuiteFault, FakeWhatsappFault>> = {
  busy: { kind: 'answer', status: 429, code: 130429, retryAfterSeconds: 5 },
  failing: { kind: 'answer', status: 500, code: 2 },
  refused: { kind: 'answer', status: 400, code: 131026 },
  lost: { kind: 'lost' },
};
const maxMediaBytes = 1_000_000;
const media = new Set(['image', 'audio', 'video', 'document', 'sticker', 'location']);

async function startPlatform(): Promise<WhatsappPlatform> {
  const number = randomInt(1_000_000, 9_999_999);
  const appSecret = `app-secret-of-${number}`;
  const meta = await startFakeWhatsapp({
    phoneNumberId: `1065${number}`,
    accessToken: `EAA-access-token-of-${number}`,
    appSecret,
    verifyToken: `verify-token-of-${number}`,
  });
  const { phoneNumberId } = meta;
  const signed = (body: unknown): SuiteRequest => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return {
      route: 'webhook',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': fakeWhatsappSignature(appSecret, text) },
      body: text,
    };
  };
  const messageOf = (serial: number, person: number, content: FakeWhatsappMessage['content']): FakeWhatsappMessage => ({
    from: { phone: `1650555000${person}` },
    id: `wamid.suite${serial}`,
    at: meta.now(),
    content,
  });
  /** Meta knows who wrote before it tells us: only to them may we write. */
  const told = async (message: FakeWhatsappMessage): Promise<SuiteRequest> => {
    await meta.deliver(`${meta.baseUrl}/heard`, { messages: [message] });
    return signed(fakeWhatsappWebhook(phoneNumberId, { messages: [message] }));
  };
  const imageOf = (serial: number, id: string): Promise<SuiteRequest> =>
    told(messageOf(serial, 1, { type: 'image', image: { id, mime_type: 'image/png' } }));
  const change = (field: string, value: object) =>
    signed({ object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field, value }] }] });
  return {
    meta,
    hosts: [new URL(meta.baseUrl).host],
    secrets: [meta.accessToken, appSecret, meta.verifyToken],
    webhook: (messages) =>
      Promise.all(
        messages.map(({ number: serial, person, text }) =>
          told(messageOf(serial, person, { type: 'text', text: { body: text } })),
        ),
      ),
    forged: (request) => {
      const withSignature = (signature: string): SuiteRequest => ({
        ...request,
        headers: { ...request.headers, 'x-hub-signature-256': signature },
      });
      const { 'x-hub-signature-256': right = '', ...unsigned } = request.headers;
      return [
        { ...request, headers: unsigned },
        ...['', 'sha256=', right.slice(0, -2), right.slice(7), fakeWhatsappSignature('another', request.body)].map(
          withSignature,
        ),
        { ...request, body: String(request.body).replace('Good', 'Evil') },
      ];
    },
    unknown: () => [
      change('account_update', { event: 'VERIFIED_ACCOUNT' }),
      change('a_field_of_next_year', { messages: [{}] }),
      change('messages', {
        messaging_product: 'whatsapp',
        metadata: { phone_number_id: phoneNumberId },
        messages: [7, null, {}],
      }),
      ...['[]', 'null', '{"object":', ''].map(signed),
    ],
    unreadable: () =>
      [
        { type: 'unsupported', errors: [{ code: 131051, title: 'Message type unknown' }] },
        { type: 'order', order: { catalog_id: '1', product_items: [] } },
        { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{}' } } },
      ].map((content, index) =>
        signed(fakeWhatsappWebhook(phoneNumberId, { messages: [messageOf(80 + index, 1, content)] })),
      ),
    get sent() {
      return meta.sent.map((message) => ({
        person: Number(message.to.at(-1)),
        text: message.text,
        media: media.has(message.type) ? 1 : 0,
        buttons: buttonsOf(message).map(({ title }) => title),
        links: linkOf(message),
      }));
    },
    get attempts() {
      const isSend = (body: unknown) => (body as { readonly type?: unknown } | undefined)?.type !== undefined;
      return meta.requests.filter(({ path, body }) => path.endsWith('/messages') && isSend(body)).length;
    },
    meet: (fault) => meta.fail(faults[fault]),
    busyForMs: 5_000,
    press: async (index, button) => {
      const message = meta.sent[index];
      if (message === undefined) throw new Error(`Nothing was sent as number ${index}.`);
      const type = choicesOf(message).buttons === undefined ? 'list_reply' : 'button_reply';
      const content = { type: 'interactive', interactive: { type, [type]: buttonsOf(message)[button] } };
      return [await told(messageOf(100 + 10 * index + button, Number(message.to.at(-1)), content))];
    },
    file: async (bytes = new Uint8Array([1, 2, 3, 4])) => ({
      requests: [await imageOf(91, meta.addMedia({ bytes, mediaType: 'image/png' }))],
      bytes,
    }),
    goneFile: async () => ({ requests: [await imageOf(92, '90009999')] }),
    largeFile: async () => ({
      requests: [
        await imageOf(93, meta.addMedia({ bytes: new Uint8Array(maxMediaBytes + 1), mediaType: 'image/png' })),
      ],
    }),
    [Symbol.asyncDispose]: () => meta[Symbol.asyncDispose](),
  };
}

interface Choice {
  readonly id?: string;
  readonly title: string;
}

interface Choices {
  readonly buttons?: readonly { readonly reply: Choice }[];
  readonly sections?: readonly { readonly rows: readonly Choice[] }[];
  readonly parameters?: { readonly display_text: string; readonly url: string };
}

function choicesOf({ body }: FakeWhatsappSent): Choices {
  return (body['interactive'] as { readonly action?: Choices } | undefined)?.action ?? {};
}

function buttonsOf(message: FakeWhatsappSent): readonly Choice[] {
  const { buttons = [], sections = [], parameters } = choicesOf(message);
  return [
    ...buttons.map(({ reply }) => reply),
    ...sections.flatMap(({ rows }) => rows),
    ...(parameters === undefined ? [] : [{ title: parameters.display_text }]),
  ];
}

function linkOf(message: FakeWhatsappSent): readonly string[] {
  const { parameters } = choicesOf(message);
  return parameters === undefined ? [] : [parameters.url];
}

describe('whatsapp as a channel', () => {
  const suite = channelSuite({
    plugin,
    config: ({ meta }) => {
      const { phoneNumberId, accessToken, appSecret, verifyToken, baseUrl } = meta;
      return {
        phoneNumberId,
        accessToken,
        appSecret,
        verifyToken,
        baseUrl,
        templates: {},
        listLabel: '☰',
        maxMediaBytes,
        apiVersion: 'v23.0',
      };
    },
    fixtures: { start: startPlatform },
  });
  for (const { name, run } of suite) it(name, run);
});
