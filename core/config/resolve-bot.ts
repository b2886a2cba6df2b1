import { createHash } from 'node:crypto';
import type { BotDefinition } from '../../schemas/bot.ts';
import type {
  Budget,
  ChannelDefinition,
  EscalationRule,
  LocalizedText,
  Money,
  PluginUse,
  Prompts,
  Rate,
  ResolvedBot,
  VoiceBehaviour,
} from '../contract/index.ts';
import { resolveHours } from './hours.ts';
import { parseDuration, parseMoney, parseRate } from './units.ts';

/**
 * The bot that a checked definition describes: units become numbers, defaults are in, everything is frozen.
 * `definition` has passed every check, its texts are maps by language.
 */
export function resolveBot(tenantId: string, definition: BotDefinition, secretValues: readonly string[]): ResolvedBot {
  const { llm, retrieval, session, guardrails, limits, languages } = definition;
  const content: Omit<ResolvedBot, 'revision'> = {
    tenantId,
    name: localized(definition.name),
    labels: definition.labels ?? {},
    timezone: definition.timezone ?? 'UTC',
    languages: {
      default: languages?.default ?? 'en',
      supported: languages?.supported ?? [languages?.default ?? 'en'],
      detect: languages?.detect ?? true,
    },
    vars: definition.vars ?? {},
    llm: {
      ...pluginUse(llm ?? {}, 'offline'),
      fallback: (llm?.fallback ?? []).map((use) => pluginUse(use, 'offline')),
      deadline: {
        firstTokenMs: durationMs(llm?.deadline?.firstToken) ?? 8000,
        totalMs: durationMs(llm?.deadline?.total) ?? 60_000,
      },
      ...present('budget', llm?.budget === undefined ? undefined : budgetOf(llm.budget)),
    },
    prompts: localizedMap(definition.prompts) as Prompts,
    voices: mapValues(definition.voices, (voice) => ({
      ...pluginUse(voice, ''),
      ...present('fallback', voice.fallback === undefined ? undefined : pluginUse(voice.fallback, '')),
    })),
    knowledge: mapValues(definition.knowledge, (source) => ({
      ...pluginUse(source, ''),
      ...present('refresh', source.refresh),
    })),
    retrieval: {
      ...pluginUse(retrieval ?? {}, 'hnsw'),
      embedding: pluginUse(retrieval?.embedding ?? {}, 'hashed'),
      cite: retrieval?.cite ?? true,
      onMiss: retrieval?.onMiss ?? 'say-unknown',
    },
    tools: mapValues(definition.tools, (tool) => ({
      ...pluginUse(tool, ''),
      ...present('allow', tool.allow),
      confirm: tool.confirm ?? 'never',
    })),
    channels: mapValues(definition.channels, channelOf),
    session: {
      idleCloseMs: durationMs(session?.idleClose) ?? 1_800_000,
      coalesceMs: durationMs(session?.coalesce) ?? 800,
      overlap: session?.overlap ?? 'queue',
      history: session?.history ?? 40,
    },
    ...present('hours', definition.hours === undefined ? undefined : resolveHours(definition.hours)),
    ...present(
      'handoff',
      definition.handoff === undefined
        ? undefined
        : {
            inbox: definition.handoff.inbox,
            notify: definition.handoff.notify ?? [],
            timeoutMs: durationMs(definition.handoff.timeout) ?? 300_000,
            onTimeout: definition.handoff.onTimeout ?? 'callback',
          },
    ),
    escalation: (definition.escalation ?? []).map(
      ({ when, say, do: action }): EscalationRule => ({
        when:
          typeof when === 'string'
            ? { kind: 'asks-human' }
            : 'misses' in when
              ? { kind: 'misses', count: when.misses }
              : { kind: 'match', pattern: when.match },
        ...present('say', say === undefined ? undefined : localized(say)),
        do: action ?? 'handoff',
      }),
    ),
    guardrails: {
      disclosure: guardrails?.disclosure ?? 'first-reply',
      refuse: guardrails?.refuse ?? [],
      pii: {
        redactLogs: guardrails?.pii?.redactLogs ?? ['phone', 'email'],
        ...present('retentionMs', durationMs(guardrails?.pii?.retention)),
      },
    },
    limits: {
      perContact: rateOf(limits?.perContact, { count: 20, perMs: 60_000 }),
      perTenant: rateOf(limits?.perTenant, { count: 600, perMs: 60_000 }),
      maxTurns: limits?.maxTurns ?? 200,
      toolCallsPerTurn: limits?.toolCallsPerTurn ?? 6,
    },
    events: (definition.events ?? []).map(({ url, secret, types }) => ({ url, secret, types: types ?? [] })),
    tests: [definition.tests ?? 'tests/*.yaml'].flat(),
    secretValues,
  };
  const revision = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return deepFreeze({ ...content, revision });
}

type Channel = NonNullable<BotDefinition['channels']>[string];

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
  };
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
