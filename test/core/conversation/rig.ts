import type {
  BotEvent,
  Channel,
  Clock,
  DeliveryStatus,
  Http,
  InboundMessage,
  Logger,
  Message,
  Model,
  ModelEvent,
  ModelRequest,
  OutboundMessage,
  Passage,
  Random,
  Receipt,
  ResolvedBot,
  Retrieval,
  SendResult,
  Tool,
} from '../../../core/contract/index.ts';
import type { BotRuntime } from '../../../core/conversation/bot-runtime.ts';
import { type ConversationEngine, createConversations } from '../../../core/conversation/engine.ts';
import { createEventBus, type EventBus } from '../../../core/conversation/events/event-bus.ts';
import type { Mail } from '../../../core/conversation/events/mail.ts';
import { openStore, type Store } from '../../../core/store/open-store.ts';
import { FakeClock, seededRandom, settled } from '../../kit/index.ts';

export { settled };
export const signal = new AbortController().signal;
export const silentLog = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };

type Script = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>;

/** A model that answers as its script says. */
export function fakeModel(script: Script, id = 'fake'): Model {
  return { id, capabilities: { tools: 'native' }, stream: script };
}

export const done: ModelEvent = { type: 'done', finish: 'stop', usage: { inputTokens: 7, outputTokens: 3 } };

/** Says the pieces, then ends. */
export function saying(...pieces: string[]): Script {
  return async function* () {
    for (const text of pieces) yield { type: 'text', text };
    yield done;
  };
}

export function passage(number: number, text: string): Passage {
  return {
    chunk: `k${number}`,
    document: `d${number}`,
    source: 'faq',
    title: `Title ${number}`,
    headings: [],
    text,
    score: 0.9,
    scores: { fused: 0.9 },
  };
}

export function makeBot(tenantId: string, change: Partial<ResolvedBot> = {}): ResolvedBot {
  return {
    tenantId,
    revision: 'r1',
    name: { en: 'Bot', de: 'Bot' },
    labels: {},
    timezone: 'Europe/Berlin',
    languages: { default: 'en', supported: ['en', 'de'], detect: true },
    vars: {},
    llm: {
      use: 'fake',
      with: {},
      fallback: [{ use: 'fake', with: {} }],
      deadline: { firstTokenMs: 4000, totalMs: 30_000 },
    },
    prompts: {
      system: { en: 'You help.' },
      greeting: { en: 'Hello, I am an AI assistant.', de: 'Hallo, ich bin ein KI-Assistent.' },
      unknown: { en: 'I do not know that.', de: 'Das weiß ich nicht.' },
      failure: { en: 'Something is not working.', de: 'Gerade klappt etwas nicht.' },
    },
    voices: {},
    knowledge: {},
    retrieval: {
      use: 'none',
      with: {},
      embedding: { use: 'none', with: {} },
      cite: true,
      onMiss: 'say-unknown',
      perDocument: 3,
    },
    tools: {},
    channels: {
      web: { use: 'web', with: {}, enabled: true, override: {} },
      sms: { use: 'sms', with: {}, enabled: true, override: {} },
    },
    session: { idleCloseMs: 1_800_000, coalesceMs: 800, overlap: 'queue', history: 40 },
    escalation: [],
    guardrails: { disclosure: 'first-reply', refuse: [], pii: { redactLogs: [] } },
    limits: {
      perContact: { count: 1000, perMs: 60_000 },
      perTenant: { count: 10_000, perMs: 60_000 },
      maxTurns: 1000,
      toolCallsPerTurn: 6,
    },
    events: [],
    tests: [],
    secretValues: [],
    ...change,
  };
}

export interface FakeTenant {
  bot: ResolvedBot;
  /** An error stands for a model that cannot be opened. */
  models: readonly (Model | Error)[];
  passages: readonly Passage[];
  /** Takes the place of `passages`. */
  search: Retrieval['search'] | undefined;
  tools: ReadonlyMap<string, Tool>;
  /** What the sms channel was asked to send. */
  readonly sent: OutboundMessage[];
  /** Its answers, in order; `delivered` when there are no more. */
  readonly sendResults: SendResult[];
  /** What of the sms channel is otherwise. */
  sms: Partial<Omit<Channel, 'capabilities'>> & { readonly capabilities?: Partial<Channel['capabilities']> };
  /** An error stands for a bot that does not serve or a channel that cannot be opened. */
  unavailable: Error | 'for-ever' | undefined;
  /** Leases that are not given back. */
  leases: number;
}

const webChannel: Channel = {
  capabilities: { text: { maxLength: 100_000, format: 'markdown' }, media: [], buttons: 0, streaming: 'events' },
};

function openedOneByOne(models: readonly (Model | Error)[]): AsyncIterable<Model> {
  let next = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const model = models[next];
        next += 1;
        if (model instanceof Error) throw model;
        return model === undefined ? { done: true, value: undefined } : { done: false, value: model };
      },
    }),
  };
}

function release(tenant: FakeTenant): void {
  tenant.leases -= 1;
}

function runtimeOf(tenant: FakeTenant): BotRuntime {
  const { bot, models, passages, search, tools } = tenant;
  const retrieval: Retrieval = {
    search: search ?? (async () => passages),
    sync: async () => {},
    status: () => ({ engine: 'exact', chunks: passages.length, bytes: 0 }),
  };
  const { capabilities, ...otherwise } = tenant.sms;
  const sms: Channel = {
    capabilities: {
      text: { maxLength: 160, format: 'plain' },
      media: [],
      buttons: 0,
      streaming: 'none',
      ...capabilities,
    },
    send: async (message) => {
      tenant.sent.push(message);
      return tenant.sendResults.shift() ?? { status: 'delivered', providerMessageId: `p${tenant.sent.length}` };
    },
    ...otherwise,
  };
  return {
    bot,
    models: () => openedOneByOne(models),
    retrieval: async () => (passages.length === 0 && search === undefined ? undefined : retrieval),
    tools: async () => tools,
    channel: async (key) => {
      if (tenant.unavailable === 'for-ever') return await new Promise<never>(() => {});
      if (tenant.unavailable !== undefined) throw tenant.unavailable;
      return key === 'sms' ? sms : webChannel;
    },
    signal,
  };
}

export interface Rig extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly engine: ConversationEngine;
  readonly events: BotEvent[];
  readonly bus: EventBus;
  tenant(tenantId: string): FakeTenant;
  /** Why no bot serves, while none does. */
  away: Error | undefined;
  /** A session on the web channel, and what one does with it. */
  session(tenantId?: string, metadata?: Readonly<Record<string, unknown>>): Promise<WebSession>;
  sms(text: string, message?: Partial<InboundMessage>, tenantId?: string): Promise<Receipt | undefined>;
  /** What the platform tells of messages it took. */
  told(...statuses: readonly DeliveryStatus[]): Promise<void>;
}

export interface WebSession {
  readonly id: string;
  readonly token: string;
  deliver(id: string, text: string): ReturnType<ReturnType<ConversationEngine['deliverer']>>;
  /** Delivers and waits for the reply. */
  ask(text: string): Promise<Message>;
  conversation(): Promise<string>;
}

export async function makeRig(
  options: {
    readonly path?: string;
    readonly clock?: FakeClock & Clock;
    readonly random?: Random;
    readonly tenants?: Readonly<Record<string, Partial<FakeTenant>>>;
    readonly maxRunningTurns?: number;
    /** Carries outgoing webhooks. */
    readonly http?: Http;
    /** Carries letters to operators. */
    readonly mail?: Mail;
    /** Brings the store's log to the disk; at once unless told. */
    readonly sync?: () => Promise<void>;
    /** Silent unless told. */
    readonly log?: Logger;
  } = {},
): Promise<Rig> {
  const clock = options.clock ?? new FakeClock();
  // The time is ours, so the disk may not take any of its own.
  const sync = options.sync ?? (async () => {});
  const openLogFile = () => ({ sync, [Symbol.asyncDispose]: async () => {} });
  const store = await openStore({ path: options.path ?? ':memory:', clock, log: silentLog, openLogFile });
  const random = options.random ?? seededRandom(1);
  const tenants = new Map<string, FakeTenant>();
  const tenantOf = (tenantId: string): FakeTenant => {
    const known = tenants.get(tenantId);
    if (known !== undefined) return known;
    const made: FakeTenant = {
      bot: makeBot(tenantId),
      models: [fakeModel(saying('Fine.'))],
      passages: [],
      search: undefined,
      tools: new Map(),
      sent: [],
      sendResults: [],
      sms: {},
      unavailable: undefined,
      leases: 0,
      ...options.tenants?.[tenantId],
    };
    tenants.set(tenantId, made);
    return made;
  };
  const events: BotEvent[] = [];
  const bus = createEventBus(silentLog);
  bus.subscribe('*', (event) => events.push(event));
  const engine = createConversations({
    store,
    clock,
    random,
    log: options.log ?? silentLog,
    events: bus,
    ...(options.http === undefined ? {} : { http: options.http }),
    ...(options.mail === undefined ? {} : { mail: options.mail }),
    render: (template, variables) =>
      template.replace(/\{\{\s*(\w+)\.(\w+)\s*\}\}/g, (_, a: string, b: string) =>
        String((variables[a] as Record<string, unknown>)[b]),
      ),
    leases: {
      acquire: (tenantId) => {
        if (rig.away !== undefined) throw rig.away;
        const tenant = tenantOf(tenantId);
        tenant.leases += 1;
        return { runtime: runtimeOf(tenant), [Symbol.dispose]: () => release(tenant) };
      },
      botOf: (tenantId) => (rig.away === undefined ? tenantOf(tenantId).bot : undefined),
      retentionOf: (tenantId) => tenantOf(tenantId).bot.guardrails.pii.retentionMs,
    },
    ...(options.maxRunningTurns === undefined ? {} : { maxRunningTurns: options.maxRunningTurns }),
  });
  let sequence = 0;
  const rig: Rig = {
    away: undefined,
    clock,
    store,
    engine,
    events,
    bus,
    tenant: tenantOf,
    session: async (tenantId = 'acme', metadata = { greetingShown: true }) => {
      const conversations = engine.conversationsOf(tenantId, 'web');
      const { session, token } = await conversations.createSession({ metadata }, signal);
      const deliver: WebSession['deliver'] = (id, text) =>
        engine.deliverer(tenantId, 'web')([{ id, text, conversation: session.id, contact: { id: session.id } }]);
      return {
        id: session.id,
        token,
        deliver,
        ask: async (text) => {
          sequence += 1;
          const [receipt] = await deliver(`m${sequence}`, text);
          if (receipt?.status !== 'stored') throw new Error(`not stored: ${JSON.stringify(receipt)}`);
          const outcome = await conversations.reply(receipt.turnId, signal);
          if (outcome.status === 'silent' || outcome.reply === undefined)
            throw new Error(`no reply: ${outcome.status}`);
          return outcome.reply;
        },
        conversation: async () => {
          const found = (await engine.list(tenantId, {}, signal)).find((view) => view.session === session.id);
          if (found === undefined) throw new Error('no conversation');
          return found.id;
        },
      };
    },
    sms: async (text, message = {}, tenantId = 'acme') => {
      sequence += 1;
      const [receipt] = await engine.deliverer(
        tenantId,
        'sms',
      )([{ id: `s${sequence}`, text, conversation: '+49301', contact: { id: '+49301' }, ...message }]);
      return receipt;
    },
    told: async (...statuses) => {
      await engine.deliverer('acme', 'sms')([], statuses);
    },
    [Symbol.asyncDispose]: async () => {
      await engine.drain(AbortSignal.abort());
      await store[Symbol.asyncDispose]();
    },
  };
  return rig;
}
