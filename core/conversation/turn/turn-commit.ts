import type { BotEvent, Message, Passage, StreamEvent, TurnOutcome } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import { type EventBody, keepEvent } from '../conversation-services.ts';
import { isoTime } from '../iso-time.ts';
import type { Begun, HeldConversation } from '../outbox/held-conversation.ts';
import { outboxRowsOf } from '../outbox/outbox-rows.ts';
import { putOut } from '../outbox/put-out.ts';
import { persist } from '../persist.ts';
import { newMessage } from '../session/new-message.ts';
import { noUsage } from '../session/said-event.ts';
import { addressNow } from '../session/same-person.ts';
import type { SessionStream } from '../session/session-stream.ts';
import type { Answer } from './model-answer.ts';
import type { GivenUp, RunningTurn } from './running-turn.ts';
import { rounded } from './trace-recorder.ts';
import { countTurn, type Exceeded, tellExceeded } from './turn-budget.ts';
import { onlyOpens } from './turn-scene.ts';
import type { TurnTrace } from './turn-trace.ts';

/** What a turn came to. */
export interface Reply {
  readonly state: 'completed' | 'failed';
  readonly outcome: 'answered' | 'unknown' | 'failed';
  readonly text: string;
  readonly citations: Message['citations'];
  /** Misses in a row, this one included. */
  readonly misses: number;
  readonly passages: readonly Passage[];
  readonly answer?: Answer;
  readonly handoff?: 'misses' | 'asked' | 'matched' | 'budget';
  /** The session has had all the turns that the bot allows. */
  readonly ends?: 'session';
  readonly code?: string;
}

/** Turn, messages, what is to be sent and the events, in one transaction; nothing of it when a human has taken over meanwhile. */
export async function commitReply(turn: RunningTurn, reply: Reply): Promise<TurnOutcome> {
  const { services, task, tenant, scene, stream, trace } = turn;
  task.signal.throwIfAborted();
  const { conversation, session } = scene;
  const startMs = trace.begin();
  const message = botMessage(turn, reply.text, reply.citations);
  const greeting = greetingOf(turn, reply.text);
  let exceeded: readonly Exceeded[] = [];
  let ended = false;
  let begun: Begun | undefined;
  using sending = holdSending(turn);
  const written = await persist(
    services,
    task.signal,
    () => {
      begun = undefined;
      const current = tenant.conversations.byId(conversation.id);
      if (current?.owner !== 'bot') return 'CNV5008';
      if (isOvertaken(turn)) return 'CNV5014';
      const now = services.clock.now();
      for (const said of [...greeting, message]) {
        tenant.messages.insert({
          message: said,
          conversationId: conversation.id,
          sessionId: session.id,
          turnId: task.turnId,
          createdAtMs: now,
        });
      }
      begun = putAnswer(turn, [...greeting, message], { current, isHeld: sending !== undefined, nowMs: now });
      ended = reply.ends === 'session' && tenant.sessions.byId(session.id)?.state === 'active';
      // Said once: what waits behind it in this session is answered by it too.
      if (ended) takeWaiting(turn);
      tenant.inbox.close(conversation.id, task.turnId);
      const course = { misses: reply.handoff === undefined ? reply.misses : 0, language: scene.language };
      if (course.misses !== current.misses || course.language !== current.language) {
        tenant.conversations.setCourse(conversation.id, course);
      }
      exceeded = countTurn(turn, reply.answer, now);
      const events = [stream.stage(replyEvent(turn, reply, message))];
      if (reply.handoff !== undefined) {
        tenant.conversations.setOwner(conversation.id, 'human');
        tenant.handoffs.insert({
          id: services.random.id('hnd'),
          conversationId: conversation.id,
          reason: reply.handoff,
          state: 'requested',
          requestedAt: now,
          changedAt: now,
        });
        events.push(stream.stage({ type: 'ownership.changed', owner: 'human' }));
      }
      if (ended) {
        tenant.sessions.setState(session.id, 'closed', now);
        events.push(stream.stage({ type: 'session.changed', state: 'closed' }));
      }
      trace.end('write', startMs);
      tenant.turns.insert({
        id: task.turnId,
        conversationId: conversation.id,
        state: reply.state,
        outcome: reply.outcome,
        replyId: message.id,
        revision: scene.bot.revision,
        errorCode: reply.code ?? null,
        trace: JSON.stringify(traceOf(turn, reply)),
        startedAt: turn.startedAtMs,
        completedAt: now,
      });
      return { events, told: keepAll(turn, reply, message, ended) };
    },
    (outcome) => publishAll(stream, typeof outcome === 'string' ? [] : outcome.events),
    // A turn that ran again would ask and pay the model again, and show the person another answer.
    { onLong: () => task.onLong(), leaving: task.leaving, wait: (pause) => trace.wait(pause) },
  );
  if (begun !== undefined) sending?.send(begun);
  // What has not begun waits behind what somebody else sends there.
  else if (scene.channel.send !== undefined) services.wake(task.tenantId, task.conversationId);
  if (typeof written === 'string') return commitSilence(turn, written, 'announced');
  for (const event of written.told) services.events.emit(event);
  tellExceeded(turn, exceeded);
  return reply.state === 'completed' ? { status: 'completed', reply: message } : { status: 'failed', reply: message };
}

function holdSending({ services, task, scene }: RunningTurn): HeldConversation | undefined {
  if (scene.channel.send === undefined) return undefined;
  return services.holdSending(task.tenantId, task.conversationId, scene.bot.revision);
}

/** What is sent with this commit already. */
function putAnswer(
  { services, tenant, scene }: RunningTurn,
  messages: readonly Message[],
  { current, isHeld, nowMs }: { readonly current: ConversationRow; readonly isHeld: boolean; readonly nowMs: number },
): Begun | undefined {
  const { channel, channelKey, answers } = scene;
  const conversation = { id: current.id, externalId: addressNow(tenant, current) };
  const rows = messages.flatMap((said) => outboxRowsOf(services, { channel, channelKey, answers, conversation }, said));
  if (isHeld) {
    const begun = putOut(tenant, rows, { channel: scene.channel, bot: scene.bot, nowMs });
    return begun && { ...begun, said: messages.find(({ id }) => id === begun.row.messageId) };
  }
  for (const row of rows) tenant.outbox.insert(row);
  return undefined;
}

function takeWaiting({ tenant, task }: RunningTurn): void {
  const waiting = new Set(tenant.inbox.openOf(task.conversationId).map(({ turnId }) => turnId));
  for (const turnId of waiting) {
    if (turnId !== task.turnId) tenant.inbox.move(task.conversationId, turnId, task.turnId);
  }
}

/** Whether STOP came while it ran: that has written down already that nothing was said. */
function isOvertaken({ tenant, task, scene }: RunningTurn): boolean {
  return scene.channel.capabilities.consent === 'opt-out' && tenant.turns.byId(task.turnId) !== undefined;
}

/** A turn that says nothing. What a later message superseded goes over to that message's turn. */
export async function commitSilence(
  turn: RunningTurn,
  code: GivenUp | 'CNV5012',
  how: 'quiet' | 'announced',
): Promise<TurnOutcome> {
  const { services, task, tenant, scene, stream } = turn;
  // Not the turn's signal: it has aborted, and that is what is written down.
  const patience = new AbortController().signal;
  const written = await persist(
    services,
    patience,
    () => {
      // Nothing is kept of a person who was erased meanwhile.
      if (tenant.conversations.byId(scene.conversation.id) === undefined) return { events: [], told: [] };
      const successor = code === 'CNV5007' ? task.successor() : undefined;
      if (successor === undefined) tenant.inbox.close(scene.conversation.id, task.turnId);
      else tenant.inbox.move(scene.conversation.id, task.turnId, successor);
      const events = how === 'quiet' ? [] : [stream.stage({ type: 'reply.failed', turn: task.turnId, code })];
      const told = how === 'quiet' ? [] : [keepEvent(services, task.tenantId, silent(turn))];
      if (isOvertaken(turn)) return { events, told };
      tenant.turns.insert({
        id: task.turnId,
        conversationId: scene.conversation.id,
        state: 'silent',
        outcome: 'silent',
        replyId: null,
        revision: scene.bot.revision,
        errorCode: code,
        trace: JSON.stringify(traceOf(turn, { code, outcome: 'silent' })),
        startedAt: turn.startedAtMs,
        completedAt: services.clock.now(),
      });
      return { events, told };
    },
    ({ events }) => publishAll(stream, events),
  );
  for (const event of written.told) services.events.emit(event);
  return { status: 'silent' };
}

function silent({ task, trace }: RunningTurn): EventBody {
  const overheadMs = rounded(trace.overheadMs);
  const { turnId: turn, conversationId: conversation } = task;
  return { type: 'turn.completed', turn, conversation, outcome: 'silent', overheadMs };
}

function publishAll(stream: SessionStream, events: readonly StreamEvent[] | undefined): void {
  for (const event of events ?? []) stream.publish(event);
}

function botMessage({ services, scene }: RunningTurn, text: string, citations: Message['citations']): Message {
  const said = { role: 'bot', text, citations, channel: scene.channelKey } as const;
  return newMessage(services.random, { ...said, atMs: services.clock.now() });
}

/** A channel that only sends has nowhere to show the greeting: it goes ahead of the first reply, unless that greets in its words. */
function greetingOf(turn: RunningTurn, reply: string): readonly Message[] {
  if (turn.scene.channel.send === undefined || turn.scene.session.turns > 0 || onlyOpens(turn.scene)) return [];
  const text = turn.scene.texts.prompt('greeting');
  return text === '' || reply.startsWith(text) ? [] : [botMessage(turn, text, [])];
}

function replyEvent({ task }: RunningTurn, reply: Reply, message: Message): Parameters<SessionStream['stage']>[0] {
  if (reply.state === 'failed') {
    return { type: 'reply.failed', turn: task.turnId, code: reply.code ?? 'CNV5005', message };
  }
  const usage = reply.answer?.usage ?? noUsage;
  return { type: 'reply.completed', turn: task.turnId, message, citations: message.citations, usage };
}

function keepAll(turn: RunningTurn, reply: Reply, message: Message, ended: boolean): readonly BotEvent[] {
  const { services, task, scene } = turn;
  const kept: BotEvent[] = [];
  const keep = (body: EventBody): void => void kept.push(keepEvent(services, task.tenantId, body));
  const conversation = task.conversationId;
  if (scene.channel.send === undefined) {
    keep({ type: 'channel.message.sent', channel: scene.channelKey, conversation, message });
  }
  if (reply.outcome === 'failed') {
    keep({ type: 'turn.failed', turn: task.turnId, conversation, code: reply.code ?? 'CNV5005' });
  } else {
    const overheadMs = rounded(turn.trace.overheadMs);
    keep({ type: 'turn.completed', turn: task.turnId, conversation, outcome: reply.outcome, overheadMs });
  }
  if (reply.handoff !== undefined) keep({ type: 'handoff.requested', conversation, reason: reply.handoff });
  if (ended) {
    const { channel, id } = scene.session;
    keep({ type: 'channel.session.closed', channel, session: id });
  }
  return kept;
}

/** How the turn went, for `polyphon trace`. */
export function traceOf(
  turn: RunningTurn,
  end: Omit<Partial<Reply>, 'outcome'> & Pick<TurnTrace, 'outcome'>,
): TurnTrace {
  const { task, scene, trace } = turn;
  return {
    turn: task.turnId,
    conversation: task.conversationId,
    channel: scene.channelKey,
    revision: scene.bot.revision,
    language: scene.language,
    outcome: end.outcome,
    ...(end.code === undefined ? {} : { reason: end.code }),
    startedAt: isoTime(turn.startedAtMs),
    queuedMs: rounded(task.queuedMs),
    totalMs: rounded(trace.totalMs),
    overheadMs: rounded(trace.overheadMs),
    ...(end.answer?.firstTokenMs === undefined ? {} : { firstTokenMs: rounded(end.answer.firstTokenMs) }),
    steps: trace.steps,
    passages: (end.passages ?? []).map(({ chunk, source, title, score }) => ({
      chunk,
      source,
      title,
      score: rounded(score),
    })),
    ...(end.answer?.model === undefined ? {} : { model: end.answer.model }),
    usage: end.answer?.usage ?? noUsage,
    ...(end.answer?.cost === undefined ? {} : { cost: end.answer.cost }),
  };
}
