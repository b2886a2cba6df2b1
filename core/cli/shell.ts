import { resolve } from 'node:path';
import pc from 'picocolors';
import type { ExitCode } from './exit-code.ts';
import type { Output, Terminal } from './terminal.ts';

/** Given to every command, before or after its name. */
export interface GlobalOptions {
  readonly config?: string;
  readonly bots?: string;
  readonly data?: string;
  readonly port?: number;
  readonly env?: string;
  readonly verbose?: true;
}

/** What a command has in hand: the terminal, colours for either stream, and the options all commands share. */
export interface Shell {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  /** Colours for stdout. */
  readonly ink: Ink;
  /** Colours for stderr. */
  readonly note: Ink;
  /** Writes a line of data. */
  print(line: string): void;
  /** Writes a line of progress. */
  say(line: string): void;
  /** Takes a path as the person typed it. */
  path(typed: string): string;
}
export type Ink = ReturnType<typeof pc.createColors>;

/** What an action of a command gives back when it is over. */
export type Outcome = Promise<ExitCode>;

export function createShell(terminal: Terminal, options: GlobalOptions): Shell {
  return {
    terminal,
    options,
    ink: inkFor(terminal.stdout),
    note: inkFor(terminal.stderr),
    print: (line) => terminal.stdout.write(`${line}\n`),
    say: (line) => terminal.stderr.write(`${line}\n`),
    path: (typed) => resolve(terminal.workingDirectory, typed),
  };
}

export function inkFor(output: Output): Ink {
  return pc.createColors(output.color === 'on');
}
