import { CommanderError } from 'commander';
import { PolyphonError } from '../contract/index.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import type { Shell } from './shell.ts';
import { systemTrouble } from './system-trouble.ts';

/** Says on stderr what went wrong, as a sentence with a code and the next step, and gives the exit code. */
export function reportError(thrown: unknown, shell: Shell, usage?: string): ExitCode {
  const error = systemTrouble(thrown) ?? thrown;
  const { note } = shell;
  if (shell.terminal.signal.aborted && isAbort(error, shell.terminal.signal)) return exitCodes.interrupted;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    if (error.code !== 'commander.help') {
      const next = usage === undefined ? '`polyphon --help` lists what there is.' : `Usage: ${usage}`;
      writeError(shell, 'CLI9001', `${sentence(error.message)} ${next}`);
    }
    return exitCodes.usage;
  }
  if (error instanceof PolyphonError) {
    writeError(shell, error.code, error.message);
  } else {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    writeError(
      shell,
      '',
      `Something happened that Polyphon did not expect. ${sentence(what)} Run the command again with --verbose to see where.`,
    );
  }
  if (shell.options.verbose && error instanceof Error) shell.say(note.dim(stackOf(error)));
  return exitCodeOf(error);
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
