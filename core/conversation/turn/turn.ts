import type { Message, ModelRequest, Passage, TurnOutcome } from '../../contract/index.ts';
import { type ConversationServices, emitEvent } from '../conversation-services.ts';
import { type Escalation, escalationOfMisses, escalationOfText } from '../handoff/escalation.ts';
import { streamKeeping } from '../session/session-stream.ts';
import { namesOfAi } from '../texts/built-in-texts.ts';
import { openingState } from '../texts/opening-hours.ts';
import { within } from '../within.ts';
import { citationsOf } from './citations.ts';
import { type Answer, answerOf } from './model-answer.ts';
import { modelMessages, modelRequest, readingRules } from './model-request.ts';
import { givenUpBy, type RunningTurn, type TurnTask } from './running-turn.ts';
import { searchAll } from './search-all.ts';
import { type Disclosure, ShownText } from './shown-text.ts';
import { answerSwitch } from './switch-turn.ts';
import { openToolBox } from './tool-box.ts';
import { TraceRecorder } from './trace-recorder.ts';
import { spentBudget } from './turn-budget.ts';
import { commitReply, commitSilence, type Reply } from './turn-commit.ts';
import { failureOf } from './turn-failure.ts';
import { TurnPictures } from './turn-pictures.ts';
import { onlyOpens, sceneOf } from './turn-scene.ts';
import { showTyping } from './typing-sign.ts';
import { nothingReadable, wasToldLately, wordsForUnreadable } from './unreadable.ts';
import { waitingWords } from './waiting-words.ts';

/**
 * Guard, retrieve, answer, guard, and one write for all that came of it.
 * @throws the signal's reason when the process stops: then nothing was written, and the turn is taken up again.
 */
export async function runTurn(services: ConversationServices, task: TurnTask): Promise<TurnOutcome> {
  const tenant = services.store.forTenant(task.tenantId);
  const startedAtMs = services.clock.now();
  const trace = new TraceRecorder(services.clock);
  using lease = services.leases.acquire(task.tenantId);
  const { runtime } = lease;
  const startMs = trace.begin();
  const words = await waitingWords(services, task, runtime);
  trace.end('history', startMs);
  if (words === undefined) return { status: 'silent' };
  const channel = await runtime.channel(words.conversation.channel, task.signal);
  const scene = sceneOf(services, tenant, words, { turnId: task.turnId, bot: runtime.bot, channel });
  using stream = services.streams.hold(task.tenantId, scene.session.id, streamKeeping(channel));
  const turn: RunningTurn = { services, task, tenant, runtime, scene, stream, trace, startedAtMs };
  const proof = await answerSwitch(turn);
  if (proof !== undefined) return proof;
  if (task.givenUp !== undefined) return await commitSilence(turn, task.givenUp, 'announced');
  if (scene.conversation.owner !== 'bot') return await commitSilence(turn, 'CNV5008', 'quiet');
  if (nothingReadable(scene) && wasToldLately(turn)) return await commitSilence(turn, 'CNV5012', 'quiet');
  announce(turn);
  try {
    return await commitReply(
      turn,
      task.isLastTry ? failedReply(turn, shownBy(turn), 'CNV5005') : await replyOrFailure(turn),
    );
  } catch (error) {
    const code = givenUpBy(task.signal);
    if (code === undefined || error !== task.signal.reason) throw error;
    return await commitSilence(turn, code, 'announced');
  }
}

function announce({ services, task, scene, stream }: RunningTurn): void {
  stream.emit({ type: 'reply.started', turn: task.turnId });
  emitEvent(services, task.tenantId, { type: 'turn.started', turn: task.turnId, conversation: task.conversationId });
  void showTyping(scene, task.signal);
}

/** Whatever goes wrong, the contact hears of it in the bot's words. Only a turn that was stopped says nothing. */
async function replyOrFailure(turn: RunningTurn): Promise<Reply> {
  const { task, runtime, scene } = turn;
  const shown = shownBy(turn);
  try {
    return await replyOf(turn, shown);
  } catch (error) {
    task.signal.throwIfAborted();
    runtime.signal.throwIfAborted();
    const { code } = failureOf(error, 'Turn');
    scene.log.warn('a turn failed', { code, error });
    return failedReply(turn, shown, code);
  }
}

function shownBy(turn: RunningTurn): ShownText {
  const { stream, task } = turn;
  return new ShownText(disclosureOf(turn), (text) => stream.emit({ type: 'reply.delta', turn: task.turnId, text }));
}

function failedReply(turn: RunningTurn, shown: ShownText, code: string): Reply {
  shown.say(turn.scene.texts.prompt('failure'));
  return { ...replied(turn, shown, {}), state: 'failed', outcome: 'failed', code };
}

async function replyOf(turn: RunningTurn, shown: ShownText): Promise<Reply> {
  const closedWords = wordsWhenClosed(turn);
  const ready = replyWithoutModel(turn, shown, closedWords);
  if (ready !== undefined) return ready;
  const spent = spentBudget(turn);
  if (spent !== undefined) {
    shown.say(spent.words);
    if (spent.do === 'unknown') return { ...replied(turn, shown, {}), outcome: 'unknown', code: 'CNV5011' };
    shown.say(closedWords ?? '');
    return { ...replied(turn, shown, { handoff: 'budget' }), code: 'CNV5011' };
  }
  const { scene } = turn;
  const { answer, passages, cites } = await answered(turn, shown);
  if (answer.failure !== undefined) {
    return { ...failedReply(turn, shown, answer.failure.code), answer, passages };
  }
  const misses = answer.unknown ? scene.conversation.misses + 1 : 0;
  const missed = answer.unknown ? escalationOfMisses(scene.bot, misses) : undefined;
  if (missed !== undefined) shown.say(wordsOf(missed, turn));
  if (missed?.do === 'handoff' || scene.session.turns === 0) shown.say(closedWords ?? '');
  return {
    ...replied(turn, shown, missed?.do === 'handoff' ? { handoff: missed.reason } : {}),
    outcome: answer.unknown ? 'unknown' : 'answered',
    misses,
    citations: cites,
    answer,
    passages,
  };
}

/** Undefined while it is open; empty where the bot has no words for being closed. */
function wordsWhenClosed({ scene, services }: RunningTurn): string | undefined {
  const { bot, texts } = scene;
  if (bot.hours === undefined || openingState(bot.hours, bot.timezone, services.clock.now()).open) return undefined;
  return bot.hours.whenClosed.say === undefined ? '' : texts.localized(bot.hours.whenClosed.say);
}

/** What is said by rule: a greeting, an escalation, or that it is closed. */
function replyWithoutModel(turn: RunningTurn, shown: ShownText, closedWords: string | undefined): Reply | undefined {
  const { scene, trace } = turn;
  const { bot, texts } = scene;
  const startMs = trace.begin();
  // The bot's words for "I do not know" commonly end in an offer: "Shall I put you through?"
  const offered = scene.conversation.misses > 0 && /[?？؟]$/u.test(texts.prompt('unknown')) ? 'a human' : 'nothing';
  const escalation = escalationOfText(bot, scene.text, offered);
  const words = escalation === undefined ? '' : wordsOf(escalation, turn);
  // Who asks for a human at the end gets one; whatever else is said, the session ends with it.
  const turnsUsedUp = scene.session.turns >= bot.limits.maxTurns && escalation?.do !== 'handoff';
  trace.end('guard', startMs, turnsUsedUp ? 'maxTurns' : escalation?.reason);
  if (turnsUsedUp) {
    shown.say(texts.own('ended'));
    return replied(turn, shown, { ends: 'session' });
  }

  const greeting = onlyOpens(scene) ? texts.prompt('greeting') : '';
  if (greeting !== '') {
    shown.say(greeting);
    shown.say(closedWords ?? '');
    return replied(turn, shown, {});
  }
  if (escalation !== undefined && (words !== '' || escalation.do === 'handoff')) {
    shown.say(words);
    if (escalation.do !== 'handoff') return replied(turn, shown, {});
    shown.say(closedWords ?? '');
    return replied(turn, shown, { handoff: escalation.reason });
  }
  if (closedWords !== undefined && bot.hours?.whenClosed.bot === 'off') {
    shown.say(closedWords === '' ? texts.prompt('failure') : closedWords);
    return replied(turn, shown, {});
  }
  if (!nothingReadable(scene)) return undefined;
  shown.say(wordsForUnreadable(scene));
  return replied(turn, shown, {});
}

function replied(turn: RunningTurn, shown: ShownText, extra: Pick<Reply, 'handoff' | 'ends'>): Reply {
  return {
    state: 'completed',
    outcome: 'answered',
    text: shown.end(),
    citations: [],
    misses: turn.scene.conversation.misses,
    passages: [],
    ...extra,
  };
}

async function answered(
  turn: RunningTurn,
  shown: ShownText,
): Promise<{ readonly answer: Answer; readonly passages: readonly Passage[]; readonly cites: Message['citations'] }> {
  const { services, task, runtime, scene, trace } = turn;
  const { bot, language } = scene;
  using total = services.clock.deadline(bot.llm.deadline.totalMs);
  const history = scene.history();
  const messages = modelMessages(history);
  const patiently: Patiently = (work) => trace.wait(within(work, [task.signal, runtime.signal, total.signal]));
  const passages = await retrieve(turn, messages, patiently);
  const who = {
    conversation: task.conversationId,
    contactId: scene.contactId,
    language,
    log: scene.log,
  };
  const tools = await patiently(openToolBox(runtime, who, task.signal));
  const request = modelRequest({
    bot,
    channel: scene.channelKey,
    shows: scene.channel.capabilities,
    texts: scene.texts,
    language,
    messages,
    reading: readingRules(history),
    passages,
    tools: tools.descriptions,
  });
  await task.goOn();
  const answer = await answerOf({
    runtime,
    request,
    tools,
    pictures: new TurnPictures(turn, messages.length, total.signal),
    trace,
    clock: services.clock,
    log: scene.log,
    total: total.signal,
    signal: task.signal,
    onText: (text) => shown.add(text),
    onToolCall: (tool, ok) => emitEvent(services, task.tenantId, { type: 'tool.called', turn: task.turnId, tool, ok }),
  });
  return { answer, passages, cites: bot.retrieval.cite ? citationsOf(answer, passages, scene.text) : [] };
}

/** Waits, but not longer than the turn may take. */
type Patiently = <Result>(work: Promise<Result>) => Promise<Result>;

/** The question as it stands by itself: a follow-up ("and on Sundays?") names its topic only in the messages before. */
async function retrieve(
  turn: RunningTurn,
  messages: ModelRequest['messages'],
  patiently: Patiently,
): Promise<readonly Passage[]> {
  const { runtime, scene, trace, task } = turn;
  if (scene.text === '' || Object.keys(scene.bot.knowledge).length === 0) return [];
  const startMs = trace.begin();
  const retrieval = await patiently(runtime.retrieval(task.signal));
  if (retrieval === undefined) return [];
  const texts = await searchTexts(turn, messages, patiently);
  const query = { asked: scene.text, language: scene.language };
  await task.goOn();
  const passages = await patiently(searchAll(retrieval, texts, query, task.signal));
  const notes = [
    ...(texts.every((text) => text === scene.text) ? [] : ['rewritten']),
    ...(passages.some(({ scores }) => scores.rerank !== undefined) ? ['reranked'] : []),
  ];
  trace.end('retrieve', startMs, notes.length === 0 ? undefined : notes.join(', '));
  return passages;
}

async function searchTexts(
  turn: RunningTurn,
  messages: ModelRequest['messages'],
  patiently: Patiently,
): Promise<readonly string[]> {
  const asItStands = [turn.scene.text];
  const models = turn.runtime.models()[Symbol.asyncIterator]();
  try {
    const first = await patiently(models.next());
    const written = first.done === true ? [] : (first.value.rewriteQuery?.(messages, turn.scene.language) ?? []);
    const texts = [written].flat().filter((text) => text.trim() !== '');
    return texts.length === 0 ? asItStands : texts;
  } catch (error) {
    turn.task.signal.throwIfAborted();
    turn.scene.log.debug('a question could not be rewritten and is searched as it stands', { error });
    return asItStands;
  } finally {
    await models.return?.();
  }
}

function wordsOf(escalation: Escalation, { scene }: RunningTurn): string {
  if (escalation.say !== undefined) return scene.texts.localized(escalation.say);
  return escalation.do === 'handoff' ? scene.texts.own('handoff') : '';
}

/** Where it is due and the greeting that the person has seen does not say so already. */
function disclosureOf({ scene }: RunningTurn): Disclosure | undefined {
  const { disclosure } = scene.bot.guardrails;
  if (disclosure === 'never' || (disclosure === 'first-reply' && scene.session.turns > 0)) return undefined;
  const greeting = scene.texts.prompt('greeting').trim();
  const discloses = disclosure === 'first-reply' && namesOfAi.test(greeting);
  if (discloses && scene.greeted) return undefined;
  return { words: `${scene.texts.own('disclosure')} `, ...(discloses ? { unless: greeting } : {}) };
}
