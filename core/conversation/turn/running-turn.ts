import { PolyphonError } from '../../contract/index.ts';
import type { TenantStore } from '../../store/tenant-store.ts';
import type { BotRuntime } from '../bot-runtime.ts';
import type { ConversationServices } from '../conversation-services.ts';
import type { SessionStream } from '../session/session-stream.ts';
import type { TraceRecorder } from './trace-recorder.ts';
import type { TurnScene } from './turn-scene.ts';

/** Why a turn says nothing any more: a later message took its place, a human the conversation, or STOP came. */
export type GivenUp = 'CNV5007' | 'CNV5008' | 'CNV5014';

/** Undefined where the turn goes on, or the process stops. */
export function givenUpBy({ aborted, reason }: AbortSignal): GivenUp | undefined {
  const code = aborted && reason instanceof PolyphonError ? reason.code : undefined;
  return code === 'CNV5007' || code === 'CNV5008' || code === 'CNV5014' ? code : undefined;
}

/** One turn to be run. */
export interface TurnTask {
  readonly tenantId: string;
  readonly conversationId: string;
  readonly turnId: string;
  /** From the first message's receipt on. */
  readonly queuedMs: number;
  /** The one controller of the turn: CNV5007 when superseded, CNV5008 when a human took over, CNV5014 after STOP, else the process stops. */
  readonly signal: AbortSignal;
  /** Set where it was given up before, and the store did not take that down. */
  readonly givenUp?: GivenUp;
  /** It ended by faults of its own before, and says now that it failed. */
  readonly isLastTry: boolean;
  /** Aborts when the process is stopping: what waits for the store is left to the next start. */
  readonly leaving: AbortSignal;
  /** Call when the outcome is there and the store has not taken it for some time. */
  onLong(): void;
  /** Call before a step of some milliseconds; see RoundPace. */
  goOn(): Promise<void> | undefined;
  /** Call when another turn has been given what this one leaves unanswered: it comes next. */
  leaveTo(turnId: string): void;
  /** The turn that takes this one's place. */
  successor(): string | undefined;
}

/** What the parts of a running turn share. */
export interface RunningTurn {
  readonly services: ConversationServices;
  readonly task: TurnTask;
  readonly tenant: TenantStore;
  readonly runtime: BotRuntime;
  readonly scene: TurnScene;
  readonly stream: SessionStream;
  readonly trace: TraceRecorder;
  readonly startedAtMs: number;
}
