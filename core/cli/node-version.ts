import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The oldest Node that runs Polyphon: below it the database driver crashes the process. */
export const oldestNode = 24;

export function isOldNode(version: string): boolean {
  return Number(version.split('.')[0]) < oldestNode;
}

/**
 * The Node that the `node` package brings, in any `node_modules` above one of the folders.
 * This module runs on old Node versions too: nothing newer than Node 18 may be used in it.
 */
export function findBundledNode(folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    for (let directory = folder; ; directory = dirname(directory)) {
      const binary = join(directory, 'node_modules', 'node', 'bin', 'node');
      if (existsSync(binary)) return binary;
      if (dirname(directory) === directory) break;
    }
  }
  return undefined;
}

export function oldNodeMessage(version: string): string {
  return (
    `error CLI9003  Polyphon runs on Node ${oldestNode} and later, and this is Node ${version}. ` +
    `Run \`npm install --save-dev node@${oldestNode}\` in this project and try again: Polyphon then uses that one by itself.\n`
  );
}
