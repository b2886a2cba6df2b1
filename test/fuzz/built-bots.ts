import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { writeFiles } from '../bench/messenger-bots.ts';

const main = fileURLToPath(new URL('../../dist/core/main.js', import.meta.url));
/** V8 would let garbage grow as far as the machine's memory allows. Within this, what is kept shows, and ends the process. */
const heapMegabytes = 192;
const startsWithinMs = 30_000;

/** The built server in a process of its own, so that its memory is its own and a crash of it is seen. */
export class BuiltBots implements AsyncDisposable {
  /** `http://127.0.0.1:4711`. */
  readonly origin: string;
  readonly #directory: string;
  readonly #process: ChildProcess;
  readonly #errors: string[];

  private constructor(parts: {
    readonly origin: string;
    readonly directory: string;
    readonly process: ChildProcess;
    readonly errors: string[];
  }) {
    this.origin = parts.origin;
    this.#directory = parts.directory;
    this.#process = parts.process;
    this.#errors = parts.errors;
  }

  /**
   * @param files By path below the deployment's folder. `maxFileBytes` stands for the room on the disk.
   * @throws Error when there is no build, or it does not start. */
  static async start(
    files: Readonly<Record<string, string>>,
    options: { readonly maxFileBytes?: number } = {},
  ): Promise<BuiltBots> {
    if (!existsSync(main)) throw new Error('There is no build. Run `npm run build`.');
    const directory = await mkdtemp(join(tmpdir(), 'polyphon-fuzz-'));
    await writeFiles(directory, files);
    const words = [`--max-old-space-size=${heapMegabytes}`, main, 'start'];
    const limited = `trap '' XFSZ; ulimit -f ${Math.floor((options.maxFileBytes ?? 0) / 512)}; exec "$0" "$@"`;
    const [program, args] =
      options.maxFileBytes === undefined
        ? [process.execPath, words]
        : ['sh', ['-c', limited, process.execPath, ...words]];
    const child = spawn(program, args, {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', FORCE_COLOR: '0' },
    });
    const errors: string[] = [];
    const ready = Promise.withResolvers<number>();
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const port = /"port":(\d+),.*polyphon is ready|polyphon is ready.*"port":(\d+)/.exec(line);
        if (port !== null) ready.resolve(Number(port[1] ?? port[2]));
        if (!/"level":"(?:debug|info|warn)"/.test(line)) errors.push(line.slice(0, 2_000));
      }
    });
    child.once('exit', (code) => {
      errors.push(`the process ended with ${code}`);
      ready.reject(new Error(`The server ended with ${code}: ${errors.join('\n')}`));
    });
    const patience = AbortSignal.timeout(startsWithinMs);
    patience.addEventListener('abort', () => ready.reject(new Error(`The server is not ready: ${errors.join('\n')}`)));
    const port = await ready.promise;
    const bots = new BuiltBots({ origin: `http://127.0.0.1:${port}`, directory, process: child, errors });
    await bots.#hasRead(Object.keys(files).filter((path) => path.endsWith('.md')).length);
    return bots;
  }

  /** Lines of the log that are errors, lines that are none of the log's, and the end of the process. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Memory that the process has in RAM. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
  }

  /** Reads the store while the server writes it. */
  read<Row>(sql: string): readonly Row[] {
    const sqlite = new BetterSqlite3(join(this.#directory, 'data', 'polyphon.db'), { readonly: true });
    try {
      return sqlite.prepare(sql).all() as Row[];
    } finally {
      sqlite.close();
    }
  }

  /** Rows by table, and the highest number given out where rows are numbered: one that came and went shows, too. */
  rows(): Readonly<Record<string, string>> {
    const tables = this.read<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
    );
    return Object.fromEntries(
      tables.map(({ name }) => {
        const isNumbered = this.read<{ name: string }>(`pragma table_info(${name})`).some(
          (column) => column.name === 'seq',
        );
        const [row] = this.read<{ count: number; last: number | null }>(
          `select count(*) as count, ${isNumbered ? 'max(seq)' : 'null'} as last from ${name}`,
        );
        return [name, `${row?.count} rows, last ${row?.last ?? '-'}`];
      }),
    );
  }

  /** Documents are read after the start, and what is made of them is written after them. */
  async #hasRead(documents: number): Promise<void> {
    for (let before = ''; ; ) {
      await sleep(250);
      const now = JSON.stringify(this.rows());
      const [read] = this.read<{ count: number }>("select count(*) as count from documents where state = 'ready'");
      if (now === before && (read?.count ?? 0) >= documents) return;
      before = now;
    }
  }

  /** Waits until at most so many messages wait for a turn or for the outbox. */
  async worksOff(most: number): Promise<void> {
    for (;;) {
      const [row] = this.read<{ open: number }>(
        "select (select count(*) from inbox where state = 'open') + (select count(*) from outbox where state in ('waiting', 'sending') and attempts = 0) as open",
      );
      if ((row?.open ?? 0) <= most) return;
      if (!this.isRunning) throw new Error(`The server is gone: ${this.#errors.join('\n')}`);
      await sleep(20);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) {
      this.#process.removeAllListeners('exit');
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }
}
