import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { installEcho, messengerBots, writeFiles } from '../../bench/messenger-bots.ts';
import type { WorldTarget } from '../../bench/messenger-load.ts';
import type { MessengerWorld } from '../../bench/messenger-world.ts';

const main = fileURLToPath(new URL('../../../dist/core/main.js', import.meta.url));
const readyWithinMs = 30_000;

/** An outgoing message as the store has it. */
export interface StoredAnswer {
  readonly botId: string;
  readonly state: string;
  readonly text: string;
  /** How often it was sent once more after a death. */
  readonly resends: number;
}

/** The built server over a folder of its own, with a bot on Telegram whose answers name what they answer. */
export class BuiltServer implements AsyncDisposable {
  readonly targets: readonly WorldTarget[];
  readonly #directory: string;
  readonly #port: number;
  #process: ChildProcess | undefined;
  #log = '';

  private constructor(directory: string, port: number, targets: readonly WorldTarget[]) {
    this.#directory = directory;
    this.#port = port;
    this.targets = targets;
  }

  /** @throws Error when there is no build. */
  static async prepare(
    world: MessengerWorld,
    options: { readonly tenants: number; readonly thinksMs: number },
  ): Promise<BuiltServer> {
    if (!existsSync(main)) throw new Error('There is no build. Run `npm run build`.');
    const directory = await mkdtemp(join(tmpdir(), 'polyphon-kills-'));
    const port = await freePort();
    const bots = messengerBots({ count: options.tenants, baseUrl: world.baseUrl, answer: 'echo' });
    await installEcho(directory, options.thinksMs);
    await writeFiles(join(directory, 'bots'), bots.files);
    await writeFiles(directory, {
      'config/polyphon.yaml': `polyphon: 1\nserver: { port: ${port} }\nplugins: [polyphon-echo]\nhttp: { allowPrivate: ["${world.host}"] }\n`,
    });
    return new BuiltServer(directory, port, bots.targets(`http://127.0.0.1:${port}`));
  }

  /** Starts it and waits until it is ready; how long that took in milliseconds. */
  async start(): Promise<number> {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [main, 'start'], {
      cwd: this.#directory,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', FORCE_COLOR: '0' },
    });
    this.#process = child;
    child.stderr?.on('data', (part: Buffer) => {
      this.#log = (this.#log + part.toString()).slice(-8000);
    });
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}: ${this.#log}`);
      if (performance.now() - startedMs > readyWithinMs) throw new Error(`the server is not ready: ${this.#log}`);
      const isReady = await fetch(`http://127.0.0.1:${this.#port}/ready`).then(
        async (answer) => {
          await answer.arrayBuffer();
          return answer.ok;
        },
        () => false,
      );
      if (isReady) return performance.now() - startedMs;
      await sleep(20);
    }
  }

  /** SIGKILL ends it as a crash of the machine would, without a last word; SIGTERM asks it to stop. Its exit code. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    const [code] = await exited;
    return code;
  }

  /** What its store says when it does not run. */
  examine(): { readonly integrity: string; readonly open: number; readonly answers: readonly StoredAnswer[] } {
    const sqlite = new BetterSqlite3(join(this.#directory, 'data', 'polyphon.db'), { readonly: true });
    try {
      const rows = sqlite.prepare('select tenant_id, state, payload, resends from outbox order by seq').all() as {
        tenant_id: string;
        state: string;
        payload: string;
        resends: number;
      }[];
      const { open } = sqlite.prepare("select count(*) as open from inbox where state = 'open'").get() as {
        open: number;
      };
      return {
        integrity: String(sqlite.pragma('integrity_check', { simple: true })),
        open,
        answers: rows.map(({ tenant_id: tenantId, state, payload, resends }) => ({
          botId: tenantId.replace('bot-', ''),
          state,
          resends,
          text: String((JSON.parse(payload) as { text?: string }).text),
        })),
      };
    } finally {
      sqlite.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
