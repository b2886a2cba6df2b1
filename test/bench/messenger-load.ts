import { setTimeout as sleep } from 'node:timers/promises';
import type { Judgement } from './messenger-judge.ts';

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
  /** Each update is delivered one to so many times, the copies at any time within a moment, also after later updates; 1 unless told. */
  readonly maxTimes?: number;
  /** Updates without a 2xx are delivered again until they get one. Unless told they are not. */
  readonly insists?: true;
  /** Somebody who floods one bot meanwhile; nobody judges what comes of that. Only with an `open` pace. */
  readonly noise?: { readonly target: WorldTarget; readonly perSecond: number };
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

const copiesWithinMs = 300;
/** Ids that belong to nobody who is judged. */
const firstNoise = 10_000_000;

/** One person's updates are posted one after the other, as Telegram does it; those of different people at the same time. */
export class LoadRun {
  readonly sent = new Map<string, { readonly token: string; atMs: number; isAcknowledged: boolean }[]>();
  readonly posted: { readonly botId: number; readonly body: string }[] = [];
  updates = 0;
  #noises = 0;
  #deliveries = 0;
  readonly #load: WorldLoad;
  readonly #post: (target: WorldTarget, body: string) => Promise<number>;
  readonly #ackMs: number[] = [];
  readonly #statuses: Record<string, number> = {};
  readonly #lines = new Map<string, Promise<void>>();
  #waiting: (() => void) | undefined;
  readonly #copies: Promise<void>[] = [];
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
        this.#makeNoise((performance.now() - startedMs) / 1000);
        await sleep(2);
      }
    }
    await Promise.all(this.#lines.values());
    await Promise.all(this.#copies);
  }

  arrived(bot: number, chat: number): boolean {
    if (!this.sent.has(`${bot} ${chat}`)) return false;
    this.#open -= 1;
    this.#waiting?.();
    return true;
  }

  #makeNoise(seconds: number): void {
    const { noise } = this.#load;
    if (noise === undefined) return;
    for (; this.#noises < seconds * noise.perSecond; this.#noises += 1) {
      const body = updateOf(firstNoise + this.#firstId + this.#noises, firstNoise + (this.#noises % 500), 'Noise');
      void this.#post(noise.target, body);
    }
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
    this.posted.push({ botId: target.botId, body });
    for (let copy = 1; copy < times; copy += 1) {
      this.#copies.push(sleep(Math.random() * copiesWithinMs).then(once));
    }
    await once();
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
