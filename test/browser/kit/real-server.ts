import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** `polyphon dev` on a copy of the bots that ship, as a person starts it. */
export interface RealServer extends AsyncDisposable {
  readonly origin: string;
  /** The copy: a test may edit it. */
  readonly bots: string;
}

export async function startRealServer(): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'polyphon-browser-'));
  const bots = join(folder, 'bots');
  await cp(join(root, 'bots'), bots, { recursive: true });
  const args = ['dist/core/main.js', 'dev', '--bots', bots, '--data', join(folder, 'data'), '--port', '0'];
  const server = spawn(process.execPath, args, { cwd: root, env: { PATH: process.env['PATH'], CI: 'true' } });
  const stop = async () => {
    server.kill('SIGTERM');
    if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { origin: await printedOrigin(server), bots, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function printedOrigin(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (part: unknown) => {
      printed += String(part);
      const origin = /(http:\/\/[^\s/]+)\/play\//.exec(printed)?.[1];
      if (origin) resolve(origin);
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('exit', () => reject(new Error(`The server ended before it was up. It printed:\n${printed}`)));
  });
}
