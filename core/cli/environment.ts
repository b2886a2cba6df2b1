import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from '../config/nearest.ts';
import { PolyphonError } from '../contract/index.ts';
import type { Shell } from './shell.ts';

/** The environment of a command: `--env`, or POLYPHON_ENV. @throws PolyphonError CLI9001 when it cannot be a part of a file's name. */
export function environmentOf({ options, terminal }: Shell): string | undefined {
  const name = options.env ?? (terminal.env['POLYPHON_ENV'] || undefined);
  if (name === undefined || /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return name;
  const from = options.env === undefined ? 'POLYPHON_ENV' : '--env';
  throw new PolyphonError(
    'CLI9001',
    `${from}: "${name}" cannot be an environment: letters, digits, - and _. \`--env production\` merges bot.production.yaml on top.`,
  );
}

/** Warns where no bot has anything for the environment: a mistyped name would serve without its overlays, and nobody would see it. */
export async function warnOfEmptyEnvironment(name: string | undefined, botsDirectory: string, shell: Shell) {
  if (name === undefined) return;
  const there = await overlaysIn(botsDirectory);
  if (there.includes(name) || (there.length === 0 && shell.options.env === undefined)) return;
  const near = nearest(name, there);
  const known = there.length === 0 ? 'No bot has any overlay.' : `There are overlays for: ${there.join(', ')}.`;
  shell.say(
    `${shell.note.yellow('!')} No bot has a bot.${name}.yaml, so the environment changes nothing. ${near === undefined ? known : `Did you mean "${near}"?`}`,
  );
}

async function overlaysIn(botsDirectory: string): Promise<readonly string[]> {
  const folders = await readdir(botsDirectory, { withFileTypes: true });
  const files = await Promise.all(
    folders
      .filter((folder) => folder.isDirectory() && !folder.name.startsWith('_'))
      .map(({ name }) => readdir(join(botsDirectory, name)).catch(() => [])),
  );
  const names = files.flat().map((file) => /^bot\.([^.]+)\.yaml$/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined && name !== 'local'))].sort() as string[];
}
