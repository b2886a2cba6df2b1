import { existsSync } from 'node:fs';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../contract/index.ts';
import { storePath } from '../../kernel/store-path.ts';
import type { Deployment } from '../deployment.ts';
import { missingAssets } from '../missing-assets.ts';
import { isOldNode, oldestNode } from '../node-version.ts';
import { product } from '../product.ts';
import type { Shell } from '../shell.ts';
import { size } from '../wording.ts';
import { type Finding, fail, fine, warn } from './finding.ts';

/** Below this much free space the store may stop writing in the middle of a day. */
const fewFreeBytes = 200_000_000;

export function checkNode(version: string): Finding {
  if (isOldNode(version))
    return fail(
      'Node',
      `${version} is too old`,
      `Install Node ${oldestNode} or later, or \`npm install --save-dev node@${oldestNode}\`.`,
    );
  return fine('Node', version);
}

export async function checkNativeIndex(load: () => Promise<unknown> = loadNativeIndex): Promise<Finding> {
  try {
    await load();
    return fine('Vector index', 'hnswlib-node loads');
  } catch {
    return warn(
      'Vector index',
      'hnswlib-node is not built; exact search serves, which is as good and slower from about 20,000 chunks a bot',
      'If bots are that large, install a C++ compiler and run `npm install` again: npm has taken the package away that did not compile.',
    );
  }
}

function loadNativeIndex(): Promise<unknown> {
  // An optional dependency: by a name the compiler does not resolve.
  const name = 'hnswlib-node';
  return import(name);
}

export async function checkDataFolder(deployment: Deployment, shell: Shell): Promise<Finding> {
  const folder = deployment.dataDirectory;
  const probe = join(folder, `.doctor-${shell.terminal.random.token(6)}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, 'polyphon');
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free < fewFreeBytes)
      return warn(
        'Data folder',
        `${folder} has ${size(free)} left`,
        'Free some space, or name another folder with --data.',
      );
    return fine('Data folder', `${folder} can be written, ${size(free)} free`);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    return fail('Data folder', `${folder} cannot be written (${reason})`, remedyOf(reason));
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

/** Rights are no help where there is no room, nor on a disk that nobody may write. */
export function remedyOf(reason: string): string {
  if (reason === 'ENOSPC' || reason === 'EDQUOT') {
    return 'The disk or the quota is full: free some space, or name another folder with --data.';
  }
  if (reason === 'EROFS') {
    return 'The disk is mounted for reading only: mount it for writing, or name another folder with --data.';
  }
  return 'Give this user the right to write there, or name another folder with --data.';
}

export async function checkStore(deployment: Deployment, shell: Shell, log: Logger): Promise<Finding> {
  const { settings, dataDirectory } = deployment;
  const path = storePath(settings, dataDirectory);
  if (!existsSync(path)) return fine('Store', `${path} will be made at the first start`);
  try {
    const { openStore } = await import('../../store/open-store.ts');
    await using store = await openStore({ path, clock: shell.terminal.clock, log });
    const state = await store.verify(shell.terminal.signal);
    if (state === 'ok') return fine('Store', `${path} is sound`);
    return fail('Store', `${path} is damaged: ${state}`, 'Stop Polyphon and put back the last copy of the file.');
  } catch (error) {
    return fail('Store', error instanceof Error ? error.message : String(error), 'Correct `store` in the settings.');
  }
}

export function checkAssets(): Finding {
  const { assetsDirectory } = product();
  const missing = missingAssets(assetsDirectory);
  if (missing.length === 0) return fine('Widget and playground', 'built');
  return fail(
    'Widget and playground',
    `${missing.join(' and ')} missing in ${assetsDirectory}`,
    'Run `npm run build`.',
  );
}
