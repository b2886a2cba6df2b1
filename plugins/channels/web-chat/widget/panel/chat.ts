import { type Address, type Api, ApiError } from './api.ts';
import {
  backoffMs,
  type Connection,
  type ConnectionPorts,
  type ConnectionStatus,
  openConnection,
} from './connection.ts';
import type { SessionShelf } from './saved-session.ts';
import {
  applyEvent,
  type Delivery,
  type Entry,
  emptyTranscript,
  type Transcript,
  withMessage,
  withOutgoing,
  withoutWriting,
} from './transcript.ts';
import type { Action, Message, OpenedSession, Outgoing, Presentation, StreamEvent } from './wire.ts';

export interface ChatState {
  readonly phase: 'loading' | 'ready' | 'unavailable';
  readonly presentation: Presentation | undefined;
  readonly transcript: Transcript;
  /** `idle`: there is no session yet; the first message opens it. */
  readonly connection: ConnectionStatus | 'idle';
  readonly online: boolean;
  /** The server no longer knows the session. */
  readonly expired: boolean;
  /** The server asked for fewer messages. */
  readonly tooMany: boolean;
}

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
const deliveryAttempts = 6;

export function createChat(options: ChatOptions): Chat {
  const { address, api, shelf, connection: ports } = options;
  const life = new AbortController();
  let session: OpenedSession | undefined;
  let connection: Connection | undefined;
  let sending = false;
  let attempts = 0;
  /** Grows with every new conversation, so that answers to the old one are known as such. */
  let generation = 0;
  let cancelRetry: () => void = () => undefined;
  let cancelTyping: () => void = () => undefined;
  let cancelSilence: () => void = () => undefined;
  let state: ChatState = {
    phase: 'loading',
    presentation: undefined,
    transcript: emptyTranscript,
    connection: 'idle',
    online: true,
    expired: false,
    tooMany: false,
  };

  const set = (change: Partial<ChatState>) => {
    if (life.signal.aborted) return;
    state = { ...state, ...change };
    options.onState(state);
  };
  const save = () => {
    if (!session) return;
    const { entries, resumeFrom } = state.transcript;
    shelf.write({
      ...session,
      resumeFrom,
      unsent: entries.flatMap((entry) => (entry.kind === 'outgoing' ? [entry.outgoing] : [])),
    });
  };
  const setTranscript = (transcript: Transcript) => {
    const worthSaving =
      transcript.resumeFrom !== state.transcript.resumeFrom ||
      transcript.entries.length !== state.transcript.entries.length;
    set({ transcript });
    if (worthSaving) save();
  };

  const onEvent = (event: StreamEvent) => {
    const before = state.transcript;
    setTranscript(applyEvent(before, event));
    cancelSilence();
    if (event.type === 'typing') {
      cancelTyping();
      cancelTyping = ports.later(typingForMs, () => set({ transcript: withoutWriting(state.transcript) }));
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
    set({ expired: true, connection: 'idle' });
  };

  const connect = (opened: OpenedSession) => {
    connection?.close();
    connection = openConnection(
      {
        address,
        session: opened,
        after: () => state.transcript.lastEventId,
        onEvent,
        onStatus: (status) => {
          set({ connection: status });
          if (status === 'live') void deliverWaiting();
        },
        onExpired,
      },
      ports,
    );
  };

  const deliverWaiting = () => {
    for (const entry of state.transcript.entries) {
      if (entry.kind === 'outgoing' && entry.delivery === 'waiting') mark(entry.outgoing, 'sending');
    }
    return deliver();
  };
  const mark = (outgoing: Outgoing, delivery: Delivery) =>
    setTranscript(withOutgoing(state.transcript, outgoing, delivery));

  /** One message at a time, in order. */
  const deliver = async (): Promise<void> => {
    // Before the bot has said what it speaks, a session could not be opened in the right language.
    if (sending || state.phase !== 'ready' || life.signal.aborted) return;
    sending = true;
    cancelRetry();
    const begun = generation;
    try {
      for (let next = firstToSend(state.transcript.entries); next; next = firstToSend(state.transcript.entries)) {
        if (!(await deliverOne(next))) break;
      }
    } finally {
      sending = false;
    }
    if (begun !== generation) await deliver();
  };

  /** False when it is better to wait before the next. */
  const deliverOne = async (outgoing: Outgoing): Promise<boolean> => {
    const begun = generation;
    try {
      const opened = session ?? (await openSession());
      if (begun !== generation) return false;
      const message = await api.send(opened, outgoing, life.signal);
      if (begun !== generation) return false;
      attempts = 0;
      setTranscript(withMessage(state.transcript, message, outgoing.id));
      set({ tooMany: false });
      cancelSilence();
      cancelSilence = ports.later(silenceAfterSendMs, () => connection?.restart());
      return true;
    } catch (error) {
      if (life.signal.aborted || begun !== generation) return false;
      return refused(outgoing, error);
    }
  };

  const openSession = async (): Promise<OpenedSession> => {
    const begun = generation;
    const { presentation } = state;
    if (!presentation) throw new ApiError('network');
    const answer = await api.openSession(options.locale(presentation), life.signal);
    const opened = { session: answer.session, token: answer.token, expiresAt: answer.expiresAt };
    if (begun !== generation) return opened;
    session = opened;
    save();
    connect(opened);
    return opened;
  };

  const refused = async (outgoing: Outgoing, error: unknown): Promise<boolean> => {
    const refusal = error instanceof ApiError ? error.refusal : 'refused';
    switch (refusal) {
      case 'network':
      case 'server': {
        if (attempts + 1 >= deliveryAttempts && refusal === 'server') {
          attempts = 0;
          mark(outgoing, 'failed');
          return true;
        }
        mark(outgoing, 'waiting');
        const delayMs = error instanceof ApiError ? error.retryAfterMs : undefined;
        cancelRetry = ports.later(delayMs ?? backoffMs(attempts, ports.random()), () => void deliverWaiting());
        attempts++;
        return false;
      }
      case 'conflict':
        mark(outgoing, 'failed');
        await readStatus();
        return true;
      case 'expired':
        mark(outgoing, 'failed');
        onExpired();
        return false;
      case 'too-many':
        mark(outgoing, 'failed');
        set({ tooMany: true });
        return true;
      case 'too-long':
      case 'refused':
        mark(outgoing, 'failed');
        return true;
      default:
        return refusal satisfies never;
    }
  };

  const readStatus = async () => {
    if (!session) return;
    try {
      const { stateEventId } = state.transcript;
      const status = await api.status(session, life.signal);
      // An event that came meanwhile is newer than this answer.
      if (state.transcript.stateEventId !== stateEventId) return;
      setTranscript({ ...state.transcript, state: status.state, owner: status.owner });
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
      set({ transcript });
      connect(session);
    } catch (error) {
      if (!(error instanceof ApiError) || error.refusal === 'network' || error.refusal === 'server') throw error;
      shelf.clear();
    }
  };

  return {
    get state() {
      return state;
    },
    async start() {
      if (!state.presentation) set({ phase: 'loading' });
      try {
        const [presentation] = await Promise.all([api.presentation(life.signal), session ? undefined : restore()]);
        set({ phase: 'ready', presentation });
        void deliver();
      } catch {
        if (!state.presentation) set({ phase: 'unavailable' });
      }
    },
    say(text, action) {
      const said = text.trim();
      if (said === '' || state.expired || state.transcript.state !== 'active') return;
      const outgoing: Outgoing = {
        id: options.newId(),
        text: said,
        ...(action ? { action: { id: action.id, label: action.label } } : {}),
      };
      mark(outgoing, 'sending');
      void deliverWaiting();
    },
    retry(key) {
      const entry = state.transcript.entries.find((entry) => entry.key === key);
      if (entry?.kind !== 'outgoing') return;
      attempts = 0;
      set({ tooMany: false });
      mark(entry.outgoing, 'sending');
      void deliver();
    },
    askAgain(turn) {
      const at = state.transcript.entries.findIndex((entry) => entry.key === turn);
      const question = state.transcript.entries
        .slice(0, Math.max(0, at))
        .findLast((entry) => entry.kind === 'message' && entry.message.role === 'contact');
      if (question?.kind === 'message') this.say(question.message.text);
    },
    resume() {
      if (session) void api.change(session, 'resume', life.signal).then(readStatus, readStatus);
    },
    startOver() {
      const old = session;
      const unsent = state.expired ? state.transcript.entries.filter((entry) => entry.kind === 'outgoing') : [];
      connection?.close();
      connection = undefined;
      session = undefined;
      attempts = 0;
      generation++;
      for (const cancel of [cancelRetry, cancelSilence, cancelTyping]) cancel();
      shelf.clear();
      if (old && state.transcript.state !== 'closed') void api.change(old, 'close', life.signal).catch(() => undefined);
      set({ transcript: { ...emptyTranscript, entries: unsent }, connection: 'idle', expired: false, tooMany: false });
      for (const entry of unsent) mark(entry.outgoing, 'sending');
      void deliver();
    },
    setOnline(online) {
      set({ online: online === 'online' });
      if (online === 'offline') return;
      connection?.restart();
      if (state.phase === 'unavailable') void this.start();
      else void deliverWaiting();
    },
    close() {
      life.abort();
      connection?.close();
      for (const cancel of [cancelRetry, cancelSilence, cancelTyping]) cancel();
    },
  };
}

function firstToSend(entries: readonly Entry[]): Outgoing | undefined {
  const first = entries.find((entry) => entry.kind === 'outgoing' && entry.delivery === 'sending');
  return first?.kind === 'outgoing' ? first.outgoing : undefined;
}
