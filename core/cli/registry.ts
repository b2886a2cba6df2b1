import { type Command, InvalidArgumentError } from 'commander';
import type { Outcome, Shell } from './shell.ts';

/** How a command file joins the program: the program to add to, and what runs its action. */
export interface Registry {
  readonly program: Command;
  /** Makes the shell from the options all commands share, runs the action, keeps the exit code. */
  act<Arguments extends readonly unknown[]>(
    action: (shell: Shell, ...given: Arguments) => Outcome,
  ): (...given: [...Arguments, Command]) => Promise<void>;
}

/** For options that count. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return count;
}
