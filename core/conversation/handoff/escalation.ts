import { RE2JS } from 're2js';
import type { EscalationRule, LocalizedText, ResolvedBot } from '../../contract/index.ts';
import { asksForHuman, saysYes } from './asks-human.ts';

/** What a rule wants done instead of, or after, an answer. */
export interface Escalation {
  readonly reason: 'asked' | 'matched' | 'misses';
  readonly say: LocalizedText | undefined;
  readonly do: EscalationRule['do'];
}

/** A bot that names no number of misses gives up after so many. */
const defaultMisses = 2;

const compiled = new WeakMap<EscalationRule, RE2JS>();

/**
 * The first rule that the contact's words fulfil. A bot with somebody to hand over to hears the wish for a human also without a
 * rule, and in a mere yes when a human was just offered.
 */
export function escalationOfText(
  bot: ResolvedBot,
  text: string,
  offered: 'a human' | 'nothing',
): Escalation | undefined {
  const asks = asksForHuman(text) || (offered === 'a human' && saysYes(text));
  for (const rule of bot.escalation) {
    const { when } = rule;
    if (when.kind === 'match' && patternOf(rule, when.pattern).matcher(text).find()) return escalation('matched', rule);
    if (when.kind === 'asks-human' && asks) return escalation('asked', rule);
  }
  const ruled = bot.escalation.some(({ when }) => when.kind === 'asks-human');
  return !ruled && asks && bot.handoff !== undefined ? { reason: 'asked', say: undefined, do: 'handoff' } : undefined;
}

/** What follows when the bot has not known for the so-many-th time in a row. */
export function escalationOfMisses(bot: ResolvedBot, misses: number): Escalation | undefined {
  let ruled = false;
  for (const rule of bot.escalation) {
    if (rule.when.kind !== 'misses') continue;
    ruled = true;
    if (misses >= rule.when.count) return escalation('misses', rule);
  }
  return !ruled && misses >= defaultMisses ? { reason: 'misses', say: undefined, do: 'handoff' } : undefined;
}

function escalation(reason: Escalation['reason'], rule: EscalationRule): Escalation {
  return { reason, say: rule.say, do: rule.do };
}

function patternOf(rule: EscalationRule, pattern: string): RE2JS {
  const known = compiled.get(rule);
  if (known !== undefined) return known;
  const made = RE2JS.compile(pattern);
  compiled.set(rule, made);
  return made;
}
