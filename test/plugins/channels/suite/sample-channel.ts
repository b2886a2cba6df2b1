import { timingSafeEqual } from 'node:crypto';
import {
  type Channel,
  type Http,
  type InboundMessage,
  isUnsent,
  type OutboundMessage,
  type Plugin,
  PolyphonError,
  type SendResult,
} from 'polyphon/plugin';
import { Type } from 'typebox';
import { fileOf, parse } from './sample-event.ts';
import { maxFileBytes, sign } from './sample-platform.ts';

const schema = Type.Object(
  { baseUrl: Type.String(), token: Type.String({ secret: true }), signingKey: Type.String({ secret: true }) },
  { additionalProperties: false },
);

/** One thing that a channel's author gets wrong. */
export type Mistake =
  | 'takes what is not signed'
  | 'numbers what it reads'
  | 'takes the request for the message'
  | 'turns the order round'
  | 'throws at what it does not know'
  | 'drops what it cannot read'
  | 'makes words of what it cannot read'
  | 'fetches files from anywhere'
  | 'claims too long texts'
  | 'claims buttons that it drops'
  | 'tries again by itself'
  | 'leaves a timer running'
  | 'logs its token'
  | 'shares its account between tenants'
  | 'refuses a request that it has seen'
  | 'takes what is signed by half'
  | 'asks before it knows who asks'
  | 'drops the words of a person'
  | 'cuts long texts'
  | 'throws at an empty message'
  | 'claims files that it drops'
  | 'claims a window that it does not know'
  | 'claims consent that it does not hear'
  | 'ignores without a response'
  | 'says nothing of waiting'
  | 'calls a lost answer a refusal'
  | 'would try a refusal again'
  | 'takes what never left for uncertain'
  | 'gives up what never left'
  | 'listens to the process'
  | 'does not stop listening'
  | 'logs what people say'
  | 'shows its token in a reason'
  | 'mixes people up'
  | 'gives the bytes of files as text'
  | 'claims room beside buttons that there is not'
  | 'does not say that buttons leave less room'
  | 'finds nothing that it sent'
  | 'finds what it never sent';

/** A whole channel for the sample platform, with one mistake, or none. */
export function sampleChannel(mistake: Mistake | 'none' = 'none'): Plugin<'channel', typeof schema> {
  const has = (candidate: Mistake): boolean => mistake === candidate;
  let read = 0;
  let opened = 0;
  const seen = new Set<string>();
  let shared: { readonly baseUrl: string; readonly token: string } | undefined;

  return {
    contract: 1,
    kind: 'channel',
    name: 'sample',
    schema,
    open: async ({ config, http, log, own }): Promise<Channel> => {
      if (opened === 0) shared = config;
      opened += 1;
      own({
        [Symbol.dispose]: () => {
          opened -= 1;
        },
      });
      const { baseUrl, token } = (has('shares its account between tenants') ? shared : undefined) ?? config;
      const authorization = `Bearer ${token}`;
      if (has('logs its token')) log.info('opened', { header: authorization });
      if (has('leaves a timer running')) setInterval(() => undefined, 60_000).unref();
      else {
        const timer = setInterval(() => undefined, 60_000).unref();
        own({ [Symbol.dispose]: () => clearInterval(timer) });
      }
      if (has('listens to the process')) process.on('warning', () => undefined);
      return {
        capabilities: {
          text: {
            maxLength: has('claims too long texts') ? 5_000 : 1_000,
            ...(has('does not say that buttons leave less room')
              ? {}
              : { maxLengthWithActions: has('claims room beside buttons that there is not') ? 800 : 500 }),
            format: 'plain',
          },
          media: ['image'],
          buttons: 3,
          streaming: 'none',
          ...(has('claims a window that it does not know') ? { replyWindowMs: 86_400_000 } : {}),
          ...(has('claims consent that it does not hear') ? { consent: 'opt-out' } : {}),
        },
        ...(has('does not stop listening') ? { listen: () => new Promise<never>(() => undefined) } : {}),
        routes: [
          {
            method: 'POST',
            path: 'webhook',
            handle: async (request, { body, signal }) => {
              const told = request.headers.get('x-signature');
              const isOpen = has('takes what is not signed') && told === null;
              const right = sign(config.signingKey, body);
              const isHalf = has('takes what is signed by half') && (told ?? '') !== '' && right.startsWith(told ?? '');
              if (has('asks before it knows who asks')) {
                const answer = await http.fetch(baseUrl, { signal });
                await answer.body?.cancel();
              }
              if (!isOpen && !isHalf && !isSame(told ?? '', right)) {
                return { kind: 'rejected', reason: 'bad-signature' };
              }
              const requestId = request.headers.get('x-request-id') ?? '';
              if (has('refuses a request that it has seen') && seen.has(requestId)) {
                return { kind: 'rejected', reason: 'malformed' };
              }
              seen.add(requestId);
              const event = parse(body);
              if (event?.messages === undefined) {
                if (has('throws at what it does not know')) throw new TypeError('event.messages is undefined');
                return { kind: 'ignored', response: responseOf(has) };
              }
              const heard = event.messages.filter(
                ({ hologram }) => !has('drops what it cannot read') || hologram === undefined,
              );
              const messages = heard.map((message): InboundMessage => {
                read += 1;
                if (has('logs what people say')) log.info('a message', { said: message.text });
                return {
                  id: has('numbers what it reads')
                    ? String(read)
                    : has('takes the request for the message')
                      ? requestId
                      : message.id,
                  conversation: has('mixes people up') ? 'somebody' : message.from,
                  contact: { id: message.from },
                  ...(message.text === undefined ? {} : { text: wordsOf(message.text, has) }),
                  ...(message.file === undefined ? {} : { attachments: [fileOf(message.file)] }),
                  ...(message.pressed === undefined ? {} : { action: { id: message.pressed } }),
                  ...(message.hologram === undefined ? {} : unreadable(has)),
                };
              });
              return {
                kind: 'accepted',
                messages: has('turns the order round') ? messages.toReversed() : messages,
                respond: () => new Response(),
              };
            },
          },
        ],
        send: async (message, signal) => {
          if (has('throws at an empty message') && message.text === '')
            throw new RangeError('There is nothing to send.');
          const attempt = async () =>
            told(
              await send(http, { baseUrl, authorization, message: shownBy(message, has), signal }),
              authorization,
              has,
            );
          const result = await attempt();
          const again =
            has('tries again by itself') && result.status === 'rejected' && result.retryAfterMs !== undefined;
          return again ? attempt() : result;
        },
        find: async ({ text }, _, signal) => {
          if (has('finds what it never sent')) return ['m1'];
          const query = new URLSearchParams({ text: has('finds nothing that it sent') ? `${text} ` : text });
          const response = await http.fetch(`${baseUrl}/sent?${query}`, { headers: { authorization }, signal });
          return ((await response.json()) as { readonly ids: readonly string[] }).ids;
        },
        typing: async (conversation, signal) => {
          const headers = { authorization };
          const body = JSON.stringify({ to: conversation });
          const response = await http.fetch(`${baseUrl}/typing`, { method: 'POST', headers, body, signal });
          await response.body?.cancel();
        },
        fetchMedia: async ({ url = '' }, signal) => {
          if (!has('fetches files from anywhere') && !url.startsWith(`${baseUrl}/`))
            throw new Error('Not of the platform.');
          const response = await http.fetch(url, { headers: { authorization }, signal, maxBytes: maxFileBytes });
          if (response.status === 410) {
            await response.body?.cancel();
            throw new PolyphonError('CNV5032', 'Channel sample: the file is gone. Ask for it again.');
          }
          const bytes = has('gives the bytes of files as text')
            ? Buffer.from(await response.text(), 'utf16le')
            : new Uint8Array(await response.arrayBuffer());
          return { bytes, mediaType: 'image/png' };
        },
      };
    },
  };
}

function responseOf(has: (mistake: Mistake) => boolean): Response {
  return has('ignores without a response') ? (undefined as never) : new Response();
}

function wordsOf(text: string, has: (mistake: Mistake) => boolean): string {
  if (has('claims consent that it does not hear') && text === 'STOP') return '';
  return has('drops the words of a person') ? 'A message.' : text;
}

/** What the channel says of an attempt. */
function told(result: SendResult, authorization: string, has: (mistake: Mistake) => boolean): SendResult {
  if (result.status === 'uncertain') {
    return has('calls a lost answer a refusal') ? { status: 'rejected', reason: 'lost', retryAfterMs: 1000 } : result;
  }
  if (result.status !== 'rejected') return result;
  if (result.reason === 'unreachable') {
    if (has('takes what never left for uncertain')) return { status: 'uncertain' };
    return has('gives up what never left') ? { status: 'rejected', reason: 'unreachable' } : result;
  }
  const reason = has('shows its token in a reason') ? `${result.reason} for ${authorization}` : result.reason;
  if (has('says nothing of waiting')) return { status: 'rejected', reason };
  const again = has('would try a refusal again') ? { retryAfterMs: 1000 } : {};
  return { ...again, ...result, reason };
}

function shownBy(message: OutboundMessage, has: (mistake: Mistake) => boolean) {
  return {
    to: message.conversation,
    text: has('cuts long texts') ? message.text.slice(0, 1_000) : message.text,
    files: has('claims files that it drops') ? [] : message.attachments.map(({ url }) => url),
    buttons: has('claims buttons that it drops') ? [] : message.actions.map(buttonOf),
  };
}

/** Labels hold 20 UTF-16 units there. */
function buttonOf({ id, label, url }: OutboundMessage['actions'][number]) {
  const signs = [...new Intl.Segmenter().segment(label)].map(({ segment }) => segment);
  while (signs.join('').length > 20) signs.pop();
  return { id, label: signs.join(''), ...(url === undefined ? {} : { url }) };
}

async function send(
  http: Http,
  request: {
    readonly baseUrl: string;
    readonly authorization: string;
    readonly message: object;
    readonly signal: AbortSignal;
  },
): Promise<SendResult> {
  const { baseUrl, authorization, message, signal } = request;
  let response: Response;
  try {
    response = await http.fetch(`${baseUrl}/send`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(message),
      signal,
    });
  } catch (error) {
    return isUnsent(error)
      ? { status: 'rejected', reason: 'unreachable', retryAfterMs: 1000 }
      : { status: 'uncertain' };
  }
  if (response.ok) return { status: 'delivered', providerMessageId: ((await response.json()) as { id: string }).id };
  await response.body?.cancel();
  const seconds = Number(response.headers.get('retry-after') ?? 1);
  const mayRetry = response.status === 429 || response.status >= 500;
  return {
    status: 'rejected',
    reason: `status ${response.status}`,
    ...(mayRetry ? { retryAfterMs: seconds * 1000 } : {}),
  };
}

function unreadable(has: (mistake: Mistake) => boolean): Pick<InboundMessage, 'text' | 'attachments'> {
  if (has('makes words of what it cannot read')) return { text: '[hologram]' };
  return { attachments: [{ id: '1', kind: 'unsupported', mediaType: 'application/octet-stream', name: 'hologram' }] };
}

function isSame(told: string, right: string): boolean {
  return told.length === right.length && timingSafeEqual(Buffer.from(told, 'latin1'), Buffer.from(right, 'latin1'));
}
