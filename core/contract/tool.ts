import type { ToolDescription } from './model.ts';

/** Something the model may do. */
export interface Tool {
  /** A tool entry may offer several functions (`find`, `note`); `allow:` in YAML narrows them. */
  readonly functions: readonly ToolDescription[];
  /** Called only with arguments that fit the function's schema. The result is data for the model, at most 16 kB are kept. */
  call(name: string, input: unknown, call: ToolCallContext): Promise<{ readonly result: string }>;
}
export interface ToolCallContext {
  readonly conversation: string;
  /** Who asks; in a group, who of them. */
  readonly contactId: string;
  readonly language: string;
  readonly signal: AbortSignal;
}
