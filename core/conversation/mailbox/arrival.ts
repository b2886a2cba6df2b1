import {
  type BotEvent,
  type InboundMessage,
  PolyphonError,
  type Receipt,
  type StreamEvent,
} from '../../contract/index.ts';
import { activityStepMs, type ConversationRow } from '../../store/conversations.ts';
import type { InboxRow } from '../../store/inbox.ts';
import type { StoredMessage } from '../../store/messages.ts';
import type { SessionRow } from '../../store/sessions.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import { type ConversationServices, keepEvent } from '../conversation-services.ts';
import type { SessionStream } from '../session/session-stream.ts';
import { publicMessage } from '../session/stored-message.ts';
import { type ArrivalContext, type ArrivalRules, arrivedMessage, type Place } from './arrival-context.ts';
import { currentSession, knownConversation, placeOf } from './arrival-place.ts';
import { saysStart, withConsent } from './consent-words.ts';
import { keepInbound, keepUnanswered } from './keep-inbound.ts';
import type { Mailboxes } from './mailboxes.ts';
import { obeyConsent } from './obey-consent.ts';
import { sayNotice } from './say-notice.ts';
import type { LaterNotice, LimitWords } from './tell-later.ts';
import { TakenOnce, type TokenBuckets } from './token-buckets.ts';

/** No platform delivers again what is older. */
const erasedKnownMs = 15 * 86_400_000;
/** Who is told that we are busy is not told again for so long. */
const busyNotice = { count: 1, perMs: 60_000 };

/** A turn for the mailbox. */
export interface OfferedTurn {
  readonly conversationId: string;
  readonly turnId: string;
  readonly dueAtMs: number;
  readonly overlap: 'queue' | 'restart';
}

/** What is to be done and told once the message is durable. */
interface Consequences {
  readonly events: BotEvent[];
  readonly staged: (readonly [SessionStream, StreamEvent])[];
  offer?: OfferedTurn;
  /** The conversation in which something is to be sent without a turn. */
  answeredIn?: string;
  /** The conversation in which nothing is to be answered any more. */
  silencedIn?: string;
  /** Words about a limit, to be said behind the answers that are still to come. */
  tellLater?: LaterNotice;
}

/** One message on its way into the store. */
export class Arrival {
  /** Of the last run of `store`. */
  outcome: Consequences = { events: [], staged: [] };
  readonly #mailboxes: Mailboxes;
  readonly #buckets: TakenOnce;
  readonly #context: ArrivalContext;
  readonly #tenant: TenantStore;
  readonly #rules: ArrivalRules;
  readonly #inbound: InboundMessage;
  readonly #now: number;

  constructor(options: {
    readonly services: ConversationServices;
    readonly mailboxes: Mailboxes;
    readonly buckets: TokenBuckets;
    readonly tenant: TenantStore;
    readonly rules: ArrivalRules;
    readonly inbound: InboundMessage;
    hold(sessionId: string): SessionStream;
  }) {
    const { services, tenant, rules } = options;
    const inbound = withConsent(options.inbound, rules.port.capabilities);
    this.#mailboxes = options.mailboxes;
    this.#buckets = new TakenOnce(options.buckets);
    this.#tenant = tenant;
    this.#rules = rules;
    this.#inbound = inbound;
    this.#now = services.clock.now();
    this.#context = {
      services,
      tenant,
      rules,
      inbound,
      nowMs: this.#now,
      happened: (event) => void this.outcome.events.push(keepEvent(services, tenant.tenantId, event)),
      stage: (sessionId, event) => {
        const stream = options.hold(sessionId);
        this.outcome.staged.push([stream, stream.stage(event)]);
      },
    };
  }

  /** Stores the message, or says why not. Call inside `Store.write`, which may run it again: it then begins anew. */
  store(): Receipt {
    this.outcome = { events: [], staged: [] };
    const { sessions, port } = this.#rules;
    const { consent } = this.#inbound;
    const known = knownConversation(this.#context);
    if (known === undefined && sessions === 'created') return refused('not-found');
    const duplicate = known === undefined ? this.#rowBeforeMove() : this.#row(known, this.#inbound.id);
    if (duplicate !== undefined) return this.#receipt('duplicate', duplicate);
    if (this.#wasErased(known)) return refused('not-found');
    // The law's words are heard in every state of the session and at every rate.
    if (consent !== undefined && port.capabilities.consent === 'opt-out' && !this.#isAnswer(known)) {
      const { receipt, conversationId, isObeyed } = obeyConsent(this.#context, known, consent);
      this.outcome.answeredIn = conversationId;
      if (consent === 'stop' && isObeyed && this.#inbound.audience === undefined) {
        this.outcome.silencedIn = conversationId;
      }
      return receipt;
    }

    if (this.#inbound.reply === 'none') return this.#note(known);
    const session = known === undefined ? undefined : currentSession(this.#context, known);
    const { edits } = this.#inbound;
    const original = known === undefined || edits === undefined ? undefined : this.#row(known, edits);
    const refusal = this.#refusal(session, original === undefined ? 'message' : 'edit');
    if (refusal?.limit !== undefined && !this.#hasStopped(known)) this.#tellLimit(known, session, refusal.limit);
    if (refusal !== undefined) return refusal.receipt;
    return original === undefined
      ? this.#insert(placeOf(this.#context, known, session), known, session)
      : this.#edit(original);
  }

  /** A platform may take YES for a return also from who has never left: then it is what the bot has asked for. */
  #isAnswer(known: ConversationRow | undefined): boolean {
    const { consent, text = '' } = this.#inbound;
    return consent === 'start' && known !== undefined && !this.#hasStopped(known) && !saysStart(text);
  }

  /** `limit`: in whose words the person is told. */
  #refusal(
    session: SessionRow | undefined,
    kind: 'message' | 'edit',
  ): { readonly receipt: Receipt; readonly limit?: LimitWords } | undefined {
    const { bot, channel, sessions } = this.#rules;
    if (session !== undefined && session.state !== 'active') {
      if (session.state === 'paused' || sessions === 'created') return { receipt: refused(session.state) };
    }
    const { tenantId } = this.#tenant;
    const person = `${tenantId} ${channel} ${this.#inbound.contact.id}`;
    if (kind === 'edit') {
      // It begins no turn and so takes nothing from the questions: each step of a live location is one. It is counted by itself.
      const wait = this.#buckets.take([{ key: `${person} edits`, rate: bot.limits.perContact }]);
      return wait === undefined ? undefined : { receipt: refused('rate-limited', wait.retryAfterMs) };
    }
    const wait = this.#buckets.take([
      { key: person, rate: bot.limits.perContact },
      { key: tenantId, rate: bot.limits.perTenant },
    ]);
    if (wait === undefined) return undefined;
    const limit = wait.key === person ? 'too_fast' : 'busy';
    return { receipt: refused('rate-limited', wait.retryAfterMs), limit };
  }

  #insert(place: Place, known: ConversationRow | undefined, session: SessionRow | undefined): Receipt {
    const { conversationId, sessionId } = place;
    if (!this.#isFresh(known, session)) this.#tenant.sessions.touch(sessionId, this.#now);
    if (this.#hasStopped(known)) return keepUnanswered(this.#context, place, known, 'consent-out');
    const turnId = this.#turnFor(conversationId);
    const { message, dueAt } = keepInbound(this.#context, place, known, turnId, 'open');
    this.outcome.offer = { conversationId, turnId, dueAtMs: dueAt, overlap: this.#overlap() };
    return { status: 'stored', message, turnId };
  }

  /** The turn that follows says it more exactly; what a session may be short of by then is a hundredth of the time after which it closes. */
  #isFresh(known: ConversationRow | undefined, session: SessionRow | undefined): boolean {
    if (known?.owner !== 'bot' || session?.state !== 'active') return false;
    const step = Math.min(activityStepMs, this.#rules.bot.session.idleCloseMs / 100);
    return Math.abs(this.#now - session.lastActiveAt) < step;
  }

  /** What nobody waits behind belongs to what was said last, however long ago: it begins nothing, ends nothing, and nobody is told of limits. */
  #note(known: ConversationRow | undefined): Receipt {
    const session = known === undefined ? undefined : this.#tenant.sessions.byId(known.sessionId);
    if (known === undefined || session === undefined) return refused('not-found');
    const refusal = this.#refusal(session, 'message');
    if (refusal !== undefined) return refusal.receipt;
    const place = { conversationId: known.id, sessionId: session.id };
    return keepUnanswered(this.#context, place, known, this.#hasStopped(known) ? 'consent-out' : 'no-reply');
  }

  /** Who wants no messages gets no answer, so none is made; what they write is kept for people to read. */
  #hasStopped(known: ConversationRow | undefined): boolean {
    const { channel, port } = this.#rules;
    if (port.capabilities.consent !== 'opt-out') return false;
    const { contacts } = this.#tenant;
    if (known !== undefined) return contacts.hasOptedOut(channel, known.contactId);
    // Whoever was forgotten since may have left before.
    const { audience, contact, conversation } = this.#inbound;
    const { id, aliases = [] } = contact;
    const ids = audience === undefined ? [id, ...aliases] : [conversation];
    return ids.some((externalId) => contacts.hasOptedOutAt({ channel, externalId }));
  }

  /** What was said becomes something else. A turn that has not begun reads the new text; one that has is not repeated. */
  #edit(original: InboxRow): Receipt {
    const { messages, inbox } = this.#tenant;
    const before = this.#stored(original);
    const saidAt = this.#inbound.sentAt ?? this.#now;
    if (saidAt >= (before.editedAt ?? 0)) {
      const { text, attachments } = arrivedMessage(this.#context, 'contact');
      messages.edit(before.id, { text, attachments, editedAt: saidAt });
    }
    inbox.insertDone({ ...original, externalId: this.#inbound.id });
    return this.#receipt('stored', original);
  }

  /** Who writes more than is taken is told so, once a minute, and not more often than the bot may write at all. */
  #tellLimit(known: ConversationRow | undefined, session: SessionRow | undefined, words: LimitWords): void {
    const { bot, channel, port } = this.#rules;
    if (port.send === undefined) return;
    const { tenantId } = this.#tenant;
    const often = this.#buckets.take([
      { key: `${tenantId} ${channel} ${this.#inbound.contact.id} busy`, rate: busyNotice },
      { key: `${tenantId} busy`, rate: bot.limits.perTenant },
    ]);
    if (often !== undefined) return;
    if (known !== undefined && this.#tenant.inbox.newestOpen(known.id) !== undefined) {
      this.outcome.tellLater = { context: this.#context, conversation: known, words };
      return;
    }
    const place = placeOf(this.#context, known, session);
    sayNotice(this.#context, place, known, { words, turnId: null, purpose: 'reply' });
    this.outcome.answeredIn = place.conversationId;
  }

  /** A turn that has not begun takes the rest of its album, and what comes within `coalesce` of its last message. */
  #turnFor(conversationId: string): string {
    const { inbox, tenantId } = this.#tenant;
    const { group } = this.#inbound;
    const waits = (row: InboxRow | undefined): boolean =>
      row !== undefined && !this.#mailboxes.isRunning(tenantId, conversationId, row.turnId);
    const album =
      group === undefined ? undefined : inbox.openOf(conversationId).findLast((row) => row.groupName === group);
    if (album !== undefined && waits(album)) return album.turnId;
    const { coalesceMs } = this.#rules.bot.session;
    const newest = coalesceMs === 0 ? undefined : this.#newestOpen(conversationId);
    const joins =
      newest !== undefined &&
      (this.#now - newest.receivedAt <= coalesceMs || this.#now < newest.dueAt) &&
      waits(newest);
    return joins ? newest.turnId : this.#context.services.random.id('turn');
  }

  /**
   * What a platform delivers again of a person who has been forgotten since. An old conversation holds all that came in it, unless
   * there are others in it.
   */
  #wasErased(known: ConversationRow | undefined): boolean {
    const { id, conversation, audience } = this.#inbound;
    if (known !== undefined && audience === undefined && this.#now - known.createdAt > erasedKnownMs) return false;
    return this.#tenant.inbox.wasErased({ channel: this.#rules.channel, conversation, id });
  }

  /** In a group each person's burst is one of their own: two people's questions are two turns. */
  #newestOpen(conversationId: string): InboxRow | undefined {
    const { inbox, messages } = this.#tenant;
    const { audience, contact } = this.#inbound;
    if (audience === undefined) return inbox.newestOpen(conversationId);
    return inbox
      .openOf(conversationId)
      .findLast(({ messageId }) => messages.byId(messageId)?.writtenBy?.id === contact.id);
  }

  /** In a group nobody's answer is given up for another's question. */
  #overlap(): 'queue' | 'restart' {
    return this.#inbound.audience === undefined ? this.#rules.bot.session.overlap : 'queue';
  }

  #row(conversation: ConversationRow, externalId: string): InboxRow | undefined {
    return this.#tenant.inbox.find(conversation.channel, conversation.id, externalId);
  }

  /** What a platform delivers again, under the id that the conversation had when it came first. */
  #rowBeforeMove(): InboxRow | undefined {
    const { people, inbox } = this.#tenant;
    const { channel } = this.#rules;
    const contactId = people.at({ channel, externalId: this.#inbound.conversation });
    if (contactId === undefined) return undefined;
    for (const conversationId of people.conversations(contactId)) {
      const row = inbox.find(channel, conversationId, this.#inbound.id);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  #receipt(status: 'stored' | 'duplicate', row: InboxRow): Receipt {
    return { status, message: publicMessage(this.#stored(row)), turnId: row.turnId };
  }

  #stored(row: InboxRow): StoredMessage {
    const stored = this.#tenant.messages.byId(row.messageId);
    if (stored !== undefined) return stored;
    throw new PolyphonError('STO7002', 'Inbox: a row names a message that is not there. Run `polyphon doctor`.');
  }
}

function refused(reason: 'paused' | 'closed' | 'rate-limited' | 'not-found', retryAfterMs?: number): Receipt {
  return { status: 'refused', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
