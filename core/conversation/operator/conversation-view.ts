import type { SessionState } from '../../contract/index.ts';

/** A conversation as an operator sees it. */
export interface ConversationView {
  readonly id: string;
  readonly channel: string;
  readonly session: string;
  readonly sessionState: SessionState;
  readonly owner: 'bot' | 'human' | 'paused';
  readonly contact: { readonly id: string; readonly name?: string; readonly email?: string; readonly phone?: string };
  readonly language?: string;
  /** Answers in a row in which the bot did not know. */
  readonly misses: number;
  /** Why a human was asked for, while nobody has taken over. */
  readonly handoff?: string;
  readonly createdAt: string;
  readonly lastActiveAt: string;
}
