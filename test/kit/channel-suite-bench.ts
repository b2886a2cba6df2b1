import type {
  Attachment,
  Channel,
  Delivery,
  Http,
  InboundMessage,
  LogFields,
  Logger,
  Message,
  OutboundMessage,
  PluginContext,
  Receipt,
  SendResult,
} from '../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../core/kernel/system.ts';
import { createHttp } from '../../core/network/http-client.ts';
import { CountingClock } from './channel-suite-clock.ts';
import { configOf } from './channel-suite-config.ts';
import { expectDelivery } from './channel-suite-delivery.ts';
import {
  type ChannelPlatform,
  ChannelSuiteFailure,
  type ChannelSuiteOptions,
  expectThat,
  type SuiteRequest,
} from './channel-suite-face.ts';
import { expectResult } from './channel-suite-result.ts';
import { answersOf, causeIn, type Taken } from './channel-suite-taken.ts';
import { fakeHttp } from './fake-http.ts';
import { listen } from './listening-server.ts';

export interface SuiteLine {
  readonly message: string;
  readonly fields: LogFields;
}

/** How requests go out: to the platform, unless it cannot be reached. */
interface Line {
  fetch: Http['fetch'];
}

/** One channel of one tenant on its own platform, with the kernel's part played around it. */
export class Bench implements AsyncDisposable {
  readonly platform: ChannelPlatform;
  readonly channel: Channel;
  readonly clock: CountingClock;
  readonly lines: readonly SuiteLine[];
  /** What was tried to go out: address, headers and body as one text. */
  readonly wentOut: readonly { readonly host: string; readonly words: string }[];
  readonly #address: string;
  readonly #line: Line;
  readonly #close: () => Promise<void>;
  readonly #stored = new Map<string, Message>();
  #sends = 0;

  private constructor(
    parts: Pick<Bench, 'platform' | 'channel' | 'clock' | 'lines' | 'wentOut'>,
    address: string,
    line: Line,
    close: () => Promise<void>,
  ) {
    this.platform = parts.platform;
    this.channel = parts.channel;
    this.clock = parts.clock;
    this.lines = parts.lines;
    this.wentOut = parts.wentOut;
    this.#address = address;
    this.#line = line;
    this.#close = close;
  }

  /** On a platform of its own, or on one that is open already and stays open. */
  static async open(options: ChannelSuiteOptions, tenantId = 'acme', shared?: ChannelPlatform): Promise<Bench> {
    const { plugin } = options;
    const address = addressOf(plugin.name, tenantId);
    const platform = shared ?? (await options.fixtures.start(address));
    const clock = new CountingClock();
    const lines: SuiteLine[] = [];
    const wentOut: { host: string; words: string }[] = [];
    const log = recordingLog(lines, {});
    const http = createHttp({ allowPrivate: platform.hosts, clock, log });
    const line: Line = { fetch: http.fetch };
    const owned = new AsyncDisposableStack();
    const stop = new AbortController();
    const context: PluginContext<'channel', typeof plugin.schema> = {
      config: configOf(options, platform) as never,
      tenantId,
      key: plugin.name,
      log,
      http: fakeHttp((url, request) => {
        const { host } = new URL(url);
        const { headers = {}, body = '' } = request;
        const text = typeof body === 'string' ? body : Buffer.from(body).toString('latin1');
        wentOut.push({ host, words: [String(url), ...Object.values(headers), text].join('\n') });
        return line.fetch(url, request);
      }),
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
    const channel = await plugin.open(context);
    return new Bench({ platform, channel, clock, lines, wentOut }, address, line, async () => {
      stop.abort(new DOMException('The tenant stops.', 'AbortError'));
      await owned.disposeAsync();
      await http[Symbol.asyncDispose]();
      if (shared === undefined) await platform[Symbol.asyncDispose]();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
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
    const call = { parameters: {}, body, remoteAddress: '203.0.113.7', signal: new AbortController().signal };
    try {
      const delivery: unknown = await route.handle(web, call);
      expectDelivery(delivery, `${method} ${path}`);
      return await this.#settle(delivery);
    } catch (error) {
      if (error instanceof ChannelSuiteFailure) throw error;
      return {
        status: 500,
        kind: 'threw',
        messages: [],
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

  /** The conversation of a person who has just written. */
  async conversationWith(person: number): Promise<string> {
    const requests = await this.platform.webhook([{ number: 9_000 + person, person, text: 'Good morning' }]);
    const taken = await this.takeAll(requests);
    const [message] = taken.flatMap(({ messages }) => messages);
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
  async send(conversation: string, message: Partial<OutboundMessage>): Promise<SendResult> {
    const send = this.channel.send;
    expectThat(send !== undefined, 'The channel sends.');
    const outbound = this.outbound(conversation, message);
    using patience = systemClock.deadline(10_000);
    let given: unknown;
    try {
      given = await send.call(this.channel, outbound, patience.signal);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new ChannelSuiteFailure(`\`send\` says what is known and throws nothing; it threw “${words}”.`, {
        cause: error,
      });
    }
    expectResult(given);
    return given;
  }

  /** Runs while nobody listens where the platform was: connections are refused by this machine itself. */
  async whileUnreachable<T>(run: () => Promise<T>): Promise<T> {
    const nobody = await listen(async () => {});
    await nobody[Symbol.asyncDispose]();
    await using http = createHttp({ allowPrivate: [nobody.host], clock: this.clock, log: recordingLog([], {}) });
    const reached = this.#line.fetch;
    this.#line.fetch = (_, request) => http.fetch(nobody.origin, request);
    try {
      return await run();
    } finally {
      this.#line.fetch = reached;
    }
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
    const fetching = this.channel.fetchMedia?.(attachment, AbortSignal.timeout(10_000));
    return fetching ?? Promise.reject(new Error('The channel fetches no files.'));
  }

  async #settle(delivery: Delivery): Promise<Taken> {
    switch (delivery.kind) {
      case 'rejected': {
        const { response } = delivery;
        const status = { 'bad-signature': 401, malformed: 400, forbidden: 403 }[delivery.reason];
        const words = (await response?.text()) ?? '';
        return { status: response?.status ?? status, kind: 'rejected', messages: [], words };
      }
      case 'ignored':
        return {
          status: delivery.response.status,
          kind: 'ignored',
          messages: [],
          words: await delivery.response.text(),
        };
      case 'accepted': {
        const response = await delivery.respond(delivery.messages.map((message) => this.#store(message)));
        return {
          status: response.status,
          kind: 'accepted',
          messages: delivery.messages,
          words: await response.text(),
        };
      }
      default:
        return delivery satisfies never;
    }
  }

  #store(inbound: InboundMessage): Receipt {
    const key = JSON.stringify([inbound.conversation, inbound.id]);
    const known = this.#stored.get(key);
    if (known !== undefined) return { status: 'duplicate', message: known, turnId: `turn of ${known.id}` };
    const message: Message = {
      id: `msg_${this.#stored.size + 1}`,
      role: 'contact',
      text: inbound.text ?? '',
      attachments: inbound.attachments ?? [],
      actions: [],
      citations: [],
      channel: 'suite',
      createdAt: new Date(this.clock.now()).toISOString(),
    };
    this.#stored.set(key, message);
    return { status: 'stored', message, turnId: `turn of ${message.id}` };
  }
}

export function addressOf(channel: string, tenantId: string): string {
  return `https://bots.example/v1/${tenantId}/${channel}`;
}

function recordingLog(lines: SuiteLine[], common: LogFields): Logger {
  const write = (message: string, fields: LogFields = {}) =>
    void lines.push({ message, fields: { ...common, ...fields } });
  return {
    debug: write,
    info: write,
    warn: write,
    error: write,
    with: (fields) => recordingLog(lines, { ...common, ...fields }),
  };
}

/** Stands for what no check needs; a channel that uses it in one hears which it was. */
function outOfReach<Grant extends object>(name: string): Grant {
  return new Proxy({} as Grant, {
    get: (_, property) => {
      throw new Error(`The suite grants no \`${name}.${String(property)}\`.`);
    },
  });
}
