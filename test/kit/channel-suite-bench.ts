import type {
  Attachment,
  Channel,
  Deliver,
  OutboundMessage,
  PluginContext,
  SendResult,
} from '../../core/contract/index.ts';
import { systemRandom } from '../../core/kernel/system.ts';
import { CountingClock } from './channel-suite-clock.ts';
import { configOf } from './channel-suite-config.ts';
import { expectDelivery } from './channel-suite-delivery.ts';
import {
  type ChannelPlatform,
  ChannelSuiteFailure,
  expectThat,
  type SuiteMessage,
  type SuiteRequest,
  type SuiteRun,
} from './channel-suite-face.ts';
import { outOfReach, recordingLog, type SuiteLine } from './channel-suite-grants.ts';
import { SuiteInbox } from './channel-suite-inbox.ts';
import { patiently, settles, until } from './channel-suite-patience.ts';
import { expectResult } from './channel-suite-result.ts';
import { answersOf, causeIn, messagesOf, type Taken } from './channel-suite-taken.ts';
import { SuiteWire } from './channel-suite-wire.ts';

const listeningEndsMs = 3_000;

interface Parts {
  readonly platform: ChannelPlatform;
  readonly channel: Channel;
  readonly clock: CountingClock;
  readonly lines: readonly SuiteLine[];
  readonly wire: SuiteWire;
}

/** One channel of one tenant on its own platform, with the kernel's part played around it. */
export class Bench implements AsyncDisposable {
  readonly platform: ChannelPlatform;
  readonly channel: Channel;
  readonly clock: CountingClock;
  readonly lines: readonly SuiteLine[];
  readonly wire: SuiteWire;
  /** Timers of the clock that were not given back when the channel had been closed. */
  pendingAtEnd = 0;
  readonly #address: string;
  readonly #close: () => Promise<void>;
  readonly #inbox: SuiteInbox;
  readonly #ears = new AbortController();
  readonly #heard: Taken[] = [];
  #listening: Promise<unknown> | undefined;
  #sends = 0;
  #kept: unknown[] = [];
  /** Whether the person still takes messages, as a channel hears between two parts of one. */
  isWanted = true;

  private constructor(parts: Parts, address: string, close: () => Promise<void>) {
    this.platform = parts.platform;
    this.channel = parts.channel;
    this.clock = parts.clock;
    this.lines = parts.lines;
    this.wire = parts.wire;
    this.#address = address;
    this.#close = close;
    this.#inbox = new SuiteInbox(parts.clock);
  }

  /** On a platform of its own, or on one that is open already and stays open. */
  static async open(run: SuiteRun, tenantId = 'acme', shared?: ChannelPlatform): Promise<Bench> {
    const { plugin } = run;
    const address = addressOf(plugin.name, tenantId);
    const platform = shared ?? (await patiently("The fixtures' `start`", () => run.fixtures.start(address)));
    const clock = new CountingClock();
    const lines: SuiteLine[] = [];
    const log = recordingLog(lines);
    const wire = new SuiteWire(platform.hosts, clock, log, run.refused);
    const owned = new AsyncDisposableStack();
    const stop = new AbortController();
    const context: PluginContext<'channel', typeof plugin.schema> = {
      config: configOf(run, platform) as never,
      tenantId,
      key: plugin.name,
      log,
      http: wire.http,
      clock,
      random: systemRandom,
      signal: stop.signal,
      ports: {},
      own: (resource) => owned.use(resource),
      conversations: outOfReach('conversations'),
      outbound: outOfReach('outbound'),
      presentation: {
        name: { en: 'Suite' },
        defaultLanguage: 'en',
        languages: ['en'],
        greeting: { en: 'Hello.' },
        suggestions: [],
      },
      address,
    };
    const channel = await patiently('`open`', () => plugin.open(context));
    const bench = new Bench({ platform, channel, clock, lines, wire }, address, async () => {
      stop.abort(new DOMException('The tenant stops.', 'AbortError'));
      await patiently('What the channel owns is released, which', () => owned.disposeAsync());
      // Bodies that were cancelled are read out first. What is left then, `http` would end.
      await until(() => clock.pending === 0, 200);
      bench.pendingAtEnd = clock.pending;
      await wire[Symbol.asyncDispose]();
      if (shared === undefined) await platform[Symbol.asyncDispose]();
    });
    if (platform.tell !== undefined) bench.listen();
    return bench;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ears.abort(new DOMException('The tenant stops.', 'AbortError'));
    await settles(this.#listening ?? Promise.resolve(), listeningEndsMs);
    await this.#close();
  }

  /** Has the channel fetch by itself, where it does. */
  listen(): void {
    if (this.#listening !== undefined) return;
    const deliver: Deliver = async (messages, statuses = [], moves = []) => {
      const news = statuses.length + moves.length;
      this.#heard.push({ status: 200, kind: 'accepted', messages, words: '', news });
      return messages.map((message) => this.#inbox.store(message));
    };
    this.#listening = this.channel
      .listen?.(deliver, this.#ears.signal, () => {})
      .catch((cause: unknown) => {
        this.#heard.push({ status: 500, kind: 'threw', messages: [], news: 0, words: String(cause), cause });
      });
  }

  async stopListening(): Promise<void> {
    this.#ears.abort(new DOMException('The tenant stops.', 'AbortError'));
    const ended = await settles(this.#listening ?? Promise.resolve(), listeningEndsMs);
    this.#listening = undefined;
    expectThat(ended, `Listening ends within ${listeningEndsMs / 1000} s when its signal aborts.`);
  }

  /** Hands a request to the channel as the kernel does: stores what it reports, and gives its answer. */
  async take(request: SuiteRequest): Promise<Taken> {
    const method = request.method ?? 'POST';
    const [path = ''] = request.route.split('?');
    const route = this.channel.routes?.find((candidate) => candidate.method === method && candidate.path === path);
    expectThat(route !== undefined, `The channel has a route ${method} ${path}, which the fixtures call.`);
    const body = typeof request.body === 'string' ? Buffer.from(request.body) : Buffer.from(request.body);
    const web = new Request(`${this.#address}/${request.route}`, {
      method,
      headers: request.headers,
      ...(method === 'GET' ? {} : { body }),
    });
    try {
      return await patiently(`The route ${method} ${path}`, async (signal) => {
        const call = { parameters: {}, body, remoteAddress: '203.0.113.7', signal };
        const delivery: unknown = await route.handle(web, call);
        expectDelivery(delivery, `${method} ${path}`);
        return await this.#inbox.settle(delivery);
      });
    } catch (error) {
      if (error instanceof ChannelSuiteFailure) throw error;
      return {
        status: 500,
        kind: 'threw',
        messages: [],
        news: 0,
        words: error instanceof Error ? error.message : String(error),
        cause: error,
      };
    }
  }

  async takeAll(requests: readonly SuiteRequest[]): Promise<readonly Taken[]> {
    const taken: Taken[] = [];
    for (const request of requests) taken.push(await this.take(request));
    return taken;
  }

  /** What the channel makes of these messages. Called again, the platform tells the same once more. */
  async telling(messages: readonly SuiteMessage[]): Promise<() => Promise<readonly Taken[]>> {
    const { platform } = this;
    if (platform.tell !== undefined)
      return () => this.#hearing(messages.length, async () => await platform.tell?.(messages));
    const requests = await patiently("The fixtures' `webhook`", () => platform.webhook(messages));
    return () => this.takeAll(requests);
  }

  async hear(messages: readonly SuiteMessage[]): Promise<readonly Taken[]> {
    return (await this.telling(messages))();
  }

  /** What the channel makes of one message that the fixtures give; without requests it fetches that itself. */
  async hearOne(requests: readonly SuiteRequest[]): Promise<readonly Taken[]> {
    return requests.length > 0 ? this.takeAll(requests) : this.#hearing(1, async () => {});
  }

  /** The conversation of a person who has just written. */
  async conversationWith(person: number): Promise<string> {
    const taken = await this.hear([{ number: 9_000 + person, person, text: 'Good morning' }]);
    const [message] = messagesOf(taken);
    expectThat(
      message !== undefined,
      `A text in a signed request becomes a message; the channel ${answersOf(taken)}.`,
      causeIn(taken),
    );
    return message.conversation;
  }

  /**
   * Sends once.
   * @throws ChannelSuiteFailure where the channel throws: the outbox would have to take it for `uncertain`.
   */
  async send(conversation: string, message: Partial<OutboundMessage>, signal?: AbortSignal): Promise<SendResult> {
    const send = this.channel.send;
    expectThat(send !== undefined, 'The channel sends.');
    const outbound = this.outbound(conversation, message);
    const kept: unknown[] = [];
    this.#kept = kept;
    const keep = async (progress: unknown): Promise<boolean> => {
      kept.push(progress);
      return this.isWanted;
    };
    let given: unknown;
    try {
      given = await patiently('`send`', (patience) => send.call(this.channel, outbound, signal ?? patience, keep));
    } catch (error) {
      if (error instanceof ChannelSuiteFailure) throw error;
      const words = error instanceof Error ? error.message : String(error);
      throw new ChannelSuiteFailure(`\`send\` says what is known and throws nothing; it threw “${words}”.`, {
        cause: error,
      });
    }
    expectResult(given);
    return given;
  }

  /** What the channel has kept of the message that was sent last, in order. In JavaScript it may be anything. */
  get kept(): readonly unknown[] {
    return this.#kept;
  }

  /** A message with an id of its own. */
  outbound(conversation: string, message: Partial<OutboundMessage>): OutboundMessage {
    this.#sends += 1;
    return {
      id: `out_${this.#sends}`,
      conversation,
      text: '',
      attachments: [],
      actions: [],
      citations: [],
      ...message,
    };
  }

  fetchMedia(attachment: Attachment): Promise<{ readonly bytes: Uint8Array }> {
    const { channel } = this;
    return patiently('`fetchMedia`', async (signal) => {
      if (channel.fetchMedia === undefined) throw new Error('The channel fetches no files.');
      return await channel.fetchMedia(attachment, signal);
    });
  }

  /** Waits for what is told to come in by `listen`. */
  async #hearing(count: number, tell: () => Promise<void>): Promise<readonly Taken[]> {
    await patiently("The fixtures' `tell`", tell);
    const isThere = (): boolean =>
      messagesOf(this.#heard).length >= count || this.#heard.some(({ kind }) => kind === 'threw');
    await until(isThere, 2_000);
    // The fixtures may have told it before they were asked what they told.
    return this.#heard.splice(0);
  }
}

export function addressOf(channel: string, tenantId: string): string {
  return `https://bots.example/v1/${tenantId}/${channel}`;
}
