import type { Command } from 'commander';
import { nearest } from '../config/nearest.ts';
import { PolyphonError } from '../contract/index.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { createShell, type GlobalOptions } from './shell.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without `node` and the script) and gives the exit code; never throws. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = createProgram(terminal, (ended) => {
    code = ended;
  });
  try {
    if (words.length === 0) {
      program.outputHelp();
      return exitCodes.usage;
    }
    const asked = helpAsked(program, words);
    if (asked !== undefined) {
      asked.outputHelp();
      return exitCodes.ok;
    }
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    const command = namedCommand(program, words);
    const stdout = command !== undefined && wantsJson(command, words) ? 'json' : 'nothing';
    const usage = command === undefined ? undefined : usageOf(command);
    return reportError(error, createShell(terminal, program.opts<GlobalOptions>()), { usage, stdout });
  }
}

/**
 * The command that `polyphon help plugin check` or `polyphon plugin help` asks about. A bot may be called help: after a command that
 * has no others below it, the word is an argument like any other.
 */
function helpAsked(program: Command, words: readonly string[]): Command | undefined {
  const at = words.indexOf('help');
  const before = commandAt(program, words.slice(0, Math.max(0, at)));
  if (at === -1 || before.rest.length > 0 || before.command.commands.length === 0) return undefined;
  const { command, rest } = commandAt(before.command, words.slice(at + 1));
  if (rest.length === 0) return command;
  const names = command.commands.map((one) => one.name());
  const near = nearest(rest[0] ?? '', names);
  const next = near === undefined ? '`polyphon --help` lists what there is.' : `Did you mean "${near}"?`;
  throw new PolyphonError('CLI9001', `help: there is no command "${rest.join(' ')}". ${next}`);
}

/** The innermost command that the words name one after the other, and the words that are left. */
function commandAt(
  start: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  const [word, ...rest] = words;
  const inner = start.commands.find((one) => one.name() === word);
  return inner === undefined ? { command: start, rest: words } : commandAt(inner, rest);
}

/** The command that the words ask for, be they complete or not. */
function namedCommand(program: Command, words: readonly string[]): Command | undefined {
  // What stands before the first command is options and their values.
  const names = new Set(program.commands.map((one) => one.name()));
  const begin = words.findIndex((word) => names.has(word));
  return begin === -1 ? undefined : commandAt(program, words.slice(begin)).command;
}

/** How it is written: `polyphon plugin check [options] <path>`. */
function usageOf(command: Command): string {
  const path = [];
  for (let at: Command | null = command; at !== null; at = at.parent) path.unshift(at.name());
  return `${path.join(' ')} ${command.usage()}`;
}

/** By the words, as a mistake among them may have kept the options from being read. */
function wantsJson(command: Command, words: readonly string[]): boolean {
  const takes = (option: string): boolean => command.options.some(({ long }) => long === option);
  const format = words[words.indexOf('--format') + 1];
  const isFormat = words.includes('--format=json') || (words.includes('--format') && format === 'json');
  return (takes('--json') && words.includes('--json')) || (takes('--format') && isFormat);
}
