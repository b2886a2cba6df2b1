import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { type Judgement, judgeChats } from './messenger-judge.ts';

/** A bot under test: where its updates are posted. */
export interface WorldTarget {
  readonly botId: number;
  readonly origin: string;
  readonly path: string;
  readonly secret: string;
}

export interface WorldLoad {
  readonly targets: readonly WorldTarget[];
  /** People who write to each bot. */
  readonly chats: number;
  /** `closed`: so many updates wait for their reply at any time. `open`: so many a second, whatever becomes of them. */
  readonly pace:
    | { readonly kind: 'closed'; readonly atOnce: number; readonly total: number }
    | { readonly kind: 'open'; readonly perSecond: number; readonly seconds: number };
  /** Each update is delivered one to so many times, in parallel; 1 unless told. */
  readonly maxTimes?: number;
  /** Updates without a 2xx are delivered again until they get one. Unless told they are not. */
  readonly insists?: true;
  /** How long the last reply is waited for. */
  readonly patienceMs: number;
  /** Less than that where nothing arrives any more for so long. */
  readonly quietMs?: number;
}

export interface WorldResult extends Judgement {
  /** Updates, and how often they were delivered. */
  readonly updates: number;
  readonly deliveries: number;
  /** Updates that got a 2xx. */
  readonly acknowledged: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly ackMs: readonly number[];
  /** From the first delivery of an update to its reply; only in loads whose replies name what they answer. */
  readonly replyMs: readonly number[];
  /** From the first delivery to the last reply. */
  readonly seconds: number;
}

interface Arrival {
  readonly text: string;
  readonly atMs: number;
}

/**
 * Telegram as far as a load needs it: posts updates to webhooks, takes `sendMessage`, and keeps a log of its own that judges. It does
 * little, so that what is measured is not the measuring.
 */
export class MessengerWorld implements AsyncDisposable {
  /** For `with.baseUrl`. */
  readonly baseUrl: string;
  /** How long the answer to a `sendMessage` takes, after the message is in the log. */
  answerDelayMs: () => number = () => 0;
  calls = 0;
  readonly #close: () => Promise<void>;
  readonly #arrived = new Map<string, Arrival[]>();
  readonly #pools = new Map<string, Pool>();
  #messageId = 1000;
  #updateId = 100_000;
  #arrivals = 0;
  #lastArrivalMs = 0;
  #onArrival: (bot: number, chat: number) => void = () => {};

  private constructor(baseUrl: string, close: () => Promise<void>) {
    this.baseUrl = baseUrl;
    this.#close = close;
  }

  static async open(): Promise<MessengerWorld> {
    const server = createServer((incoming, response) => world.#serve(incoming, response));
    server.keepAliveTimeout = 60_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const world: MessengerWorld = new MessengerWorld(`http://127.0.0.1:${port}`, async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    });
    return world;
  }

  get host(): string {
    return new URL(this.baseUrl).host;
  }

  /** What people were shown, by `bot chat`, in order. */
  textsOf(bot: number, chat: number): readonly string[] {
    return (this.#arrived.get(`${bot} ${chat}`) ?? []).map(({ text }) => text);
  }

  async load(load: WorldLoad, signal?: AbortSignal): Promise<WorldResult> {
    this.#arrived.clear();
    this.#arrivals = 0;
    const run = new LoadRun(load, this.#updateId, (target, body) => this.post(target, body));
    this.#onArrival = (bot, chat) => run.arrived(bot, chat);
    const startedMs = performance.now();
    await run.drive(signal);
    this.#updateId += run.updates;
    const deadlineMs = performance.now() + load.patienceMs;
    const quietMs = load.quietMs ?? load.patienceMs;
    const drivenMs = performance.now();
    while (this.#arrivals < run.updates && performance.now() < deadlineMs) {
      if (performance.now() - Math.max(drivenMs, this.#lastArrivalMs) > quietMs) break;
      await sleep(20);
    }
    // A double may still be under way.
    await sleep(200);
    const judgement = judgeChats(
      [...run.sent].map(([key, sent]) => ({
        bot: key.split(' ')[0] ?? '',
        sent,
        arrived: this.#arrived.get(key) ?? [],
      })),
    );
    return { ...judgement, ...run.figures(), seconds: (this.#lastArrivalMs - startedMs) / 1000 };
  }

  /** One update once; the status, 0 where no answer came. */
  async post({ origin, path, secret }: WorldTarget, body: string): Promise<number> {
    const pool = this.#pools.get(origin) ?? new Pool(origin, { connections: 64, keepAliveTimeout: 30_000 });
    this.#pools.set(origin, pool);
    try {
      const answer = await pool.request({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret },
        body,
      });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return 0;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pool of this.#pools.values()) await pool.destroy();
    await this.#close();
  }

  #serve(incoming: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      this.calls += 1;
      const [, bot = '0', method = ''] = /^\/bot(\d+):[^/]+\/(\w+)/.exec(incoming.url ?? '') ?? [];
      const payload = JSON.parse(Buffer.concat(parts).toString() || '{}') as Record<string, unknown>;
      let result: unknown = true;
      let delayMs = 0;
      if (method === 'sendMessage') {
        result = this.#show(Number(bot), Number(payload['chat_id']), String(payload['text']));
        delayMs = this.answerDelayMs();
      } else if (method === 'getMe') {
        result = { id: Number(bot), is_bot: true, first_name: 'Bot', username: `bot_${bot}` };
      }
      const body = JSON.stringify({ ok: true, result });
      const answer = (): void => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
        response.end(body);
      };
      if (delayMs > 0) setTimeout(answer, delayMs);
      else answer();
    });
  }

  #show(bot: number, chat: number, text: string): object {
    const key = `${bot} ${chat}`;
    const atMs = performance.now();
    const known = this.#arrived.get(key);
    if (known === undefined) this.#arrived.set(key, [{ text, atMs }]);
    else known.push({ text, atMs });
    this.#messageId += 1;
    this.#arrivals += 1;
    this.#lastArrivalMs = atMs;
    this.#onArrival(bot, chat);
    return { message_id: this.#messageId, date: 1_795_000_000, chat: { id: chat, type: 'private' }, text };
  }
}

/** One person's updates are posted one after the other, as Telegram does it; those of different people at the same time. */
class LoadRun {
  readonly sent = new Map<string, { readonly token: string; atMs: number; isAcknowledged: boolean }[]>();
  updates = 0;
  #deliveries = 0;
  readonly #load: WorldLoad;
  readonly #post: (target: WorldTarget, body: string) => Promise<number>;
  readonly #ackMs: number[] = [];
  readonly #statuses: Record<string, number> = {};
  readonly #lines = new Map<string, Promise<void>>();
  #waiting: (() => void) | undefined;
  #open = 0;
  /** Ids of updates and messages are never used again, also not by another load. */
  readonly #firstId: number;

  constructor(load: WorldLoad, firstId: number, post: (target: WorldTarget, body: string) => Promise<number>) {
    this.#load = load;
    this.#firstId = firstId;
    this.#post = post;
  }

  async drive(signal: AbortSignal | undefined): Promise<void> {
    const { pace } = this.#load;
    const startedMs = performance.now();
    const total = pace.kind === 'closed' ? pace.total : pace.perSecond * pace.seconds;
    while (this.updates < total && signal?.aborted !== true) {
      if (pace.kind === 'closed') {
        if (this.#open < pace.atOnce) this.#say();
        else
          await new Promise<void>((resolve) => {
            this.#waiting = resolve;
          });
      } else {
        const due = Math.min(total, ((performance.now() - startedMs) / 1000) * pace.perSecond);
        while (this.updates < due) this.#say();
        await sleep(2);
      }
    }
    await Promise.all(this.#lines.values());
  }

  arrived(bot: number, chat: number): void {
    if (!this.sent.has(`${bot} ${chat}`)) return;
    this.#open -= 1;
    this.#waiting?.();
  }

  /** An update that nobody took is not waited for. */
  #giveUp(): void {
    this.#open -= 1;
    this.#waiting?.();
  }

  figures(): Omit<WorldResult, keyof Judgement | 'seconds'> {
    const all = [...this.sent.values()].flat();
    return {
      updates: this.updates,
      deliveries: this.#deliveries,
      acknowledged: all.filter(({ isAcknowledged }) => isAcknowledged).length,
      statuses: this.#statuses,
      ackMs: this.#ackMs,
    };
  }

  #say(): void {
    const { targets, chats } = this.#load;
    const count = this.updates;
    this.updates += 1;
    this.#open += 1;
    const target = targets[count % targets.length];
    if (target === undefined) throw new Error('a load without a target');
    const chat = 1 + (Math.floor(count / targets.length) % chats);
    const key = `${target.botId} ${chat}`;
    const line = this.sent.get(key) ?? [];
    this.sent.set(key, line);
    const said = { token: `m${chat}.${line.length}`, atMs: 0, isAcknowledged: false };
    line.push(said);
    const body = updateOf(this.#firstId + count, chat, said.token);
    const before = this.#lines.get(key);
    this.#lines.set(
      key,
      before === undefined ? this.#deliver(target, body, said) : before.then(() => this.#deliver(target, body, said)),
    );
  }

  async #deliver(target: WorldTarget, body: string, said: { atMs: number; isAcknowledged: boolean }): Promise<void> {
    said.atMs = performance.now();
    const times = 1 + Math.floor(Math.random() * (this.#load.maxTimes ?? 1));
    const once = async (): Promise<void> => {
      for (;;) {
        const postedMs = performance.now();
        const status = await this.#post(target, body);
        this.#deliveries += 1;
        this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
        if (status >= 200 && status < 300) {
          said.isAcknowledged = true;
          this.#ackMs.push(performance.now() - postedMs);
          return;
        }
        if (this.#load.insists === undefined) return this.#giveUp();
        await sleep(50);
      }
    };
    await Promise.all(Array.from({ length: times }, once));
  }
}

function updateOf(id: number, chat: number, text: string): string {
  const person = { id: chat, first_name: 'Ada', last_name: 'Lovelace', language_code: 'en' };
  return JSON.stringify({
    update_id: id,
    message: {
      message_id: id,
      date: 1_795_000_000,
      chat: { ...person, type: 'private' },
      from: { ...person, is_bot: false },
      text,
    },
  });
}
