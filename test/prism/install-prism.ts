import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

/** @stoplight/prism-cli 5.14.2 without its command line. Apache-2.0. */
const packages = { '@stoplight/prism-http': '5.12.0', '@stoplight/prism-http-server': '5.12.2' };
const folder = join(tmpdir(), `polyphon-prism-${Object.values(packages).join('-')}`);
const done = join(folder, 'done');

declare module 'vitest' {
  interface ProvidedContext {
    readonly prismFolder: string;
  }
}

/** Installs Prism beside the project, once a machine. @throws Error with npm's words where it cannot be had. */
export async function setup({ provide }: TestProject): Promise<void> {
  if (!existsSync(done)) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
    // None of its packages needs a script of its own to be run.
    await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
      cwd: folder,
    });
    await writeFile(done, '');
  }
  provide('prismFolder', folder);
}
