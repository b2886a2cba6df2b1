import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { judgeChats } from './messenger-judge.ts';
import { LoadRun, type WorldLoad, type WorldResult, type WorldTarget } from './messenger-load.ts';

interface Arrival {
  readonly text: string;
  readonly atMs: number;
}

const replayedAtOnce = 64;

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
  /** Whether somebody counts it. */
  #onArrival: (bot: number, chat: number) => boolean = () => false;
  #last: LoadRun | undefined;

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
    this.#last = run;
    this.#onArrival = (bot, chat) => run.arrived(bot, chat);
    const startedMs = performance.now();
    await run.drive(signal);
    this.#updateId += run.updates;
    const deadlineMs = performance.now() + load.patienceMs;
    const quietMs = load.quietMs ?? load.patienceMs;
    const drivenMs = performance.now();
    // Where something may come twice, the number does not tell whether all has come.
    while ((load.insists || this.#arrivals < run.updates) && performance.now() < deadlineMs) {
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

  /** Every update of the last load once more, shuffled, to where the bots are now; how many messages came of it. */
  async replay(targets: readonly WorldTarget[]): Promise<{ readonly deliveries: number; readonly replies: number }> {
    const before = this.#arrivals;
    const posts = (this.#last?.posted ?? []).map((post) => ({ ...post, order: Math.random() }));
    posts.sort((one, other) => one.order - other.order);
    for (let start = 0; start < posts.length; start += replayedAtOnce) {
      await Promise.all(
        posts.slice(start, start + replayedAtOnce).map(async ({ botId, body }) => {
          const target = targets.find((one) => one.botId === botId);
          if (target === undefined || (await this.post(target, body)) !== 200) throw new Error('an update was refused');
        }),
      );
    }
    await sleep(1000);
    return { deliveries: posts.length, replies: this.#arrivals - before };
  }

  /** One update once; the status, 0 where no answer came. */
  async post({ origin, path, secret }: WorldTarget, body: string): Promise<number> {
    const pool = this.#pools.get(origin) ?? new Pool(origin, { connections: 512, keepAliveTimeout: 30_000 });
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
    if (this.#onArrival(bot, chat)) {
      this.#arrivals += 1;
      this.#lastArrivalMs = atMs;
    }
    return { message_id: this.#messageId, date: 1_795_000_000, chat: { id: chat, type: 'private' }, text };
  }
}
