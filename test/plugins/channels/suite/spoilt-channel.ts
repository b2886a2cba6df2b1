import type {
  Channel,
  Delivery,
  Http,
  HttpOptions,
  InboundMessage,
  Plugin,
  PluginContext,
  RouteCall,
  SendResult,
} from 'polyphon/plugin';
import { sampleChannel } from './sample-channel.ts';
import { sign } from './sample-platform.ts';

type Sample = ReturnType<typeof sampleChannel>;
type Context = PluginContext<'channel', Sample['schema']>;
type Wanted = {
  readonly text: string;
  readonly files: readonly string[];
  readonly buttons: readonly { readonly id: string; readonly label: string; readonly url?: string }[];
};

/** One thing that is spoilt between a sound channel and what is around it: what it hears, what it says, or its way out. */
interface Spoiling {
  /** Of a message, as it is reported. */
  heard?(message: InboundMessage): InboundMessage;
  delivered?(delivery: Delivery, context: Context): Delivery;
  /** Of a message, as the platform gets it. */
  wanted?(wanted: Wanted): Wanted;
  fetch?(http: Http, url: string, options: HttpOptions): Promise<Response>;
  channel?(channel: Channel, context: Context): Channel;
}

const never = new AbortController().signal;
/** What two tenants of one process share by mistake. */
const shared: { token?: string; readonly files: Map<string, Uint8Array> } = { files: new Map() };

const spoilings = {
  'expects no answer': {
    heard: (message) => (message.action === undefined ? { ...message, reply: 'none' } : message),
  },
  'expects no answer to buttons': {
    heard: (message) => (message.action === undefined ? message : { ...message, reply: 'none' }),
  },
  'takes each message for an edit': { heard: (message) => ({ ...message, edits: 'in-1' }) },
  'hears STOP everywhere': { heard: (message) => ({ ...message, consent: 'stop' }) },
  'sees a crowd in each person': { heard: (message) => ({ ...message, audience: 'several' }) },
  'presses buttons for people': { heard: (message) => ({ ...message, action: message.action ?? { id: 'a0' } }) },
  'takes all people for one': { heard: (message) => ({ ...message, contact: { id: 'somebody' } }) },
  'takes the message for its writer': { heard: (message) => ({ ...message, contact: { id: message.id } }) },
  'lowers what is written': { heard: (message) => withText(message, (text) => text.toLowerCase()) },
  'cuts what is written': { heard: (message) => withText(message, (text) => text.slice(0, 400)) },
  'reads one line': { heard: (message) => withText(message, (text) => text.replaceAll(/\s+/g, ' ')) },
  'reads bytes for letters': {
    heard: (message) => withText(message, (text) => Buffer.from(text).toString('latin1')),
  },
  'unescapes what is written': { heard: (message) => withText(message, (text) => text.replaceAll('&amp;', '&')) },
  'counts in seconds': { heard: (message) => ({ ...message, sentAt: 1_795_000_000 }) },
  'tells of what it never sent': {
    delivered: (delivery) =>
      delivery.kind === 'accepted'
        ? { ...delivery, statuses: [{ providerMessageId: 'nobody knows it', status: 'failed' }] }
        : delivery,
  },
  'shows its key where it refuses': {
    delivered: (delivery, { config }) =>
      delivery.kind === 'rejected' ? { ...delivery, detail: `The right key is ${config.signingKey}.` } : delivery,
  },
  'prints its token': {
    channel: (channel, { config }) => {
      const { console: screen } = globalThis;
      return said(channel, ({ status }) => {
        if (status === 'uncertain') screen.debug('No answer to %s', config.token);
        return undefined;
      });
    },
  },
  'writes its token to stderr': {
    channel: (channel, { config }) =>
      said(channel, ({ status }) => {
        if (status === 'uncertain') process.stderr.write(`${Buffer.from(config.token).toString('base64')}\n`);
        return undefined;
      }),
  },
  'compares the beginning of a signature': {
    channel: (channel, { config }) =>
      called(channel, (call, { body }, told) => {
        const right = sign(config.signingKey, body);
        return call(told.length === right.length && told.startsWith(right.slice(0, 8)) ? right : told);
      }),
  },
  'tells the right signature': {
    channel: (channel, { config }) =>
      called(channel, async (call, { body }, told) => {
        const delivery = await call(told);
        const detail = `${sign(config.signingKey, body)} was expected.`;
        return delivery.kind === 'rejected' ? { ...delivery, detail } : delivery;
      }),
  },
  'goes round its way out': {
    fetch: (http, url, { signal, ...options }) =>
      url.endsWith('/send') ? fetch(url, options as RequestInit) : http.fetch(url, { signal, ...options }),
  },
  'waits a second whatever is asked': { channel: (channel) => waiting(channel, () => 1_000) },
  'takes seconds for milliseconds': { channel: (channel) => waiting(channel, (ms) => ms / 1_000) },
  'waits for ever': { channel: (channel) => waiting(channel, () => 1e15) },
  'takes a refused token for a delivery': {
    channel: (channel) =>
      said(channel, (result) =>
        result.status === 'rejected' && result.reason === 'status 401'
          ? { status: 'delivered', providerMessageId: 'm1' }
          : result,
      ),
  },
  'is deaf while it sends': { fetch: deafAt('/send') },
  'is deaf while it fetches': { fetch: deafAt('/files/') },
  'is deaf while it shows that it writes': { fetch: deafAt('/typing') },
  'leaves answers unread': {
    fetch: async (http, url, options) => {
      const response = await http.fetch(url, options);
      if (!url.endsWith('/send')) return response;
      await http.fetch(url.replace('/send', '/long'), options);
      return response;
    },
  },
  'fails at a gone file as at any other': {
    channel: (channel) =>
      fetching(channel, (fetched) => fetched.catch((error: Error) => Promise.reject(plainUnless('NET6003', error)))),
  },
  'takes files of any size': { fetch: (http, url, { maxBytes: _, ...options }) => http.fetch(url, options) },
  'keeps files for everybody': {
    channel: (channel) => ({
      ...channel,
      fetchMedia: async (attachment, signal) => {
        const name = new URL(attachment.url ?? '').pathname;
        const known = shared.files.get(name);
        if (known !== undefined) return { bytes: known, mediaType: 'image/png' };
        const file = await fetched(channel, attachment, signal);
        shared.files.set(name, file.bytes);
        return file;
      },
    }),
  },
  'shows that it writes in another name': {
    fetch: (http, url, options) => {
      const { authorization = '' } = options.headers ?? {};
      const token = url.endsWith('/typing') ? (shared.token ?? authorization) : authorization;
      shared.token = authorization;
      return http.fetch(url, { ...options, headers: { ...options.headers, authorization: token } });
    },
  },
  'cuts within families': {
    // There is no room for it in the longest of the other texts.
    wanted: (wanted) =>
      wanted.text.length > 995 ? wanted : { ...wanted, text: (wanted.text.match(/.{1,400}/gs) ?? []).join('\n') },
  },
  'drops flags': { wanted: (wanted) => ({ ...wanted, text: wanted.text.replaceAll(/\p{RI}/gu, '') }) },
  'escapes what it sends': {
    wanted: (wanted) => ({ ...wanted, text: wanted.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;') }),
  },
  'sends one line': { wanted: (wanted) => ({ ...wanted, text: wanted.text.replaceAll(/\s+/g, ' ') }) },
  'sends files without their words': {
    wanted: (wanted) => ({ ...wanted, text: wanted.files.length > 0 ? ' ' : wanted.text }),
  },
  'sends the first file only': { wanted: (wanted) => ({ ...wanted, files: wanted.files.slice(0, 1) }) },
  'cuts labels anywhere': {
    channel: (channel) => ({
      ...channel,
      send: async (message, signal) => {
        const actions = message.actions.map((action) => ({ ...action, label: action.label.slice(0, 20) }));
        return (await channel.send?.({ ...message, actions }, signal)) ?? { status: 'uncertain' };
      },
    }),
    wanted: (wanted) => ({
      ...wanted,
      buttons: wanted.buttons.map((button) => ({
        ...button,
        label: button.label.startsWith('ABC') ? '\u{1f469}\u200d\u{1f469}' : button.label,
      })),
    }),
  },
  'forgets what buttons mean': {
    wanted: (wanted) => ({ ...wanted, buttons: wanted.buttons.map((button) => ({ ...button, id: 'a0' })) }),
  },
  'is deaf for buttons': {
    delivered: (delivery) =>
      delivery.kind === 'accepted'
        ? { ...delivery, messages: delivery.messages.filter(({ action }) => action === undefined) }
        : delivery,
  },
  'drops links': {
    wanted: (wanted) => ({ ...wanted, buttons: wanted.buttons.filter(({ url }) => url === undefined) }),
  },
  'drops buttons beside long texts': {
    wanted: (wanted) => ({ ...wanted, buttons: wanted.text.length > 300 ? [] : wanted.buttons }),
  },
  'leads nowhere': {
    wanted: (wanted) => ({ ...wanted, buttons: wanted.buttons.map(({ id, label }) => ({ id, label })) }),
  },
} as const satisfies Readonly<Record<string, Spoiling>>;

export type Spoilt = keyof typeof spoilings;

/** The sound sample, and one thing spoilt. */
export function spoiltChannel(spoilt: Spoilt): Plugin<'channel', Sample['schema']> {
  const sound = sampleChannel();
  const spoiling: Spoiling = spoilings[spoilt];
  return {
    ...sound,
    open: async (context) => {
      const channel = await sound.open({ ...context, http: wayOut(context.http, spoiling) });
      const routes = (channel.routes ?? []).map((route) => ({
        ...route,
        handle: async (...call: Parameters<typeof route.handle>) => {
          const delivery = await route.handle(...call);
          const { heard = (message) => message, delivered = (given) => given } = spoiling;
          return delivered(
            delivery.kind === 'accepted' ? { ...delivery, messages: delivery.messages.map(heard) } : delivery,
            context,
          );
        },
      }));
      const { channel: changed = (given) => given } = spoiling;
      return changed({ ...channel, routes }, context);
    },
  };
}

function wayOut(http: Http, { fetch: go = (way, url, options) => way.fetch(url, options), wanted }: Spoiling): Http {
  return {
    ...http,
    fetch: (url, options) => {
      const isSend = String(url).endsWith('/send');
      const body =
        isSend && wanted !== undefined ? JSON.stringify(wanted(JSON.parse(String(options.body)))) : options.body;
      return go(http, String(url), { ...options, ...(body === undefined ? {} : { body }) });
    },
  };
}

function withText(message: InboundMessage, change: (text: string) => string): InboundMessage {
  return message.text === undefined ? message : { ...message, text: change(message.text) };
}

/** @param then Hears what the channel says of each message, and may say something else. */
function said(channel: Channel, then: (result: SendResult) => SendResult | undefined): Channel {
  return {
    ...channel,
    send: async (message, signal) => {
      const result = (await channel.send?.(message, signal)) ?? { status: 'uncertain' as const };
      return then(result) ?? result;
    },
  };
}

function called(
  channel: Channel,
  handle: (call: (told: string) => Promise<Delivery>, { body }: RouteCall, told: string) => Promise<Delivery>,
): Channel {
  const routes = (channel.routes ?? []).map((route) => ({
    ...route,
    handle: (request: Request, call: RouteCall) =>
      handle(
        (told) => route.handle(new Request(request.url, { method: 'POST', headers: { 'x-signature': told } }), call),
        call,
        request.headers.get('x-signature') ?? '',
      ),
  }));
  return { ...channel, routes };
}

function waiting(channel: Channel, change: (ms: number) => number): Channel {
  return said(channel, (result) =>
    result.status === 'rejected' && result.retryAfterMs !== undefined
      ? { ...result, retryAfterMs: change(result.retryAfterMs) }
      : result,
  );
}

function deafAt(path: string) {
  return (http: Http, url: string, options: HttpOptions) =>
    http.fetch(url, url.includes(path) ? { ...options, signal: never } : options);
}

type Fetched = Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>;

async function fetched(channel: Channel, ...asked: Parameters<NonNullable<Channel['fetchMedia']>>): Fetched {
  if (channel.fetchMedia === undefined) throw new Error('The sample fetches.');
  return await channel.fetchMedia(...asked);
}

function fetching(channel: Channel, change: (file: Fetched) => Fetched): Channel {
  return { ...channel, fetchMedia: (...asked) => change(fetched(channel, ...asked)) };
}

function plainUnless(code: string, error: Error & { readonly code?: string }): Error {
  return error.code === code ? error : new Error(error.message);
}
