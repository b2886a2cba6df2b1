import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../../core/cli/run.ts';
import type { Output, Terminal } from '../../../core/cli/terminal.ts';
import type { Clock } from '../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly workingDirectory?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Lines typed on standard input. */
  readonly typed?: string;
  readonly signal?: AbortSignal;
  readonly isTty?: true;
  readonly clock?: Clock;
  /** Sees all that was written so far, after each write. */
  readonly onWrite?: (written: { readonly stdout: string; readonly stderr: string }) => void;
}

/** A terminal that keeps what is written to it. */
export function recordingTerminal(options: RunOptions = {}) {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write: (text) => {
      written[name] += text;
      options.onWrite?.(written);
    },
    isTty: options.isTty === true,
    color: 'off',
    columns: 120,
  });
  const terminal: Terminal = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: Readable.from(options.typed === undefined ? [] : [options.typed]),
    env: options.env ?? {},
    workingDirectory: options.workingDirectory ?? repository,
    signal: options.signal ?? new AbortController().signal,
    clock: options.clock ?? systemClock,
    random: systemRandom,
  };
  return { terminal, written };
}

/** Runs a command line in this process, as `main.ts` would, and records what it writes. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { terminal, written } = recordingTerminal(options);
  const code = await runCommandLine(words, terminal);
  return { code, ...written };
}
