import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Conversations,
  PolyphonError,
  type SessionState,
  type SessionView,
  type TurnOutcome,
} from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { SessionRow } from '../../store/sessions.ts';
import { type ConversationServices, keepEvent } from '../conversation-services.ts';
import type { Mailboxes } from '../mailbox/mailboxes.ts';
import { requestSwitch } from '../switch/switch-requests.ts';
import { newSession } from './new-session.ts';
import { placeAfter } from './place-after.ts';
import { sessionView } from './session-view.ts';
import { publicMessage } from './stored-message.ts';

const tokenBytes = 32;
const defaultHistory = 100;
const maxHistory = 500;

const eventOf = {
  active: 'channel.session.resumed',
  paused: 'channel.session.paused',
  closed: 'channel.session.closed',
} as const satisfies Record<SessionState, string>;

/** The conversations of one channel of one tenant, as the channel may use them. */
export function channelConversations(
  services: ConversationServices,
  mailboxes: Mailboxes,
  tenantId: string,
  channel: string,
): Conversations {
  const { store, clock, random, streams, leases } = services;
  const tenant = store.forTenant(tenantId);

  const idleCloseMs = (): number => {
    using lease = leases.acquire(tenantId);
    return lease.runtime.bot.session.idleCloseMs;
  };

  const find = (sessionId: string): { readonly session: SessionRow; readonly conversation: ConversationRow } => {
    const session = tenant.sessions.byId(sessionId);
    const conversation = session === undefined ? undefined : tenant.conversations.byId(session.conversationId);
    if (session === undefined || conversation === undefined || session.channel !== channel) {
      throw new PolyphonError('CNV5002', 'No session of this channel has this id. Create one with POST …/sessions.');
    }
    return { session, conversation };
  };

  const view = (session: SessionRow, { owner }: Pick<ConversationRow, 'owner'>): SessionView =>
    sessionView(session, owner, { nowMs: clock.now(), idleCloseMs: idleCloseMs() });

  return {
    createSession: async (request, signal) => {
      signal.throwIfAborted();
      const token = random.token(tokenBytes);
      const sessionId = random.id('ses');
      const { session, event } = await store.write(() => {
        // The contact is this session's own: an id that anybody can claim must not open somebody else's record.
        const { name, email, phone } = request.contact ?? {};
        const contact = tenant.contacts.identify(
          { channel, externalId: sessionId },
          { name, email, phone },
          random,
          clock.now(),
        );
        const session = newSession(services, tenant, {
          channel,
          sessionId,
          externalId: undefined,
          contactId: contact.id,
          conversation: undefined,
          tokenHash: hashOf(token),
          locale: request.locale,
          metadata: request.metadata ?? {},
        });
        const created = { type: 'channel.session.created', channel, session: session.id } as const;
        return { session, event: keepEvent(services, tenantId, created) };
      });
      services.events.emit(event);
      return { session: view(session, { owner: 'bot' }), token };
    },

    authorize: async (sessionId, token, signal) => {
      signal.throwIfAborted();
      const session = tenant.sessions.byId(sessionId);
      // Compared also where there is no session, so that the time does not tell which ids exist.
      const matches = timingSafeEqual(hashOf(token), session?.tokenHash ?? hashOf(''));
      if (session?.tokenHash == null || session.channel !== channel || !matches) return undefined;
      const conversation = tenant.conversations.byId(session.conversationId);
      return conversation === undefined ? undefined : view(session, conversation);
    },

    setState: async (sessionId, state, signal) => {
      signal.throwIfAborted();
      using stream = streams.hold(tenantId, sessionId);
      const { session, conversation, event } = await store.write(
        () => {
          const found = find(sessionId);
          const now = clock.now();
          const before = view(found.session, found.conversation).state;
          if (before === state) return { ...found, changed: undefined, event: undefined };
          if (before === 'closed') {
            throw new PolyphonError('CNV5003', 'The session is closed and stays so. Create a new one.');
          }
          tenant.sessions.setState(sessionId, state, now);
          return {
            conversation: found.conversation,
            session: { ...found.session, state, lastActiveAt: now },
            changed: stream.stage({ type: 'session.changed', state }),
            event: keepEvent(services, tenantId, { type: eventOf[state], channel, session: sessionId }),
          };
        },
        (written) => {
          if (written.changed !== undefined) stream.publish(written.changed);
        },
      );
      if (event !== undefined) services.events.emit(event);
      return view(session, conversation);
    },

    requestSwitch: async (sessionId, claim, signal) => {
      signal.throwIfAborted();
      const from = find(sessionId);
      if (view(from.session, from.conversation).state !== 'active') {
        throw new PolyphonError(
          'CNV5003',
          'The session is not active, so it cannot move. Resume it, or open a new one.',
        );
      }
      return requestSwitch(services, tenantId, from, claim, signal);
    },

    history: async (sessionId, query, signal) => {
      signal.throwIfAborted();
      const { session } = find(sessionId);
      const place = { conversationId: session.conversationId, sessionId };
      const after = placeAfter(tenant, place, query.after);
      const limit = Math.min(query.limit ?? defaultHistory, maxHistory);
      return tenant.messages.after(place, after, limit).map(publicMessage);
    },

    events: (sessionId, after, signal) => {
      find(sessionId);
      return streams.follow(tenantId, sessionId, after, signal);
    },

    reply: async (turnId, signal): Promise<TurnOutcome> => {
      signal.throwIfAborted();
      const ended = tenant.turns.byId(turnId);
      if (ended === undefined) {
        const pending = mailboxes.outcome(tenantId, turnId, signal);
        if (pending !== undefined) return pending;
        throw new PolyphonError('CNV5004', 'No turn has this id. Use the one from the receipt.');
      }
      const stored = ended.replyId === null ? undefined : tenant.messages.byId(ended.replyId);
      const reply = stored === undefined ? undefined : publicMessage(stored);
      if (ended.state === 'completed' && reply !== undefined) return { status: 'completed', reply };
      if (ended.state === 'silent') return { status: 'silent' };
      return { status: 'failed', ...(reply === undefined ? {} : { reply }) };
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
