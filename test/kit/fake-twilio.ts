import type { ServerResponse } from 'node:http';
import { type FakeTwilioContent, fakeTwilioContent } from './fake-twilio-content.ts';
import { formOf, sendRefusal } from './fake-twilio-http.ts';
import {
  type FakeTwilioMessage,
  type FakeTwilioReceived,
  fakeTwilioList,
  fakeTwilioMedia,
} from './fake-twilio-list.ts';
import { FakeTwilioRegistry } from './fake-twilio-registry.ts';
import { type FakeTwilioForm, firstOf, messageRefusal, type TwilioRefusalAnswer } from './fake-twilio-rules.ts';
import {
  callTwilioWebhook,
  type FakeTwilioCallAnswer,
  type FakeTwilioInbound,
  fakeTwilioFields,
  fakeTwilioSid,
} from './fake-twilio-webhook.ts';
import { listen, readBody, sendJson } from './listening-server.ts';
import { Waiters } from './waiters.ts';

export type { FakeTwilioContent } from './fake-twilio-content.ts';
export type { FakeTwilioMessage } from './fake-twilio-list.ts';
export type { FakeTwilioForm, TwilioRefusalAnswer } from './fake-twilio-rules.ts';
export {
  callTwilioWebhook,
  type FakeTwilioCall,
  type FakeTwilioCallAnswer,
  type FakeTwilioInbound,
  fakeTwilioFields,
  fakeTwilioSid,
  fakeTwilioSignature,
} from './fake-twilio-webhook.ts';

/** Twilio's messaging on a real port. It refuses what Twilio's specification and its errors refuse; its own log is the judge. */
export interface FakeTwilio extends AsyncDisposable {
  /** For `with.baseUrl`. */
  readonly baseUrl: string;
  /** `host:port` of the API and of the store of files, for `http.allowPrivate`. */
  readonly hosts: readonly string[];
  readonly accountSid: string;
  readonly authToken: string;
  /** Every request that arrived, also those that were refused. */
  readonly requests: readonly FakeTwilioRequest[];
  /** What people see: messages that were taken, in order. */
  readonly sent: readonly FakeTwilioMessage[];
  /** Requests to the store of files, to which the API redirects. */
  readonly fileRequests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  /** Where each number's messages go, as the API was told. */
  readonly smsUrls: ReadonlyMap<string, string>;
  /** By number: the application that takes precedence over its address, and the method of that; to be set as somebody does in the console. */
  readonly applications: Map<string, string>;
  readonly smsMethods: Map<string, string>;
  readonly serviceUrls: ReadonlyMap<string, { readonly inbound: string; readonly status: string }>;
  /** What the next messages meet, in order; then all is well again. */
  meet(...faults: readonly TwilioFault[]): void;
  /** Numbers to which nothing may be sent any more (21610). */
  readonly optedOut: Set<string>;
  /** WhatsApp addresses whose 24 hours are over (63016). */
  readonly windowClosed: Set<string>;
  /** Requests to this public origin go to that address. */
  reach(publicOrigin: string, address: string): void;
  /** Adds a file, and gives the address a webhook names. */
  file(file: { readonly bytes: Uint8Array; readonly mediaType: string }): string;
  /** Signs and sends a person's message to a webhook, so many times at once. */
  receive(message: FakeTwilioInbound, times?: number): Promise<readonly FakeTwilioCallAnswer[]>;
  /** Reports what became of a message to the address that came with it; undefined where none did. */
  report(sid: string, status: string, errorCode?: number): Promise<FakeTwilioCallAnswer | undefined>;
  /** Resolves when so many messages were taken. */
  saw(count: number): Promise<void>;
  /** Resolves when so many requests arrived. */
  requested(count: number): Promise<void>;
}

export interface FakeTwilioRequest {
  readonly method: string;
  readonly path: string;
  readonly form: FakeTwilioForm;
  readonly refusal: TwilioRefusalAnswer | undefined;
}

export type TwilioFault =
  | ({ readonly kind: 'refuse' } & TwilioRefusalAnswer)
  /** The message is taken, and the answer never comes. */
  | { readonly kind: 'silence after delivery' }
  /** The message is taken, and the connection breaks. */
  | { readonly kind: 'reset after delivery' }
  /** The server in front of it answers with a page. */
  | { readonly kind: 'page'; readonly status: number };

export interface FakeTwilioOptions {
  readonly accountSid?: string;
  readonly authToken?: string;
  /** Numbers that may send; any unless told. */
  readonly numbers?: readonly string[];
  readonly services?: readonly string[];
  /** Numbers, short codes and WhatsApp senders of each service. */
  readonly serviceSenders?: readonly string[];
  /** Templates that may be sent; any unless told. */
  readonly contents?: readonly FakeTwilioContent[];
}

export async function startFakeTwilio(options: FakeTwilioOptions = {}): Promise<FakeTwilio> {
  const accountSid = options.accountSid ?? `AC${'5a'.repeat(16)}`;
  const authToken = options.authToken ?? 'a-token-that-only-twilio-and-we-know';
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const requests: FakeTwilioRequest[] = [];
  const sent: FakeTwilioMessage[] = [];
  const received: FakeTwilioReceived[] = [];
  const fileRequests: { path: string; authorization: string | undefined }[] = [];
  const faults: TwilioFault[] = [];
  const optedOut = new Set<string>();
  const windowClosed = new Set<string>();
  const senders = options.numbers === undefined ? undefined : new Set(options.numbers);
  const services = new Set(options.services ?? []);
  const contents = options.contents === undefined ? undefined : new Set(options.contents.map(({ sid }) => sid));
  const registry = new FakeTwilioRegistry(accountSid, options);
  const files: { readonly bytes: Uint8Array; readonly mediaType: string }[] = [];
  const origins = new Map<string, string>();
  const waiters = new Waiters();

  const base = `/2010-04-01/Accounts/${accountSid}`;
  const api = await listen(async (incoming, response) => {
    const form = formOf(await readBody(incoming));
    const method = incoming.method ?? 'GET';
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const note = (refusal?: TwilioRefusalAnswer): void => {
      requests.push({ method, path: url.pathname, form, refusal });
      waiters.wake();
      if (refusal !== undefined) sendRefusal(response, refusal);
    };
    if (incoming.headers.authorization !== authorization)
      return note({ status: 401, code: 20003, message: 'Authenticate' });
    if (method === 'POST' && url.pathname === `${base}/Messages.json`) return create(form, response, note);
    const media = new RegExp(`^${base}/Messages/MM[0-9a-f]{32}/Media/ME0*([1-9][0-9]*)$`).exec(url.pathname)?.[1];
    if (method === 'GET' && media !== undefined && files[Number(media) - 1] !== undefined) {
      note();
      response.writeHead(307, { location: `${store.origin}/files/${media}` }).end();
      return;
    }
    const content =
      method === 'GET'
        ? (fakeTwilioContent(url, options.contents ?? [], accountSid) ??
          fakeTwilioMedia(url.pathname, { sent, received, accountSid }))
        : undefined;
    if (content !== undefined) {
      note();
      return sendJson(response, 200, content);
    }
    const answer =
      method === 'GET' && url.pathname === `${base}/Messages.json`
        ? fakeTwilioList(url.searchParams, { sent, received, accountSid })
        : registry.answer(method, url, form);
    note('refusal' in answer ? answer.refusal : undefined);
    if ('body' in answer) sendJson(response, 200, answer.body);
  });
  const store = await listen(async (incoming, response) => {
    const path = incoming.url ?? '/';
    fileRequests.push({ path, authorization: incoming.headers.authorization });
    const file = files[Number(/^\/files\/([1-9][0-9]*)$/.exec(path)?.[1] ?? 0) - 1];
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': file.mediaType }).end(file.bytes);
  });

  function create(form: FakeTwilioForm, response: ServerResponse, note: (refusal?: TwilioRefusalAnswer) => void): void {
    const refusal = messageRefusal(form, { senders, services, contents, optedOut, windowClosed });
    const fault = refusal === undefined ? faults.shift() : undefined;
    if (refusal !== undefined) {
      note(refusal);
      return;
    }
    if (fault?.kind === 'refuse') {
      note(fault);
      return;
    }
    if (fault?.kind === 'page') {
      requests.push({ method: 'POST', path: `${base}/Messages.json`, form, refusal: undefined });
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
      waiters.wake();
      return;
    }
    const mediaUrls = [form['MediaUrl'] ?? []].flat();
    const sid = fakeTwilioSid(mediaUrls.length > 0 ? 'MM' : 'SM', `message ${sent.length}`);
    sent.push({
      sid,
      to: firstOf(form, 'To') ?? '',
      from: firstOf(form, 'From') ?? firstOf(form, 'MessagingServiceSid') ?? '',
      body: firstOf(form, 'Body') ?? '',
      mediaUrls,
      form,
      at: Date.now(),
    });
    note();
    if (fault?.kind === 'reset after delivery') response.destroy();
    if (fault !== undefined) return;
    const service = firstOf(form, 'MessagingServiceSid') ?? null;
    sendJson(response, 201, {
      sid,
      account_sid: accountSid,
      api_version: '2010-04-01',
      body: firstOf(form, 'Body') ?? '',
      direction: 'outbound-api',
      from: firstOf(form, 'From') ?? null,
      to: firstOf(form, 'To'),
      messaging_service_sid: service,
      num_media: String(mediaUrls.length),
      num_segments: '1',
      status: service === null ? 'queued' : 'accepted',
      error_code: null,
      error_message: null,
      uri: `${base}/Messages/${sid}.json`,
    });
  }

  const call = (url: string, fields: Readonly<Record<string, string>>): Promise<FakeTwilioCallAnswer> => {
    const through = origins.get(new URL(url).origin);
    return callTwilioWebhook({ url, fields, authToken, ...(through === undefined ? {} : { through }) });
  };

  return {
    baseUrl: api.origin,
    hosts: [api.host, store.host],
    accountSid,
    authToken,
    requests,
    sent,
    fileRequests,
    smsUrls: registry.smsUrls,
    applications: registry.applications,
    smsMethods: registry.smsMethods,
    serviceUrls: registry.serviceUrls,
    optedOut,
    windowClosed,
    meet: (...next) => {
      faults.push(...next);
    },
    reach: (publicOrigin, address) => {
      origins.set(publicOrigin, address);
    },
    file: (file) => {
      files.push(file);
      const media = `ME${String(files.length).padStart(32, '0')}`;
      return `${api.origin}${base}/Messages/${fakeTwilioSid('MM', media)}/Media/${media}`;
    },
    receive: (message, times = 1) => {
      const fields = fakeTwilioFields(message, accountSid);
      if (!received.some(({ sid }) => sid === message.sid)) received.push(receivedOf(message, fields));
      return Promise.all(Array.from({ length: times }, () => call(message.url, fields)));
    },
    report: async (sid, status, errorCode) => {
      const message = sent.find((candidate) => candidate.sid === sid);
      const url = message === undefined ? undefined : firstOf(message.form, 'StatusCallback');
      if (message === undefined || url === undefined) return undefined;
      return call(url, {
        MessageSid: sid,
        SmsSid: sid,
        MessageStatus: status,
        SmsStatus: status,
        To: message.to,
        From: message.from,
        AccountSid: accountSid,
        ApiVersion: '2010-04-01',
        ...(errorCode === undefined ? {} : { ErrorCode: String(errorCode) }),
      });
    },
    saw: (count) => waiters.until(() => sent.length >= count),
    requested: (count) => waiters.until(() => requests.length >= count),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([api[Symbol.asyncDispose](), store[Symbol.asyncDispose]()]);
    },
  };
}

function receivedOf(
  { sid, from, to, body = '', at = Date.now() }: FakeTwilioInbound,
  fields: Readonly<Record<string, string>>,
): FakeTwilioReceived {
  const media = Array.from({ length: Number(fields['NumMedia']) || 0 }, (_, index) => {
    return [fields[`MediaUrl${index}`] ?? '', fields[`MediaContentType${index}`] ?? ''] as const;
  });
  return { sid, from, to, body, media, at };
}
