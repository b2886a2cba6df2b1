import { PolyphonError } from '../contract/index.ts';

/** What a refusal of the system means for somebody at the command line. Other codes are a mistake of ours and are shown as such. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: 'this user may not do that there. Give the user the right, or name another place.',
  EPERM: 'this user may not do that there. Give the user the right, or name another place.',
  EROFS: 'nothing can be written there. Name another place.',
  ENOSPC: 'the disk is full. Make room, and run the command again.',
  EDQUOT: "this user's share of the disk is full. Make room, and run the command again.",
  EEXIST: 'a file stands where a folder is needed. Name another place.',
  ENOTDIR: 'a file stands where a folder is needed. Name another place.',
};

/** An error of the file system as a sentence with a next step; undefined for everything else. */
export function systemTrouble(error: unknown): PolyphonError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path } = error as NodeJS.ErrnoException;
  const remedy = remedies[code];
  if (path === undefined || remedy === undefined) return undefined;
  return new PolyphonError('CLI9003', `${path}: ${remedy} (${code})`, { cause: error });
}
