import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * A folder beside the project with packages that are too large for everybody to install; once a machine, and without their scripts.
 * @throws Error with npm's words where they cannot be had.
 */
export async function installedBeside(name: string, packages: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(tmpdir(), `polyphon-${name}-${Object.values(packages).join('-')}`);
  const done = join(folder, 'done');
  if (existsSync(done)) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: folder,
  });
  await writeFile(done, '');
  return folder;
}
