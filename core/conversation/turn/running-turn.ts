import type { TenantStore } from '../../store/tenant-store.ts';
import type { BotRuntime } from '../bot-runtime.ts';
import type { ConversationServices } from '../conversation-services.ts';
import type { SessionStream } from '../session/session-stream.ts';
import type { TraceRecorder } from './trace-recorder.ts';
import type { TurnScene } from './turn-scene.ts';

/** One turn to be run. */
export interface TurnTask {
  readonly tenantId: string;
  readonly conversationId: string;
  readonly turnId: string;
  /** From the first message's receipt on. */
  readonly queuedMs: number;
  /** The one controller of the turn: CNV5007 when superseded, CNV5008 when a human took over, CNV5014 after STOP, else the process stops. */
  readonly signal: AbortSignal;
  /** Call before a step of some milliseconds; see RoundPace. */
  goOn(): Promise<void> | undefined;
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
