import { createHash } from 'node:crypto';
import type { BotDefinition } from '../../schemas/bot.ts';
import type {
  Budget,
  ChannelDefinition,
  EscalationRule,
  LocalizedText,
  ModelUse,
  Money,
  PluginUse,
  Prompts,
  QuietHours,
  Rate,
  ResolvedBot,
  VoiceBehaviour,
} from '../contract/index.ts';
import { parseClock } from './formats.ts';
import { resolveHours } from './hours.ts';
import { parseDuration, parseMoney, parseRate } from './units.ts';

/**
 * The bot that a checked definition describes: units become numbers, defaults are in, everything is frozen.
 * `definition` has passed every check, its texts are maps by language.
 */
export function resolveBot(tenantId: string, definition: BotDefinition, secretValues: readonly string[]): ResolvedBot {
  const { languages, retrieval, handoff } = definition;
  const mainLanguage = languages?.default ?? 'en';
  const content: Omit<ResolvedBot, 'revision'> = {
    tenantId,
    name: localized(definition.name),
    labels: withoutNotes(definition.labels),
    timezone: definition.timezone ?? 'UTC',
    languages: {
      default: mainLanguage,
      supported: languages?.supported ?? [mainLanguage],
      detect: languages?.detect ?? true,
    },
    vars: definition.vars ?? {},
    llm: llmOf(definition.llm ?? {}),
    prompts: localizedMap(definition.prompts) as Prompts,
    voices: mapValues(definition.voices, (voice) => ({
      ...pluginUse(voice, ''),
      ...present('fallback', voice.fallback && pluginUse(voice.fallback, '')),
    })),
    knowledge: mapValues(definition.knowledge, (source) => ({
      ...pluginUse(source, ''),
      ...present('refresh', source.refresh),
      ...present('tags', listed(source.tags)),
    })),
    retrieval: {
      ...pluginUse(retrieval ?? {}, 'hnsw'),
      embedding: pluginUse(retrieval?.embedding ?? {}, 'hashed'),
      cite: retrieval?.cite ?? true,
      onMiss: retrieval?.onMiss ?? 'say-unknown',
      perDocument: retrieval?.perDocument ?? 3,
      ...present('filters', retrieval?.filters && filtersOf(retrieval.filters)),
      ...present('rerank', retrieval?.rerank && rerankOf(retrieval.rerank)),
    },
    tools: mapValues(definition.tools, (tool) => ({
      ...pluginUse(tool, ''),
      ...present('allow', tool.allow),
      confirm: tool.confirm ?? 'never',
    })),
    channels: mapValues(definition.channels, channelOf),
    session: sessionOf(definition.session ?? {}),
    ...present('hours', definition.hours && resolveHours(definition.hours)),
    ...present('handoff', handoff && handoffOf(handoff)),
    escalation: (definition.escalation ?? []).map(ruleOf),
    guardrails: guardrailsOf(definition.guardrails ?? {}),
    limits: limitsOf(definition.limits ?? {}),
    events: (definition.events ?? []).map(({ url, secret, types }) => ({ url, secret, types: types ?? [] })),
    tests: [definition.tests ?? 'tests/*.yaml'].flat(),
    secretValues,
  };
  const revision = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return deepFreeze({ ...content, revision });
}

type Section<Name extends keyof BotDefinition> = NonNullable<BotDefinition[Name]>;

function llmOf({ fallback, deadline, budget, ...use }: Section<'llm'>): ResolvedBot['llm'] {
  return {
    ...modelUse(use),
    fallback: (fallback ?? []).map(modelUse),
    deadline: {
      firstTokenMs: durationMs(deadline?.firstToken) ?? 8000,
      totalMs: durationMs(deadline?.total) ?? 60_000,
    },
    ...present('budget', budget && budgetOf(budget)),
  };
}

function modelUse({ price, ...use }: Pick<Section<'llm'>, 'use' | 'with' | 'price'>): ModelUse {
  const input = moneyOf(price?.input);
  const output = moneyOf(price?.output);
  if (input === undefined || output === undefined) return pluginUse(use, 'offline');
  return {
    ...pluginUse(use, 'offline'),
    price: { input: input.amount, output: output.amount, currency: input.currency },
  };
}

type Retrieval = Section<'retrieval'>;

function filtersOf({
  sources,
  tags,
  language,
}: NonNullable<Retrieval['filters']>): ResolvedBot['retrieval']['filters'] {
  return {
    ...present('sources', listed(sources)),
    ...present('tags', listed(tags)),
    ...present('languages', language === 'any' ? undefined : language === 'same' ? 'same' : listed(language)),
  };
}

function rerankOf({
  candidates,
  timeout,
  ...use
}: NonNullable<Retrieval['rerank']>): NonNullable<ResolvedBot['retrieval']['rerank']> {
  return { ...pluginUse(use, ''), candidates: candidates ?? 20, timeoutMs: durationMs(timeout) ?? 2000 };
}

function sessionOf({ idleClose, coalesce, overlap, history }: Section<'session'>): ResolvedBot['session'] {
  return {
    idleCloseMs: durationMs(idleClose) ?? 1_800_000,
    coalesceMs: durationMs(coalesce) ?? 800,
    overlap: overlap ?? 'queue',
    history: history ?? 40,
  };
}

function handoffOf({
  inbox,
  notify,
  timeout,
  onTimeout,
  secret,
}: Section<'handoff'>): NonNullable<ResolvedBot['handoff']> {
  return {
    inbox,
    notify: notify ?? [],
    timeoutMs: durationMs(timeout) ?? 300_000,
    onTimeout: onTimeout ?? 'callback',
    ...present('secret', secret),
  };
}

function ruleOf({ when, say, do: action }: Section<'escalation'>[number]): EscalationRule {
  const kind: EscalationRule['when'] =
    typeof when === 'string'
      ? { kind: 'asks-human' }
      : 'misses' in when
        ? { kind: 'misses', count: when.misses }
        : { kind: 'match', pattern: when.match };
  return { when: kind, ...present('say', say === undefined ? undefined : localized(say)), do: action ?? 'handoff' };
}

function guardrailsOf({ disclosure, refuse, pii }: Section<'guardrails'>): ResolvedBot['guardrails'] {
  return {
    disclosure: disclosure ?? 'first-reply',
    refuse: refuse ?? [],
    pii: {
      redactLogs: pii?.redactLogs ?? ['phone', 'email'],
      ...present('retentionMs', durationMs(pii?.retention)),
    },
  };
}

function limitsOf({ perContact, perTenant, maxTurns, toolCallsPerTurn }: Section<'limits'>): ResolvedBot['limits'] {
  return {
    perContact: rateOf(perContact, { count: 20, perMs: 60_000 }),
    perTenant: rateOf(perTenant, { count: 600, perMs: 60_000 }),
    maxTurns: maxTurns ?? 200,
    toolCallsPerTurn: toolCallsPerTurn ?? 6,
  };
}

type Channel = Section<'channels'>[string];

function channelOf(channel: Channel): ChannelDefinition {
  const { prompts, style } = channel.override ?? {};
  return {
    ...pluginUse(channel, ''),
    enabled: channel.enabled ?? true,
    override: {
      ...present('prompts', prompts === undefined ? undefined : localizedMap(prompts)),
      ...present('style', style),
    },
    ...present('voice', channel.voice === undefined ? undefined : voiceOf(channel.voice)),
    ...present('quietHours', channel.quietHours && quietHoursOf(channel.quietHours)),
  };
}

function quietHoursOf({ from, to }: NonNullable<Channel['quietHours']>): QuietHours {
  return { from: parseClock(from) ?? 0, to: parseClock(to) ?? 0 };
}

function voiceOf({ stt, endpointing, interruption, filler, silence }: NonNullable<Channel['voice']>): VoiceBehaviour {
  return {
    ...present('stt', stt === undefined ? undefined : { ...pluginUse(stt, ''), keywords: stt.keywords ?? [] }),
    endpointing: {
      minDelayMs: durationMs(endpointing?.minDelay) ?? 400,
      maxDelayMs: durationMs(endpointing?.maxDelay) ?? 1800,
    },
    interruption: {
      minDurationMs: durationMs(interruption?.minDuration) ?? 300,
      minWords: interruption?.minWords ?? 1,
      ignore: interruption?.ignore ?? [],
      always: interruption?.always ?? [],
    },
    ...present(
      'filler',
      filler === undefined ? undefined : { afterMs: durationMs(filler.after) ?? 1200, say: localized(filler.say) },
    ),
    silence: (silence ?? []).map(({ after, say, do: action }) => ({
      afterMs: durationMs(after) ?? 8000,
      ...present('say', say === undefined ? undefined : localized(say)),
      do: action ?? 'nothing',
    })),
  };
}

function budgetOf({
  perDay,
  perConversation,
  onExceeded,
}: NonNullable<NonNullable<BotDefinition['llm']>['budget']>): Budget {
  return {
    ...present('perDay', moneyOf(perDay)),
    ...present('perConversation', moneyOf(perConversation)),
    onExceeded: onExceeded ?? 'handoff',
  };
}

function pluginUse(
  { use, with: config }: { readonly use?: string; readonly with?: unknown },
  otherwise: string,
): PluginUse {
  return { use: use ?? otherwise, with: config ?? {} };
}

/** The loader has put maps where the author wrote texts. */
function localized(value: unknown): LocalizedText {
  return (value ?? {}) as LocalizedText;
}
function localizedMap(value: unknown): Readonly<Record<string, LocalizedText>> {
  return mapValues(value as Readonly<Record<string, unknown>>, localized);
}

function withoutNotes(map: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return mapValues(map, (value) => value);
}

function mapValues<In, Out>(
  map: Readonly<Record<string, In>> | undefined,
  change: (value: In) => Out,
): Record<string, Out> {
  const changed: Record<string, Out> = {};
  for (const [key, value] of Object.entries(map ?? {})) if (!key.startsWith('x-')) changed[key] = change(value);
  return changed;
}

function present<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [Name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [Name in Key]: Value });
}

function listed(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}

function durationMs(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
function rateOf(text: string | undefined, otherwise: Rate): Rate {
  return (text === undefined ? undefined : parseRate(text)) ?? otherwise;
}
function moneyOf(text: string | undefined): Money | undefined {
  return text === undefined ? undefined : parseMoney(text);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
