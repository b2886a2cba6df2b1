import type { ResolvedBot } from '../../contract/index.ts';
import { within } from '../../conversation/within.ts';
import { severalAtOnce } from '../../kernel/several-at-once.ts';
import type { Shell } from '../shell.ts';
import { count } from '../wording.ts';
import type { BotsApart } from './bots-apart.ts';
import { type Finding, fail, fine, warn } from './finding.ts';
import { isBotDown, reasonOf } from './service-failure.ts';

const topic = 'Model';
/** How long a model may take to begin its answer; people wait no longer. */
const patienceMs = 10_000;
/** How many are asked at once. */
const width = 8;
const local = 'offline';

/** Which models a bot has, the first the one that is asked first. */
export interface BotModels {
  readonly tenantId: string;
  readonly models: readonly { readonly use: string; readonly settings: string }[];
}

export function modelsOf(tenantId: string, { llm }: ResolvedBot): BotModels {
  const models = [llm, ...llm.fallback].map(({ use, with: settings }) => ({ use, settings: JSON.stringify(settings) }));
  return { tenantId, models };
}

/** Whether something has to be asked of a service. */
export function asksModel({ models }: BotModels): boolean {
  return models.some(({ use }) => use !== local);
}

interface Trial {
  readonly tenantId: string;
  /** Its place: 0 is `llm`, the others are its fallbacks. */
  readonly at: number;
  /** All bots that have the same one with the same settings: a service is asked once for them. */
  readonly tenants: readonly string[];
}

/** Has each model begin an answer, fallbacks too. One line for all that do, and one for each that does not. */
export async function tryModels(
  models: readonly BotModels[],
  bots: BotsApart,
  shell: Shell,
): Promise<readonly Finding[]> {
  const trials = trialsOf(models);
  const found = await severalAtOnce(trials, width, (trial) => tryOne(trial, bots, shell));
  const sound = trials.filter((_, index) => found[index] === 'sound');
  const troubles = found.filter((one) => one !== undefined && one !== 'sound');
  if (sound.length === 0) return troubles;
  const served = count(new Set(sound.flatMap(({ tenants }) => tenants)).size, 'bot');
  return [
    fine(
      topic,
      `${count(sound.length, 'model')} of ${served} ${sound.length === 1 ? 'answers' : 'answer'} (asked for one word each)`,
    ),
    ...troubles,
  ];
}

/** The line for bots whose model runs here; none where no bot has it. */
export function localModels(models: readonly BotModels[]): readonly Finding[] {
  const only = models.filter((one) => !asksModel(one)).length;
  return only === 0 ? [] : [fine(topic, `${local} for ${count(only, 'bot')}: it needs no key and no service`)];
}

function trialsOf(models: readonly BotModels[]): readonly Trial[] {
  const trials = new Map<string, Trial & { readonly tenants: string[] }>();
  for (const { tenantId, models: own } of models) {
    for (const [at, { use, settings }] of own.entries()) {
      if (use === local) continue;
      const key = `${use} ${settings}`;
      const known = trials.get(key);
      if (known === undefined) trials.set(key, { tenantId, at, tenants: [tenantId] });
      else if (!known.tenants.includes(tenantId)) known.tenants.push(tenantId);
    }
  }
  return [...trials.values()];
}

/** Undefined where the bot does not come up for another reason, which another check tells. */
async function tryOne(
  trial: Trial,
  { application, opened }: BotsApart,
  { terminal }: Shell,
): Promise<Finding | 'sound' | undefined> {
  const { clock, signal } = terminal;
  using patience = clock.deadline(patienceMs, signal);
  const asking = patience.signal;
  try {
    await within(opened(trial.tenantId), [asking]);
    await within(application.kernel.tryModel(trial.tenantId, trial.at, asking), [asking]);
    return 'sound';
  } catch (error) {
    signal.throwIfAborted();
    if (asking.aborted) return late(trial);
    return isBotDown(error) ? undefined : troubleOf(error, trial);
  }
}

function late(trial: Trial): Finding {
  const fact = `${nameOf(trial)}: it did not begin to answer within ${patienceMs / 1000} s`;
  const next = `Run \`polyphon doctor\` again in a moment; if it stays so, choose a faster model, or a \`fallback\`.`;
  return { ...warn(topic, fact, next), details: { ...detailsOf(trial), error: 'timeout' } };
}

function troubleOf(thrown: unknown, trial: Trial): Finding {
  const error = reasonOf(thrown);
  const fact = `${nameOf(trial)}: ${error?.message ?? 'the model could not be tried'}`;
  const details = { ...detailsOf(trial), error: error?.code ?? 'unknown' };
  // What is busy comes back by itself. What cannot be reached may never have been there.
  if (error?.retryAfterMs !== undefined && error.code !== 'MDL5008') {
    return { ...warn(topic, fact, 'Run `polyphon doctor` again in a moment.'), details };
  }
  const next = `Correct \`${placeOf(trial)}\` of ${trial.tenantId}, or what it needs; \`polyphon doctor --verbose\` tells more.`;
  return { ...fail(topic, fact, next), details };
}

function nameOf({ tenantId, tenants, at }: Trial): string {
  const others = tenants.length - 1;
  return `${tenantId}${others > 0 ? ` and ${count(others, 'bot')} more` : ''}${at === 0 ? '' : `, fallback ${at}`}`;
}

function placeOf({ at }: Trial): string {
  return at === 0 ? 'llm' : `llm.fallback[${at - 1}]`;
}

function detailsOf(trial: Trial) {
  return { tenant: trial.tenantId, tenants: trial.tenants, place: placeOf(trial) };
}
