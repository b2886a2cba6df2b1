import { basename, dirname, relative } from 'node:path';

/** What must not be committed, and what in an existing `.gitignore` shows that somebody has thought of it. */
const kept: readonly (readonly [pattern: (place: IgnoredPlaces) => string | undefined, thoughtOf: RegExp])[] = [
  [({ bots }) => `${bots}*/.secrets.yaml`, /\.secrets\.yaml/],
  [({ bots }) => `${bots}*/bot.local.yaml`, /\.local\.yaml/],
  [({ data }) => data, /^\/?(\*\*\/)?data\/?$/m],
];

interface IgnoredPlaces {
  /** The bots folder with a slash, relative to the file; empty where the file lies in it. */
  readonly bots: string;
  /** The data folder with a slash, where it is below the file. */
  readonly data: string | undefined;
}

/** The folder of the file: the project's, where the bots folder lies directly in it. */
export function ignoreFolder(bots: string, workingDirectory: string): string {
  return dirname(bots) === workingDirectory ? workingDirectory : bots;
}

/** The lines that `.gitignore` in this folder lacks; `present` is what it says now. */
export function missingIgnores(
  folder: string,
  { bots, data, present }: { readonly bots: string; readonly data: string; readonly present: string },
): readonly string[] {
  const below = relative(folder, data);
  const places: IgnoredPlaces = {
    bots: folder === bots ? '' : `${basename(bots)}/`,
    data: below === '' || below.startsWith('..') ? undefined : `${below}/`,
  };
  return kept.flatMap(([pattern, thoughtOf]) => (thoughtOf.test(present) ? [] : (pattern(places) ?? [])));
}
