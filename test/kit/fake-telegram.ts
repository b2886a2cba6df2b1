import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Random } from '../../core/contract/index.ts';
import { FakeTelegramBot, type TelegramUpdate } from './fake-telegram-bot.ts';
import { requireFaults, type TelegramFault } from './fake-telegram-faults.ts';
import { knowsMethod, refusalOf, type TelegramRefusal } from './fake-telegram-rules.ts';
import { jsonIn, listen, readBody, sendJson } from './listening-server.ts';
import { Waiters } from './waiters.ts';

export { FakeTelegramBot, type TelegramUpdate } from './fake-telegram-bot.ts';
export type { TelegramFault } from './fake-telegram-faults.ts';
export type { TelegramRefusal } from './fake-telegram-rules.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The Bot API on a real port. It refuses what its specification refuses, and its own log is the judge of what was said. */
export interface FakeTelegram extends AsyncDisposable {
  /** For `with.baseUrl`. */
  readonly baseUrl: string;
  /** `host:port`, for `http.allowPrivate`. */
  readonly host: string;
  /** Every call that arrived, also those that were refused. */
  readonly calls: readonly FakeTelegramCall[];
  /** What people see: messages that were sent, in order. */
  readonly sent: readonly SentMessage[];
  /** Adds a bot, or gives the one with this token. */
  bot(token: string, username?: string): FakeTelegramBot;
  /** What the next calls meet, in order; then all is well again. @throws Error for what is no fault. */
  meet(...faults: readonly TelegramFault[]): void;
  /** Sends an update to the bot's webhook, so many times at once. Gives the statuses. */
  deliver(bot: FakeTelegramBot, update: TelegramUpdate, times?: number): Promise<readonly number[]>;
  /** Each update one to `maxTimes` times, all shuffled and at once: the worst day of a webhook. Gives the statuses. */
  storm(
    bot: FakeTelegramBot,
    updates: readonly TelegramUpdate[],
    chance: { readonly random: Pick<Random, 'next'>; readonly maxTimes: number },
  ): Promise<readonly number[]>;
  /** A file that `getFile` and the download give. */
  file(fileId: string, file: { readonly bytes: Uint8Array; readonly path?: string; readonly size?: number }): void;
  /** Resolves when so many messages were sent. */
  saw(count: number): Promise<void>;
  /** Resolves when so many calls of this method arrived. */
  called(method: string, count: number): Promise<void>;
}

export interface FakeTelegramCall {
  /** The number of the bot; undefined where no bot has the token. */
  readonly bot: number | undefined;
  readonly method: string;
  readonly payload: Fields;
  readonly refusal: TelegramRefusal | undefined;
}

export interface SentMessage {
  readonly bot: number;
  readonly method: string;
  readonly chatId: number;
  readonly messageId: number;
  /** Text or caption. */
  readonly text: string;
  readonly payload: Fields;
}

export async function startFakeTelegram(): Promise<FakeTelegram> {
  const bots = new Map<string, FakeTelegramBot>();
  const calls: FakeTelegramCall[] = [];
  const sent: SentMessage[] = [];
  const faults: TelegramFault[] = [];
  const files = new Map<string, { readonly bytes: Uint8Array; readonly path?: string; readonly size?: number }>();
  const waiters = new Waiters();

  const carryOut = async (
    bot: FakeTelegramBot,
    method: string,
    payload: Fields,
    left: AbortSignal,
  ): Promise<unknown> => {
    switch (method) {
      case 'getMe':
        return { id: bot.id, is_bot: true, first_name: bot.username, username: bot.username };
      case 'getUpdates':
        return bot.poll(payload, left);
      case 'setWebhook':
        bot.webhook =
          payload['url'] === ''
            ? undefined
            : {
                url: String(payload['url']),
                secret: payload['secret_token'] as string | undefined,
                allowed: (payload['allowed_updates'] as readonly string[] | undefined) ?? [],
                connections: Number(payload['max_connections'] ?? 40),
              };
        return true;
      case 'deleteWebhook':
        bot.webhook = undefined;
        return true;
      case 'getWebhookInfo':
        return {
          url: bot.webhook?.url ?? '',
          has_custom_certificate: false,
          pending_update_count: bot.pending,
          ...(bot.webhookError === undefined
            ? {}
            : { last_error_date: bot.webhookError.at, last_error_message: bot.webhookError.message }),
          ...(bot.webhook === undefined
            ? {}
            : { max_connections: bot.webhook.connections, allowed_updates: bot.webhook.allowed }),
        };
      case 'getFile': {
        const file = files.get(String(payload['file_id']));
        if (file === undefined) return { status: 400, description: 'Bad Request: invalid file_id' };
        const path = file.path ?? `files/${String(payload['file_id'])}`;
        return {
          file_id: payload['file_id'],
          file_unique_id: 'u',
          file_size: file.size ?? file.bytes.length,
          file_path: path,
        };
      }
      default:
    }
    if (!method.startsWith('send') || method === 'sendChatAction') return true;
    const message: SentMessage = {
      bot: bot.id,
      method,
      chatId: Number(payload['chat_id']),
      messageId: bot.messageId(),
      text: String(payload['text'] ?? payload['caption'] ?? ''),
      payload,
    };
    sent.push(message);
    waiters.wake();
    return {
      message_id: message.messageId,
      date: 1_795_000_000,
      chat: { id: message.chatId, type: message.chatId < 0 ? 'supergroup' : 'private' },
      from: { id: bot.id, is_bot: true, first_name: bot.username },
      text: message.text,
    };
  };

  const takeFault = (method: string): TelegramFault | undefined => {
    const index = faults.findIndex(
      (fault) => fault.method === method || (fault.method === undefined && /^send(?!Chat)/.test(method)),
    );
    return index < 0 ? undefined : faults.splice(index, 1)[0];
  };

  const download = (response: ServerResponse, bot: FakeTelegramBot | undefined, path: string): void => {
    const file = [...files].find(([id, { path: at }]) => (at ?? `files/${id}`) === path)?.[1];
    if (bot === undefined || file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.bytes);
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const left = new AbortController();
    response.once('close', () => left.abort());
    const [, kind, token = '', ...rest] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(incoming.url ?? '') ?? [];
    const bot = bots.get(token);
    const path = rest.join('/');
    if (kind !== undefined) return download(response, bot, path);
    const payload = await fieldsIn(incoming);
    const fault = bot === undefined ? undefined : takeFault(path);
    const refusal = bot === undefined ? unknownToken(token) : judge(path, payload, fault);
    calls.push({
      bot: bot?.id,
      method: path,
      payload: payload ?? {},
      refusal: refusal === undefined ? undefined : plain(refusal),
    });
    waiters.wake();
    if (refusal !== undefined || bot === undefined || payload === undefined)
      return refuse(response, refusal ?? { status: 404, description: 'Not Found' });
    if (fault?.kind === 'page')
      return void response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
    const result = await carryOut(bot, path, payload, left.signal);
    if (fault?.kind === 'silence after delivery') return;
    if (fault?.kind === 'reset after delivery') return void response.destroy();
    if (isRefusal(result)) return refuse(response, result);
    sendJson(response, 200, { ok: true, result });
  };

  const server = await listen(serve);

  return {
    baseUrl: server.origin,
    host: server.host,
    calls,
    sent,
    bot: (token, username = `bot_${token.split(':')[0]}`) => {
      const bot = bots.get(token) ?? new FakeTelegramBot(token, username);
      bots.set(token, bot);
      return bot;
    },
    meet: (...coming) => {
      requireFaults(coming);
      faults.push(...coming);
    },
    deliver: (bot, update, times = 1) => Promise.all(Array.from({ length: times }, () => post(bot, update))),
    storm: (bot, updates, { random, maxTimes }) => {
      const posts = updates
        .flatMap((update) => Array.from({ length: 1 + Math.floor(random.next() * maxTimes) }, () => update))
        .map((update) => ({ update, order: random.next() }))
        .sort((a, b) => a.order - b.order);
      return Promise.all(posts.map(({ update }) => post(bot, update)));
    },
    file: (fileId, file) => void files.set(fileId, file),
    saw: (count) => waiters.until(() => sent.length >= count),
    called: (method, count) => waiters.until(() => calls.filter((call) => call.method === method).length >= count),
    [Symbol.asyncDispose]: async () => {
      for (const bot of bots.values()) bot.close();
      await server[Symbol.asyncDispose]();
    },
  };

  /** What the platform does with the answer to its webhook: a call in it is carried out. */
  async function post(bot: FakeTelegramBot, update: TelegramUpdate): Promise<number> {
    const { webhook } = bot;
    if (webhook === undefined)
      throw new Error('The bot has no webhook: set one first, or queue the update for polling.');
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(webhook.secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': webhook.secret }),
      },
      body: JSON.stringify(update),
    });
    const body: unknown = await response.json().catch(() => undefined);
    const { method, ...payload } = (response.ok ? (body ?? {}) : {}) as Fields;
    if (typeof method === 'string') {
      const refusal = knowsMethod(method) ? refusalOf(method, payload) : { status: 404, description: 'Not Found' };
      calls.push({ bot: bot.id, method, payload, refusal });
      if (refusal === undefined) await carryOut(bot, method, payload, new AbortController().signal);
      waiters.wake();
    }
    return response.status;
  }
}

/** A token that could be one is refused otherwise than a word that never was. */
function unknownToken(token: string): TelegramRefusal {
  return /^\d+:/.test(token) ? { status: 401, description: 'Unauthorized' } : { status: 404, description: 'Not Found' };
}

function judge(
  method: string,
  payload: Fields | undefined,
  fault: TelegramFault | undefined,
): TelegramRefusal | undefined {
  if (payload === undefined) return { status: 400, description: "Bad Request: can't parse JSON" };
  return fault?.kind === 'refuse' ? fault : refusalOf(method, payload);
}

function isRefusal(result: unknown): result is TelegramRefusal {
  return typeof result === 'object' && result !== null && 'status' in result && 'description' in result;
}

function plain({ status, description, parameters }: TelegramRefusal): TelegramRefusal {
  return { status, description, ...(parameters === undefined ? {} : { parameters }) };
}

function refuse(response: ServerResponse, { status, description, parameters }: TelegramRefusal): void {
  sendJson(response, status, {
    ok: false,
    error_code: status,
    description,
    ...(parameters === undefined ? {} : { parameters }),
  });
}

async function fieldsIn(incoming: IncomingMessage): Promise<Fields | undefined> {
  const value = jsonIn((await readBody(incoming)) || '{}');
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}
