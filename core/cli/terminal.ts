import type { Readable, Writable } from 'node:stream';
import type { Clock, Random } from '../contract/index.ts';

/** Everything a command may touch of the process it runs in. `main.ts` wires the real one, tests a recording one. */
export interface Terminal {
  /** Data: what a script would read. */
  readonly stdout: Output;
  /** Progress, logs and errors. */
  readonly stderr: Output;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  readonly workingDirectory: string;
  /** Aborts at the first Ctrl-C or SIGTERM, or when the terminal is closed; the reason says which. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Output {
  write(text: string): void;
  /** For line editing; only where there is a terminal behind. */
  readonly stream?: Writable;
  /** Somebody reads along: progress may be redrawn. False where `CI=true`. */
  readonly isTty: boolean;
  readonly color: 'on' | 'off';
  /** Width in characters. */
  readonly columns: number;
}
