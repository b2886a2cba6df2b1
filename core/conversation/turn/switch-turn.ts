import type { BotEvent, Channel, Message, StreamEvent, TurnOutcome } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { SessionRow } from '../../store/sessions.ts';
import type { SwitchRow } from '../../store/switches.ts';
import { type EventBody, emitEvent, keepEvent } from '../conversation-services.ts';
import { outboxRowsOf } from '../outbox/outbox-rows.ts';
import { persist } from '../persist.ts';
import { newMessage } from '../session/new-message.ts';
import { newSession } from '../session/new-session.ts';
import { saidEvent } from '../session/said-event.ts';
import type { SessionStream } from '../session/session-stream.ts';
import { maxSwitchTries } from '../switch/switch-requests.ts';
import type { peopleTexts } from '../texts/people-texts.ts';
import type { RunningTurn } from './running-turn.ts';
import { handOver } from './switch-owner.ts';
import { openClaim, switchVerdict, type Verdict } from './switch-verdict.ts';
import { traceOf } from './turn-commit.ts';

/** A turn that is about a proof, which leaves what else was said in the same burst to a turn of its own. */
interface ProofTurn extends RunningTurn {
  readonly proof: string;
  readonly rest: { readonly turnId: string; messages: number };
}

interface Place {
  readonly conversation: ConversationRow;
  readonly session: SessionRow;
  readonly channel: Channel;
}

/**
 * Answers a message that proves, or tries to prove, that a conversation may go on elsewhere. Undefined for any other message.
 * Also where a human owns the conversation: the proof is ours to judge.
 */
export async function answerSwitch(running: RunningTurn): Promise<TurnOutcome | undefined> {
  const verdict = await switchVerdict(running);
  if (verdict === undefined) return undefined;
  const { services, task } = running;
  const rest = { turnId: services.random.id('turn'), messages: 0 };
  const turn: ProofTurn = { ...running, proof: verdict.proof, rest };
  emitEvent(services, task.tenantId, { type: 'turn.started', turn: task.turnId, conversation: task.conversationId });
  using held = new DisposableStack();
  const published: (readonly [SessionStream, StreamEvent])[] = [];
  const told: EventBody[] = [];
  const kept: BotEvent[] = [];
  const touched = new Set<string>();
  const stage: Stage = (sessionId, event) => {
    const stream =
      sessionId === turn.scene.session.id ? turn.stream : held.use(services.streams.hold(task.tenantId, sessionId));
    published.push([stream, stream.stage(event)]);
  };
  const answer = (): Message | undefined => {
    if (verdict.kind === 'unfit') return answerHere(turn, verdict.words, stage);
    // Judged before; meanwhile another message may have used the claim up.
    const fresh = openClaim(turn, verdict.claim);
    if (fresh === undefined) return undefined;
    return verdict.kind === 'wrong' ? refuse(turn, fresh, stage) : move(turn, verdict, { stage, told, touched });
  };
  const reply = await persist(
    services,
    task.signal,
    () => {
      published.length = 0;
      told.length = 0;
      kept.length = 0;
      const said = answer();
      if (said === undefined) return undefined;
      for (const body of [...told, ...answered(turn, said)]) kept.push(keepEvent(services, task.tenantId, body));
      return said;
    },
    () => {
      for (const [stream, event] of published) stream.publish(event);
    },
  );
  if (reply === undefined) return undefined;
  for (const conversationId of touched) services.wake(task.tenantId, conversationId);
  for (const event of kept) services.events.emit(event);
  if (rest.messages > 0) task.leaveTo(rest.turnId);
  return { status: 'completed', reply };
}

function answered({ task, scene, trace }: RunningTurn, message: Message): readonly EventBody[] {
  const { turnId: turn, conversationId: conversation } = task;
  const sent = { type: 'channel.message.sent', channel: scene.channelKey, conversation, message } as const;
  const { overheadMs } = trace;
  const completed = { type: 'turn.completed', turn, conversation, outcome: 'answered', overheadMs } as const;
  return scene.channel.send === undefined ? [sent, completed] : [completed];
}

type Stage = (sessionId: string, event: Parameters<SessionStream['stage']>[0]) => void;

function refuse(turn: ProofTurn, claim: SwitchRow, stage: Stage): Message {
  const tries = claim.tries + 1;
  const over = tries >= maxSwitchTries;
  turn.tenant.switches.change(claim.id, { tries, state: over ? 'void' : 'open' });
  return answerHere(turn, over ? 'switch_void' : 'switch_wrong', stage);
}

function answerHere(turn: ProofTurn, words: keyof typeof peopleTexts, stage: Stage): Message {
  const message = say(turn, placeOf(turn), words, stage);
  end(turn, message);
  return message;
}

function move(
  turn: ProofTurn,
  { kind, claim, channel }: Verdict & { kind: 'typed' | 'heard' },
  { stage, told, touched }: { readonly stage: Stage; readonly told: EventBody[]; readonly touched: Set<string> },
): Message | undefined {
  const { tenant, services } = turn;
  const now = services.clock.now();
  const conversation = tenant.conversations.byId(claim.conversationId);
  const session = tenant.sessions.byId(claim.sessionId);
  if (conversation === undefined || session === undefined) return undefined;
  const left: Place = { conversation, session, channel: kind === 'typed' ? turn.scene.channel : channel };
  const reached = kind === 'typed' ? claimedPlace(turn, left, claim, channel) : provedPlace(turn, left);

  tenant.switches.change(claim.id, { tries: claim.tries + 1, state: 'done' });
  tenant.switches.link(reached.session.id, session.id);
  const { language } = turn.scene;
  tenant.conversations.setCourse(reached.conversation.id, { misses: conversation.misses, language });
  tenant.conversations.touch(reached.conversation.id, now);
  // What has been said once, as that a machine speaks, is not said again.
  tenant.sessions.countTurn(reached.session.id, now);
  handOver(turn, left.conversation, reached.conversation);
  const goodbye = say(turn, left, 'switch_done', stage);
  const welcome = say(turn, reached, 'switch_here', stage);
  // Who shows the chat may have closed it while the person went to the messenger.
  const wasOpen = session.state !== 'closed';
  if (wasOpen) {
    tenant.sessions.setState(session.id, 'closed', now);
    stage(session.id, { type: 'session.changed', state: 'closed' });
  }
  end(turn, kind === 'typed' ? goodbye : welcome);
  for (const place of [left, reached]) touched.add(place.conversation.id);

  if (reached.session.id !== turn.scene.session.id) {
    told.push({ type: 'channel.session.created', channel: claim.channel, session: reached.session.id });
  }
  const from = { channel: session.channel, session: session.id };
  if (wasOpen) told.push({ type: 'channel.session.closed', ...from });
  told.push({ type: 'channel.session.switched', channel: claim.channel, session: reached.session.id, from });
  if (left.channel.send === undefined && kind === 'heard') {
    told.push({
      type: 'channel.message.sent',
      channel: session.channel,
      conversation: conversation.id,
      message: goodbye,
    });
  }
  return kind === 'typed' ? goodbye : welcome;
}

/** The claimed address, known from now on as this person's. */
function claimedPlace(turn: RunningTurn, left: Place, claim: SwitchRow, channel: Channel): Place {
  const { tenant, services } = turn;
  const address = { channel: claim.channel, externalId: claim.address };
  const known = tenant.conversations.byExternalId(address.channel, address.externalId);
  const contactId = known?.contactId ?? tenant.people.at(address);
  if (contactId === undefined) tenant.people.addAddress(address, left.conversation.contactId);
  else tenant.people.merge(left.conversation.contactId, contactId);
  closeActive(turn, known);
  const session = newSession(services, tenant, {
    ...address,
    contactId: contactId ?? left.conversation.contactId,
    conversation: known,
    locale: left.session.locale ?? undefined,
    metadata: JSON.parse(left.session.metadata) as Readonly<Record<string, unknown>>,
  });
  const conversation = tenant.conversations.byId(session.conversationId) as ConversationRow;
  return { conversation, session, channel };
}

/** Where the word came from. Its session goes on, unless it continues another one already. */
function provedPlace(turn: RunningTurn, left: Place): Place {
  const { tenant, services, scene } = turn;
  tenant.people.merge(left.conversation.contactId, scene.conversation.contactId);
  const here = placeOf(turn);
  if (tenant.switches.continued(here.session.id) === undefined) return here;
  closeActive(turn, here.conversation);
  const session = newSession(services, tenant, {
    channel: scene.channelKey,
    externalId: here.conversation.externalId,
    contactId: here.conversation.contactId,
    conversation: here.conversation,
    locale: here.session.locale ?? undefined,
    metadata: JSON.parse(here.session.metadata) as Readonly<Record<string, unknown>>,
  });
  return { ...here, session };
}

function closeActive({ tenant, services }: RunningTurn, conversation: ConversationRow | undefined): void {
  const session = conversation === undefined ? undefined : tenant.sessions.byId(conversation.sessionId);
  if (session?.state !== 'closed' && session !== undefined) {
    tenant.sessions.setState(session.id, 'closed', services.clock.now());
  }
}

function placeOf({ scene, tenant }: RunningTurn): Place {
  const conversation = tenant.conversations.byId(scene.conversation.id) ?? scene.conversation;
  return { conversation, session: scene.session, channel: scene.channel };
}

/** Stores the words, and what has to be sent of them. */
function say(turn: RunningTurn, place: Place, words: keyof typeof peopleTexts, stage: Stage): Message {
  const { services, task, tenant, scene } = turn;
  const now = services.clock.now();
  const { conversation, session, channel } = place;
  const said = { role: 'bot', text: scene.texts.own(words), channel: session.channel } as const;
  const message = newMessage(services.random, { ...said, atMs: now });
  const here = conversation.id === scene.conversation.id;
  tenant.messages.insert({
    message,
    conversationId: conversation.id,
    sessionId: session.id,
    turnId: here ? task.turnId : null,
    createdAtMs: now,
  });
  for (const row of outboxRowsOf(services, { channel, channelKey: session.channel, conversation }, message)) {
    tenant.outbox.insert(row);
  }
  stage(session.id, saidEvent(message, here ? task.turnId : undefined));
  return message;
}

function end(turn: ProofTurn, reply: Message): void {
  const { services, task, tenant, scene, proof, rest } = turn;
  // Whatever asks which turn a message is of must find the one that answers it.
  for (const { messageId, turnId } of tenant.inbox.openOf(scene.conversation.id)) {
    if (turnId === task.turnId && messageId !== proof) tenant.messages.leaveTo(messageId, rest.turnId);
  }
  rest.messages = tenant.inbox.moveOthers(task, proof, rest.turnId);
  tenant.inbox.close(scene.conversation.id, task.turnId);
  tenant.turns.insert({
    id: task.turnId,
    conversationId: scene.conversation.id,
    state: 'completed',
    outcome: 'answered',
    replyId: reply.id,
    revision: scene.bot.revision,
    errorCode: null,
    trace: JSON.stringify(traceOf(turn, { outcome: 'answered' })),
    startedAt: turn.startedAtMs,
    completedAt: services.clock.now(),
  });
}
