import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FakeWhatsappAccount } from './fake-whatsapp-account.ts';
import type {
  FakeWhatsapp,
  FakeWhatsappFault,
  FakeWhatsappOptions,
  FakeWhatsappRequest,
  FakeWhatsappSent,
} from './fake-whatsapp-face.ts';
import { fakeWhatsappId } from './fake-whatsapp-number.ts';
import { refusalOfMessage } from './fake-whatsapp-request.ts';
import { type FakeWhatsappRefusal, type Fields, personOf, wordsOf } from './fake-whatsapp-rules.ts';
import { templatesLike } from './fake-whatsapp-template.ts';
import { type FakeWhatsappStatus, fakeWhatsappSignature, fakeWhatsappWebhook } from './fake-whatsapp-webhook.ts';
import { jsonIn, listen, readBody, sendJson } from './listening-server.ts';
import { Waiters } from './waiters.ts';

export type { FakeWhatsappApp } from './fake-whatsapp-account.ts';
export * from './fake-whatsapp-face.ts';
export { refusalOfMessage } from './fake-whatsapp-request.ts';
export type { FakeWhatsappRefusal } from './fake-whatsapp-rules.ts';
export type { FakeWhatsappTemplate } from './fake-whatsapp-template.ts';
export * from './fake-whatsapp-webhook.ts';

const windowMs = 86_400_000;
const pairPauseMs = 6_000;

export async function startFakeWhatsapp(options: FakeWhatsappOptions = {}): Promise<FakeWhatsapp> {
  const phoneNumberId = options.phoneNumberId ?? '106540352242922';
  const accessToken = options.accessToken ?? 'EAAfaketoken0123456789';
  const appSecret = options.appSecret ?? 'app-secret-of-the-fake';
  const verifyToken = options.verifyToken ?? 'verify-token-of-the-fake';
  const wabaId = options.wabaId ?? '419561257915477';
  const pairBurst = options.pairBurst ?? 45;
  let skewMs = 0;
  let serial = 0;
  const requests: FakeWhatsappRequest[] = [];
  const sent: FakeWhatsappSent[] = [];
  const typed: string[] = [];
  const read: string[] = [];
  const faults: FakeWhatsappFault[] = [];
  const heardAt = new Map<string, number>();
  const inboundIds = new Set<string>();
  const media = new Map<string, { readonly bytes: Uint8Array; readonly mediaType: string; readonly url?: string }>();
  const waiters = new Waiters();
  const account = new FakeWhatsappAccount({
    phoneNumberId,
    wabaId,
    app: options.app ?? { id: '67084829', name: 'The Lamp Shop' },
    otherApps: options.otherApps ?? [],
    otherNumbers: options.otherNumbers ?? [],
    isSubscribed: options.unsubscribed !== true,
    appCallback: options.appCallback,
    reach: options.reach ?? fetch,
  });
  const now = () => Date.now() + skewMs;

  const server = await listen(handle);
  const baseUrl = server.origin;

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = jsonIn(await readBody(incoming));
    const method = incoming.method ?? 'GET';
    const path = incoming.url ?? '/';
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const answer = await answerOf(method, new URL(path, baseUrl), headers, body);
    requests.push({ method, path, headers, body, refusal: answer.refusal });
    answer.write(response);
  }

  interface Answer {
    readonly refusal: FakeWhatsappRefusal | undefined;
    write(response: ServerResponse): void;
  }

  async function answerOf(
    method: string,
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: unknown,
  ): Promise<Answer> {
    if (headers['authorization'] !== `Bearer ${accessToken}`) {
      return refused({
        status: 401,
        code: 190,
        subcode: 463,
        message: 'Invalid OAuth access token.',
        details: 'Cannot parse access token',
      });
    }
    const [, version = '', id = '', edge = '', ...rest] = url.pathname.split('/');
    if (version === 'files') return file(id);
    if (!/^v\d+\.\d$/.test(version)) return unknownPath(url);
    if (id === phoneNumberId && edge === 'messages' && method === 'POST') return take(body as Fields);
    const ofAccount = await account.answer(method, [id, edge, ...rest], url, body as Fields);
    if (ofAccount !== undefined) return 'body' in ofAccount ? json(ofAccount.body) : refused(ofAccount.refusal);
    if (id === wabaId && edge === 'message_templates' && method === 'GET') return madeTemplates(url);
    const found = media.get(id);
    if (found !== undefined && method === 'GET') {
      return json({
        messaging_product: 'whatsapp',
        url: found.url ?? `${baseUrl}/files/${id}`,
        mime_type: found.mediaType,
        sha256: createHash('sha256').update(found.bytes).digest('hex'),
        file_size: String(found.bytes.byteLength),
        id,
      });
    }
    return unknownPath(url);
  }

  function file(id: string): Answer {
    const found = media.get(id);
    if (found === undefined) return refused({ status: 404, code: 100, message: 'Not found', details: 'no such file' });
    return {
      refusal: undefined,
      write: (response) => {
        response.writeHead(200, { 'content-type': found.mediaType, 'content-length': found.bytes.byteLength });
        response.end(found.bytes);
      },
    };
  }

  function madeTemplates(url: URL): Answer {
    const { templates = [], templatesHidden } = options;
    if (templatesHidden) {
      return refused({ status: 403, code: 200, message: '(#200) Requires whatsapp_business_management', details: '' });
    }
    return json(templatesLike(url.searchParams, templates));
  }

  function take(body: Fields): Answer {
    if (body?.['status'] === 'read') return markRead(body);
    const fault = faults.shift();
    if (fault?.kind === 'reset') return { refusal: undefined, write: (response) => response.destroy() };
    if (fault?.kind === 'answer') {
      const { status, code = codeOf(status), retryAfterSeconds } = fault;
      return refused(
        { status, code, message: `(#${code}) Something went wrong`, details: 'a fault of the fake' },
        retryAfterSeconds,
      );
    }
    const refusal = refusalOfMessage(body, options.templates ?? []) ?? refusalByTime(body);
    if (refusal !== undefined) return refused(refusal);
    serial += 1;
    const to = reachedBy(body);
    const id = `wamid.fake${String(serial).padStart(6, '0')}`;
    const type = String(body['type']);
    sent.push({ id, to, type, text: wordsOf(type, body[type] as Fields), body, at: now() });
    waiters.wake();
    if (fault?.kind === 'lost') return { refusal: undefined, write: (response) => response.destroy() };
    return json({
      messaging_product: 'whatsapp',
      contacts: [{ input: personOf(body), wa_id: to }],
      messages: [{ id }],
    });
  }

  function reachedBy(body: Fields): string {
    const to = personOf(body);
    return options.waIds === 'by-country' ? fakeWhatsappId(to) : (options.waIds?.[to] ?? to);
  }

  function markRead(body: Fields): Answer {
    const id = String(body['message_id']);
    if (!inboundIds.has(id)) {
      return refused({
        status: 400,
        code: 131009,
        message: '(#131009) Parameter value is not valid',
        details: 'message_id is not known',
      });
    }
    read.push(id);
    if (body['typing_indicator'] !== undefined) typed.push(id);
    return json({ success: true });
  }

  function refusalByTime(body: Fields): FakeWhatsappRefusal | undefined {
    const to = reachedBy(body);
    const heard = heardAt.get(to);
    if (body['type'] !== 'template' && (heard === undefined || now() - heard > windowMs)) {
      return {
        status: 400,
        code: 131047,
        message: '(#131047) Re-engagement message',
        details:
          'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
      };
    }
    const recent = sent.filter((message) => message.to === to && now() - message.at < pairBurst * pairPauseMs);
    if (recent.length < pairBurst) return undefined;
    return {
      status: 400,
      code: 131056,
      message: '(#131056) (Business Account, Consumer Account) pair rate limit hit',
      details:
        'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
    };
  }

  function unknownPath(url: URL): Answer {
    return refused({
      status: 400,
      code: 100,
      subcode: 33,
      message: `Unsupported request: ${url.pathname}`,
      details: 'Object does not exist, cannot be loaded due to missing permissions, or does not support this operation',
    });
  }

  const post = (url: string, body: object | string): Promise<Response> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return fetch(`${url}/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': fakeWhatsappSignature(appSecret, text) },
      body: text,
    });
  };

  return {
    baseUrl,
    phoneNumberId,
    accessToken,
    appSecret,
    verifyToken,
    requests,
    sent,
    typed,
    read,
    get callback() {
      return account.callback;
    },
    now,
    advance: (ms) => {
      skewMs += ms;
    },
    fail: (...more) => {
      faults.push(...more);
    },
    addMedia: (entry) => {
      serial += 1;
      const id = `9000${serial}`;
      media.set(id, entry);
      return id;
    },
    message: (from, content) => {
      serial += 1;
      return {
        from: typeof from === 'string' ? { phone: from } : from,
        id: `wamid.in${String(serial).padStart(6, '0')}`,
        at: now(),
        content: typeof content === 'string' ? { type: 'text', text: { body: content } } : content,
      };
    },
    deliver: (url, { messages = [], statuses = [], times = 1, shuffled }) => {
      for (const { from, id } of messages) {
        inboundIds.add(id);
        for (const person of [from.phone, from.userId]) if (person !== undefined) heardAt.set(person, now());
      }
      const once = [
        ...messages.map((message) => fakeWhatsappWebhook(phoneNumberId, { messages: [message] })),
        ...statuses.map((status) => fakeWhatsappWebhook(phoneNumberId, { statuses: [withOpaque(status)] })),
      ];
      const bodies = Array.from({ length: times }, () => once).flat();
      return Promise.all((shuffled?.(bodies) ?? bodies).map((body) => post(url, body)));
    },
    post,
    arrived: (count) => waiters.until(() => sent.length >= count),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };

  function withOpaque(status: FakeWhatsappStatus): FakeWhatsappStatus {
    const opaque = sent.find(({ id }) => id === status.id)?.body['biz_opaque_callback_data'];
    return typeof opaque === 'string' ? { opaque, ...status } : status;
  }

  function json(body: object): Answer {
    return { refusal: undefined, write: (response) => sendJson(response, 200, body) };
  }

  function refused(refusal: FakeWhatsappRefusal, retryAfterSeconds?: number): Answer {
    const { status, code, message, details, subcode } = refusal;
    const error = {
      message,
      type: 'OAuthException',
      code,
      ...(subcode === undefined ? {} : { error_subcode: subcode }),
      error_data: { messaging_product: 'whatsapp', details },
      fbtrace_id: 'AfakeTrace0123456789',
    };
    const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
    return { refusal, write: (response) => sendJson(response, status, { error }, headers) };
  }
}

/** What Meta's specification has for a status where it names one code. */
function codeOf(status: number): number {
  const named: Readonly<Record<number, number>> = { 400: 100, 401: 190, 403: 200, 404: 803, 422: 100, 429: 4 };
  return named[status] ?? 2;
}
