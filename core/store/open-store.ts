import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Migrator } from 'kysely/migration';
import { type Clock, type Logger, PolyphonError } from '../contract/index.ts';
import { Checkpoints } from './checkpoints.ts';
import { Connection } from './connection.ts';
import { damaged, isDamage } from './damaged.ts';
import { prepareWaitingEvents } from './event-queue.ts';
import { GroupCommit } from './group-commit.ts';
import { HeldValues } from './held-values.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { migrations } from './migrations/all.ts';
import { prepareReceived, type Received } from './received.ts';
import { prepareAppliedTenants, prepareServedTenants } from './revisions.ts';
import { prepareTenantStore, type TenantStore } from './tenant-store.ts';
import { prepareUnsent, type Unsent } from './unsent.ts';
import { createWriteProbe } from './write-probe.ts';

/** How long SQLite waits for another process before the store serves, and to empty the log. Nothing else happens meanwhile. */
const patienceMs = 5000;
/** While it serves: `GroupCommit` waits for the rest. */
const impatienceMs = 5;

/** The state of all tenants, in one file. */
export interface Store extends AsyncDisposable {
  /** Reads run at once; writes belong into `write`, where they become durable. */
  forTenant(tenantId: string): TenantStore;
  /** Several reads as one: they see the same state, and the file is locked once, which takes longer than a read. */
  read<Result>(job: () => Result): Result;
  /**
   * Runs the job, which is synchronous, in a transaction with all other jobs of this tick. Resolves when it is on the disk;
   * `onCommit` runs before that, in the order of the jobs, with nothing in between. A job that throws undoes only itself; because the
   * others of its tick are then run again, a job changes nothing outside the store but what each run sets anew. `onVisible` runs some
   * milliseconds earlier, when others can read it and the disk may not have it: for work whose outcome is written behind it, and that tells
   * nobody before. It must not throw.
   * @throws PolyphonError STO7002 when the disk refuses.
   */
  write<Result>(
    job: () => Result,
    onCommit?: (result: Result) => void,
    onVisible?: (result: Result) => void,
  ): Promise<Result>;
  unsent(): Unsent;
  readonly received: Received;
  /** Another number when another process has written since. */
  version(): number;
  /** Addresses for which an outgoing webhook or a letter waits, of all tenants. */
  waitingEvents(): ReturnType<ReturnType<typeof prepareWaitingEvents>>;
  /** Tenants that were applied and not removed since, whether a folder of their name is there or not. */
  appliedTenants(): readonly string[];
  /** All that ever served, also those that were removed. */
  servedTenants(): readonly string[];
  /**
   * Leaves no byte of what was deleted in the file: `log` empties the write-ahead log, which takes milliseconds; `file` writes the
   * whole file anew, and nothing else happens meanwhile. @throws PolyphonError STO7002 while another process holds the file.
   */
  scrub(what: 'log' | 'file'): Promise<void>;
  /** `ok`, or why the store does not take writes now. Writes one page, at most once a second. */
  check(signal: AbortSignal): Promise<string>;
  /** `ok`, or what is damaged. Reads the whole file, and nothing else happens meanwhile. */
  verify(signal: AbortSignal): Promise<string>;
}

export interface StoreOptions {
  /** The database file; its folder is made. `:memory:` keeps nothing. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What makes commits durable; without it, the file that SQLite keeps beside the database. */
  readonly openLogFile?: (database: string) => LogFile;
}

/** @throws PolyphonError STO7001 when the file cannot be opened, STO7003 when a newer Polyphon has written it, STO7004 when it is damaged. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const connection = new Connection(openFile(options.path));
  let logFile: LogFile | undefined;
  try {
    await migrate(connection, options);
    logFile = logFileOf(connection, options);
    connection.sqlite.pragma(`busy_timeout = ${impatienceMs}`);
  } catch (error) {
    connection.sqlite.close();
    throw error;
  }
  const commits = new GroupCommit(connection.sqlite, options.clock, logFile);
  const checkpoints = logFile === undefined ? undefined : new Checkpoints(connection.sqlite, { ...options, commits });
  const tenantStore = prepareTenantStore(connection, options.clock);
  const unsent = prepareUnsent(connection);
  const version = connection.sqlite.prepare<unknown[], number>('PRAGMA data_version').pluck();
  const waitingEvents = prepareWaitingEvents(connection);
  const appliedTenants = prepareAppliedTenants(connection);
  const servedTenants = prepareServedTenants(connection);
  const probe = createWriteProbe(connection, commits, options);
  // Twenty microseconds and 9 kB each.
  const tenants = new HeldValues<TenantStore>(tenantStore);
  return {
    forTenant: (tenantId) => tenants.get(tenantId),
    read: readTogether(connection.sqlite),
    write: (job, onCommit, onVisible) => {
      checkpoints?.look();
      return commits.write(job, onCommit, onVisible);
    },
    unsent,
    received: prepareReceived(connection),
    version: () => version.get() ?? 0,
    waitingEvents,
    appliedTenants,
    servedTenants,
    scrub: async (what) => {
      await commits.write(() => undefined);
      if (!emptied(connection, what)) {
        throw new PolyphonError(
          'STO7002',
          'The write-ahead log could not be emptied, because another process is using the database. Try again in a moment.',
        );
      }
    },
    check: (signal) => {
      signal.throwIfAborted();
      return probe();
    },
    verify: async (signal) => {
      signal.throwIfAborted();
      return String(connection.sqlite.pragma('quick_check(1)', { simple: true }));
    },
    [Symbol.asyncDispose]: async () => {
      await commits.close();
      await checkpoints?.[Symbol.asyncDispose]();
      await logFile?.[Symbol.asyncDispose]();
      await connection.kysely.destroy();
    },
  };
}

function readTogether(sqlite: BetterSqlite3.Database): Store['read'] {
  const begin = sqlite.prepare('BEGIN');
  const end = sqlite.prepare('COMMIT');
  return (job) => {
    if (sqlite.inTransaction) return job();
    begin.run();
    try {
      return job();
    } finally {
      end.run();
    }
  };
}

/** The whole database is copied once, and must not be copied into memory. */
function vacuum(sqlite: BetterSqlite3.Database): void {
  sqlite.pragma('temp_store = FILE');
  try {
    sqlite.exec('VACUUM');
  } finally {
    sqlite.pragma('temp_store = MEMORY');
  }
}

/** False while another process is in the way. */
function emptied({ sqlite }: Connection, what: 'log' | 'file'): boolean {
  sqlite.pragma(`busy_timeout = ${patienceMs}`);
  try {
    if (what === 'file') vacuum(sqlite);
    const [state] = sqlite.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    return state?.busy !== 1;
  } catch (error) {
    if (error instanceof BetterSqlite3.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw error;
  } finally {
    sqlite.pragma(`busy_timeout = ${impatienceMs}`);
  }
}

function openFile(path: string): BetterSqlite3.Database {
  try {
    if (path !== ':memory:') makeFile(path);
    const sqlite = new BetterSqlite3(path, { timeout: patienceMs });
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    // What is deleted is overwritten: erasing a person must not leave the words in free pages.
    sqlite.pragma('secure_delete = ON');
    // In kB, SQLite's own default: the system keeps the file's pages as well, and what is in this cache the process keeps for good. With
    // 8,000 neither chats nor reading documents were faster, with 32,000 a search over 60 tenants in turn takes 0.08 ms less.
    sqlite.pragma('cache_size = -2000');
    // What SQLite keeps to undo a savepoint or a statement: beyond 64 kB in a file, which is made and removed each time.
    sqlite.pragma('temp_store = MEMORY');
    return sqlite;
  } catch (error) {
    if (isDamage(error)) throw damaged(`Store ${path}`, error);
    throw new PolyphonError(
      'STO7001',
      `Store ${path}: the database cannot be opened. Is the folder writable, and is the file a Polyphon database? Correct \`store.path\` in config/polyphon.yaml.`,
      { cause: error },
    );
  }
}

/** What people have said is for this user alone; the log beside the file gets the rights of the file. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  closeSync(openSync(path, 'a', 0o600));
}

/** From here on the log is synced by `GroupCommit`, off the event loop. In memory there is none. */
function logFileOf(
  { sqlite }: Connection,
  { path, openLogFile: open = openLogFile }: StoreOptions,
): LogFile | undefined {
  if (path === ':memory:') return undefined;
  try {
    const log = open(path);
    sqlite.pragma('synchronous = NORMAL');
    return log;
  } catch (error) {
    throw new PolyphonError(
      'STO7001',
      `Store ${path}: its write-ahead log cannot be opened. Is the folder on a local disk, and writable?`,
      { cause: error },
    );
  }
}

async function migrate(connection: Connection, options: StoreOptions): Promise<void> {
  const migrator = new Migrator({ db: connection.kysely, provider: { getMigrations: async () => migrations } });
  await tellOfMigrations(migrator, options);
  const { error, results } = await migrator.migrateToLatest();
  for (const result of results ?? []) options.log.debug('store migrated', { migration: result.migrationName });
  if (error === undefined) return;
  if (isDamage(error)) throw damaged(`Store ${options.path}`, error);
  const known = await migrator.getMigrations().catch(() => undefined);
  if (known === undefined || (results ?? []).length === 0) {
    throw new PolyphonError(
      'STO7003',
      `Store ${options.path}: a newer Polyphon has written this database. Use that version, or a copy made before the upgrade.`,
      { cause: error },
    );
  }
  throw new PolyphonError(
    'STO7001',
    `Store ${options.path}: the tables could not be brought up to date. The log names the migration.`,
    {
      cause: error,
    },
  );
}

/** A file with millions of messages takes a while, in which nothing else is to be seen. */
async function tellOfMigrations(migrator: Migrator, { log }: StoreOptions): Promise<void> {
  const all = await migrator.getMigrations().catch(() => []);
  const steps = all.filter(({ executedAt }) => executedAt === undefined).length;
  if (steps === 0 || steps === all.length) return;
  log.info('the database is being brought up to date, which takes some seconds for a million messages', { steps });
}
