import { type Address, type Api, ApiError, type Refusal } from './api.ts';
import { type ChatState, createChatRecord } from './chat-state.ts';
import { type Connection, type ConnectionPorts, openConnection } from './connection.ts';
import type { SessionShelf } from './saved-session.ts';
import { createSendQueue } from './send-queue.ts';
import {
  applyEvent,
  emptyTranscript,
  type Transcript,
  withMessage,
  withOutgoing,
  withoutWriting,
} from './transcript.ts';
import type { Action, Message, OpenedSession, Outgoing, Presentation, StreamEvent } from './wire.ts';

export interface ChatOptions {
  readonly address: Address;
  readonly api: Api;
  readonly shelf: SessionShelf;
  readonly connection: ConnectionPorts;
  readonly newId: () => string;
  /** The language to open a session in, once the presentation is known. */
  readonly locale: (presentation: Presentation) => string;
  readonly onState: (state: ChatState) => void;
  /** A message of the other side is complete and was not shown before. */
  readonly onFinished: (message: Message) => void;
  readonly onEvent?: ((event: StreamEvent) => void) | undefined;
  /** The bot does not allow this website to show it: nothing will come, however often it is tried. */
  readonly onWrongWebsite?: (() => void) | undefined;
}

export interface Chat {
  readonly state: ChatState;
  /** Fetches how the bot shows itself and, if this tab has a conversation, goes on with it. */
  start(): Promise<void>;
  say(text: string, action?: Action): void;
  /** Sends a message that was not sent again, with the same id. */
  retry(key: string): void;
  /** Puts the question of a turn that gave no answer again. */
  askAgain(turn: string): void;
  resume(): void;
  startOver(): void;
  setOnline(online: 'online' | 'offline'): void;
  close(): void;
}

const typingForMs = 8_000;
/** A message was taken and nothing came by the stream: the line may be dead without knowing. */
const silenceAfterSendMs = 12_000;

export function createChat(options: ChatOptions): Chat {
  const { address, api, shelf, connection: ports } = options;
  const life = new AbortController();
  let session: OpenedSession | undefined;
  let connection: Connection | undefined;
  let cancelTyping: () => void = () => undefined;
  let cancelSilence: () => void = () => undefined;
  const save = () => {
    if (!session) return;
    const { entries, resumeFrom } = record.state.transcript;
    shelf.write({
      ...session,
      resumeFrom,
      unsent: entries.flatMap((entry) => (entry.kind === 'outgoing' ? [entry.outgoing] : [])),
    });
  };
  const record = createChatRecord({ onState: options.onState, onWorthSaving: save, signal: life.signal });

  const onEvent = (event: StreamEvent) => {
    const before = record.state.transcript;
    record.setTranscript(applyEvent(before, event));
    cancelSilence();
    if (event.type === 'typing') {
      cancelTyping();
      cancelTyping = ports.later(typingForMs, () =>
        record.set({ transcript: withoutWriting(record.state.transcript) }),
      );
    }
    options.onEvent?.(event);
    const message = 'message' in event ? event.message : undefined;
    const shown = before.entries.some((entry) => entry.kind === 'message' && entry.message.id === message?.id);
    if (message && message.role !== 'contact' && !shown) options.onFinished(message);
  };

  const onExpired = () => {
    connection?.close();
    connection = undefined;
    session = undefined;
    shelf.clear();
    record.set({ expired: true, connection: 'idle' });
  };

  const connect = (opened: OpenedSession) => {
    connection?.close();
    connection = openConnection(
      {
        address,
        session: opened,
        after: () => record.state.transcript.lastEventId,
        onEvent,
        onStatus: (status) => {
          record.set({ connection: status });
          if (status === 'live') void queue.deliverWaiting();
        },
        onExpired,
      },
      ports,
    );
  };

  const openSession = async (current: () => boolean): Promise<OpenedSession> => {
    const { presentation } = record.state;
    if (!presentation) throw new ApiError('network');
    const answer = await api.openSession(options.locale(presentation), life.signal);
    const opened = { session: answer.session, token: answer.token, expiresAt: answer.expiresAt };
    if (!current()) return opened;
    session = opened;
    save();
    connect(opened);
    return opened;
  };

  const readStatus = async () => {
    if (!session) return;
    try {
      const { stateEventId } = record.state.transcript;
      const status = await api.status(session, life.signal);
      // An event that came meanwhile is newer than this answer.
      if (record.state.transcript.stateEventId !== stateEventId) return;
      record.setTranscript({ ...record.state.transcript, state: status.state, owner: status.owner });
    } catch (error) {
      if (error instanceof ApiError && error.refusal === 'expired') onExpired();
    }
  };

  /** The saved conversation, or nothing when the server has forgotten it. */
  const restore = async () => {
    const saved = shelf.read();
    if (!saved) return;
    try {
      const [history, status] = await Promise.all([api.history(saved, life.signal), api.status(saved, life.signal)]);
      const { owner, state } = status;
      let transcript: Transcript = {
        ...emptyTranscript,
        owner,
        state,
        resumeFrom: saved.resumeFrom,
        lastEventId: saved.resumeFrom,
      };
      for (const message of history) transcript = withMessage(transcript, message);
      for (const outgoing of saved.unsent) {
        if (!history.some((message) => message.id === outgoing.id))
          transcript = withOutgoing(transcript, outgoing, 'waiting');
      }
      session = { session: saved.session, token: saved.token, expiresAt: saved.expiresAt };
      record.set({ transcript });
      connect(session);
    } catch (error) {
      if (!(error instanceof ApiError) || error.refusal === 'network' || error.refusal === 'server') throw error;
      shelf.clear();
    }
  };

  const queue = createSendQueue({
    record,
    api,
    ports,
    session: async (current) => session ?? (await openSession(current)),
    onTaken: () => {
      cancelSilence();
      cancelSilence = ports.later(silenceAfterSendMs, () => connection?.restart());
    },
    onConflict: readStatus,
    onExpired,
    signal: life.signal,
  });

  return {
    get state() {
      return record.state;
    },
    async start() {
      if (!record.state.presentation) record.set({ phase: 'loading' });
      const presented = api.presentation(life.signal);
      try {
        const [presentation] = await Promise.all([presented, session ? undefined : restore()]);
        record.set({ phase: 'ready', presentation });
        void queue.deliver();
      } catch {
        if (record.state.presentation) return;
        record.set({ phase: 'unavailable' });
        if ((await refusalIn(presented)) === 'website') options.onWrongWebsite?.();
      }
    },
    say(text, action) {
      const said = text.trim();
      if (said === '' || record.state.expired || record.state.transcript.state !== 'active') return;
      const outgoing: Outgoing = {
        id: options.newId(),
        text: said,
        ...(action ? { action: { id: action.id, label: action.label } } : {}),
      };
      record.mark(outgoing, 'sending');
      void queue.deliverWaiting();
    },
    retry(key) {
      const entry = record.state.transcript.entries.find((entry) => entry.key === key);
      if (entry?.kind !== 'outgoing') return;
      queue.forgive();
      record.set({ tooMany: false });
      record.mark(entry.outgoing, 'sending');
      void queue.deliver();
    },
    askAgain(turn) {
      const at = record.state.transcript.entries.findIndex((entry) => entry.key === turn);
      const question = record.state.transcript.entries
        .slice(0, Math.max(0, at))
        .findLast((entry) => entry.kind === 'message' && entry.message.role === 'contact');
      if (question?.kind === 'message') this.say(question.message.text);
    },
    resume() {
      if (session) void api.change(session, 'resume', life.signal).then(readStatus, readStatus);
    },
    startOver() {
      const old = session;
      const unsent = record.state.expired
        ? record.state.transcript.entries.filter((entry) => entry.kind === 'outgoing')
        : [];
      connection?.close();
      connection = undefined;
      session = undefined;
      queue.startOver();
      for (const cancel of [cancelSilence, cancelTyping]) cancel();
      shelf.clear();
      if (old && record.state.transcript.state !== 'closed')
        void api.change(old, 'close', life.signal).catch(() => undefined);
      record.set({
        transcript: { ...emptyTranscript, entries: unsent },
        connection: 'idle',
        expired: false,
        tooMany: false,
      });
      for (const entry of unsent) record.mark(entry.outgoing, 'sending');
      void queue.deliver();
    },
    setOnline(online) {
      record.set({ online: online === 'online' });
      if (online === 'offline') return;
      connection?.restart();
      if (record.state.phase === 'unavailable') void this.start();
      else void queue.deliverWaiting();
    },
    close() {
      life.abort();
      connection?.close();
      queue.close();
      for (const cancel of [cancelSilence, cancelTyping]) cancel();
    },
  };
}

async function refusalIn(answer: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await answer;
    return undefined;
  } catch (error) {
    return error instanceof ApiError ? error.refusal : undefined;
  }
}
