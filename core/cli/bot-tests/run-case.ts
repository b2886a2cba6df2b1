import type { BotEvent, ResolvedBot } from '../../contract/index.ts';
import type { Application } from '../../kernel/application.ts';
import { chooseChannel, openTalk, type Talk } from '../talk.ts';
import type { Terminal } from '../terminal.ts';
import type { Observation } from './expectation.ts';
import { type Bench, judge } from './judge.ts';
import type { TestCase } from './test-file.ts';

export interface CaseResult {
  readonly tenantId: string;
  /** Relative to the bot's folder. */
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly turns: readonly TurnResult[];
  readonly passed: 'yes' | 'no';
  readonly elapsedMs: number;
  /** Set when the case could not be run to its end. */
  readonly error?: string;
}
export interface TurnResult {
  readonly user: string;
  readonly line: number;
  readonly observation: Observation;
  readonly failures: readonly string[];
}

/** How long one turn may take before its case is given up. */
const turnPatienceMs = 60_000;

/** Plays one case through the real engine, in a session of its own. Stops at the first turn that fails. */
export async function runCase(
  test: TestCase,
  bot: ResolvedBot,
  application: Application,
  terminal: Terminal,
): Promise<CaseResult> {
  const startedMs = terminal.clock.monotonicMs();
  const turns: TurnResult[] = [];
  const result = (rest: Pick<CaseResult, 'passed' | 'error'>): CaseResult => ({
    tenantId: bot.tenantId,
    file: test.file,
    name: test.name,
    line: test.line,
    turns,
    elapsedMs: terminal.clock.monotonicMs() - startedMs,
    ...rest,
  });
  const bench: Bench = { texts: bot.prompts, languages: bot.languages.supported };
  try {
    const channel = chooseChannel(application, bot.tenantId, test.channel);
    const talk = await openTalk(
      application,
      { tenantId: bot.tenantId, channel, contact: { ...test.contact, id: terminal.random.id('test') } },
      (prefix) => terminal.random.id(prefix),
      terminal.signal,
    );
    for (const turn of test.turns) {
      const observation = await observe(turn.user, talk, bot.tenantId, application, terminal);
      const failures = judge(turn.expect, observation, bench);
      turns.push({ user: turn.user, line: turn.line, observation, failures });
      if (failures.length > 0) return result({ passed: 'no' });
    }
    return result({ passed: 'yes' });
  } catch (error) {
    terminal.signal.throwIfAborted();
    return result({ passed: 'no', error: error instanceof Error ? error.message : String(error) });
  }
}

async function observe(
  text: string,
  talk: Talk,
  tenantId: string,
  application: Application,
  terminal: Terminal,
): Promise<Observation> {
  using patience = terminal.clock.deadline(turnPatienceMs, terminal.signal);
  const { signal } = patience;
  const events: BotEvent['type'][] = [];
  const ended = Promise.withResolvers<void>();
  using _ = application.events.subscribe(tenantId, (event) => {
    events.push(event.type);
    if (event.type === 'turn.completed' || event.type === 'turn.failed') ended.resolve();
  });
  const askedMs = terminal.clock.monotonicMs();
  const turn = await talk.say(text);
  const outcome = await talk.conversations.reply(turn, signal);
  const latencyMs = terminal.clock.monotonicMs() - askedMs;
  if (outcome.status !== 'silent') await Promise.race([ended.promise, terminal.clock.sleep(500, signal)]);
  const reply = outcome.status === 'silent' ? undefined : outcome.reply;
  const [trace, session] = await Promise.all([talk.trace(turn, signal), talk.state(signal)]);
  return {
    text: reply?.text ?? '',
    citations: reply?.citations ?? [],
    outcome: trace?.outcome ?? (outcome.status === 'completed' ? 'answered' : outcome.status),
    ownership: session?.owner ?? 'bot',
    events,
    latencyMs,
    language: trace?.language,
  };
}
