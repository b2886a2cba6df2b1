import type { ConnectionStatus } from './connection.ts';
import { type Delivery, emptyTranscript, type Transcript, withOutgoing } from './transcript.ts';
import type { Outgoing, Presentation } from './wire.ts';

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

/** The state of a chat, as it changes. */
export interface ChatRecord {
  readonly state: ChatState;
  set(change: Partial<ChatState>): void;
  setTranscript(transcript: Transcript): void;
  mark(outgoing: Outgoing, delivery: Delivery): void;
}

export interface ChatRecordOptions {
  readonly onState: (state: ChatState) => void;
  /** There is more to go on with after a reload of the page than before. */
  readonly onWorthSaving: () => void;
  /** Nothing changes after it. */
  readonly signal: AbortSignal;
}

export function createChatRecord({ onState, onWorthSaving, signal }: ChatRecordOptions): ChatRecord {
  let state: ChatState = {
    phase: 'loading',
    presentation: undefined,
    transcript: emptyTranscript,
    connection: 'idle',
    online: true,
    expired: false,
    tooMany: false,
  };
  return {
    get state() {
      return state;
    },
    set(change) {
      if (signal.aborted) return;
      state = { ...state, ...change };
      onState(state);
    },
    setTranscript(transcript) {
      const { resumeFrom, entries } = state.transcript;
      this.set({ transcript });
      if (transcript.resumeFrom !== resumeFrom || transcript.entries.length !== entries.length) onWorthSaving();
    },
    mark(outgoing, delivery) {
      this.setTranscript(withOutgoing(state.transcript, outgoing, delivery));
    },
  };
}
