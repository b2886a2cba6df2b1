import { CommanderError } from 'commander';
import { type ErrorCode, PolyphonError } from '../contract/index.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import type { Shell } from './shell.ts';
import { systemTrouble } from './system-trouble.ts';

export interface ReportForm {
  /** How the command is written, for mistakes of the command line. */
  readonly usage?: string | undefined;
  /** `json`: a script reads stdout, and gets the error there too. */
  readonly stdout: 'nothing' | 'json';
}

/** Says on stderr what went wrong, as a sentence with a code and the next step, and gives the exit code. */
export function reportError(thrown: unknown, shell: Shell, form: ReportForm): ExitCode {
  const error = systemTrouble(thrown) ?? thrown;
  if (shell.terminal.signal.aborted && isAbort(error, shell.terminal.signal)) return exitCodes.interrupted;
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
  // The help that it asked for is on the screen.
  if (error instanceof CommanderError && error.code === 'commander.help') return exitCodes.usage;
  const { code, message } = saidOf(error, form.usage);
  writeError(shell, code ?? '', message);
  // On one line, as all else that `--follow` prints.
  if (form.stdout === 'json') shell.print(JSON.stringify({ formatVersion: 1, error: { code, message } }));
  if (error instanceof CommanderError) return exitCodes.usage;
  if (shell.options.verbose && error instanceof Error) shell.say(shell.note.dim(stackOf(error)));
  return exitCodeOf(error);
}

function saidOf(error: unknown, usage?: string): { readonly code?: ErrorCode; readonly message: string } {
  if (error instanceof CommanderError) {
    const next = usage === undefined ? '`polyphon --help` lists what there is.' : `Usage: ${usage}`;
    return { code: 'CLI9001', message: `${sentence(error.message)} ${next}` };
  }
  if (error instanceof PolyphonError) return { code: error.code, message: error.message };
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    message: `Something happened that Polyphon did not expect. ${sentence(what)} Run the command again with --verbose to see where.`,
  };
}

/** One error in the form all commands print. */
export function writeError(shell: Shell, code: string, message: string): void {
  const { note } = shell;
  shell.say(`${note.bold(note.red('error'))} ${code === '' ? '' : `${note.red(code)}  `}${message}`);
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}

/** Commander writes `error: unknown command 'serch'\n(Did you mean search?)`. */
function sentence(message: string): string {
  const [first = '', ...rest] = message
    .replace(/^error: /, '')
    .split('\n')
    .filter(Boolean);
  const suggestion = rest.map((line) => ` ${line.replace(/^\((.*)\)$/, '$1')}`).join('');
  const start = first.charAt(0).toUpperCase() + first.slice(1);
  return `${/[.!?]$/.test(start) ? start : `${start}.`}${suggestion}`;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
