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

/** Far more than anybody reads, and a number that the database takes. */
const maxCount = 1_000_000;
/** A hundred years, which every calendar can go back. */
const maxDays = 36_500;

/** For options that count. */
export function parseCount(text: string): number {
  return parseUpTo(maxCount, text);
}

export function parseDays(text: string): number {
  return parseUpTo(maxDays, text);
}

function parseUpTo(most: number, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
}
