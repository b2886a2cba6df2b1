import { type Stats, statSync, unwatchFile, watchFile } from 'node:fs';
import { basename, extname, relative, resolve, sep } from 'node:path';
import { watch } from 'chokidar';

export interface BotChange {
  /** `*` when a template or a file outside the bots directory changed: every tenant may be affected. */
  readonly tenantId: string | '*';
  /** A definition must be read again; a document only ingested. */
  readonly kind: 'definition' | 'document';
  /** Absolute. */
  readonly paths: readonly string[];
}

/** Editors write a file in several steps; changes within this time are one. */
const debounceMs = 60;
/** How often the bots directory itself is looked at: a watcher stays with the directory that it began with. */
const rootCheckMs = 1000;

/**
 * Changes below the bots directory, and of `files` outside it (the settings), from the call on and until the signal aborts.
 * Files of one tenant that change together are one change; a definition among them makes it one.
 */
export function watchBots(
  options: { readonly botsDirectory: string; readonly files?: readonly string[] },
  signal: AbortSignal,
): AsyncIterable<BotChange> {
  const root = resolve(options.botsDirectory);
  const files = (options.files ?? []).map((file) => resolve(file));
  const waiting = new Map<string, { kind: BotChange['kind']; paths: Set<string> }>();
  const ready: BotChange[] = [];
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failure: unknown;

  const flush = () => {
    for (const [tenantId, { kind, paths }] of waiting) ready.push({ tenantId, kind, paths: [...paths] });
    waiting.clear();
    wake?.();
  };
  const note = (path: string) => {
    const { tenantId, kind } = classify(root, files, path);
    const entry = waiting.get(tenantId) ?? { kind, paths: new Set<string>() };
    if (kind === 'definition') entry.kind = kind;
    entry.paths.add(path);
    waiting.set(tenantId, entry);
    clearTimeout(timer);
    timer = setTimeout(flush, debounceMs);
  };
  const open = () =>
    watch([root, ...files], {
      ignoreInitial: true,
      ignored: (path) => isNoise(relative(root, path)),
      ignorePermissionErrors: true,
    })
      .on('all', (_event, path) => note(resolve(path)))
      .on('error', (error) => {
        failure = error;
        wake?.();
      });
  let watcher = open();
  let watched = identityOf(statSync(root, { throwIfNoEntry: false }));
  // A deployment may put another directory in its place, or turn a link to the next one.
  const look = (stats: Stats) => {
    const before = watched;
    watched = identityOf(stats);
    if (watched === before || watched === undefined) return;
    void watcher.close();
    watcher = open();
    note(root);
  };
  watchFile(root, { interval: rootCheckMs, persistent: false }, look);
  const stop = () => wake?.();
  signal.addEventListener('abort', stop, { once: true });

  return (async function* changes() {
    try {
      while (!signal.aborted && failure === undefined) {
        const next = ready.shift();
        if (next !== undefined) {
          yield next;
          continue;
        }
        const { promise, resolve: proceed } = Promise.withResolvers<void>();
        wake = proceed;
        if (signal.aborted || ready.length > 0) proceed();
        await promise;
      }
      if (failure !== undefined && !signal.aborted) throw failure;
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
      unwatchFile(root, look);
      await watcher.close();
    }
  })();
}

/** Tells one directory from another at the same path; undefined for none. */
function identityOf(stats: Stats | undefined): string | undefined {
  return stats === undefined || stats.ino === 0 ? undefined : `${stats.dev}:${stats.ino}`;
}

function classify(
  root: string,
  files: readonly string[],
  path: string,
): { readonly tenantId: string; readonly kind: BotChange['kind'] } {
  const inside = relative(root, path);
  const [first = '', ...rest] = inside.split(sep);
  if (inside === '' || first === '..' || first.startsWith('_')) return { tenantId: '*', kind: 'definition' };
  const [top = ''] = rest;
  const definition =
    rest.length === 0 ||
    files.includes(path) ||
    top === 'prompts' ||
    top === 'tests' ||
    top === '.secrets.yaml' ||
    (rest.length === 1 && /^bot(\.[^/]+)?\.yaml$/.test(top));
  return { tenantId: first, kind: definition ? 'definition' : 'document' };
}

/** What editors and version control leave behind. */
function isNoise(inside: string): boolean {
  if (inside === '' || inside.startsWith('..')) return false;
  const name = basename(inside);
  if (name.startsWith('.')) return name !== '.secrets.yaml';
  return (
    name.endsWith('~') ||
    name === '4913' ||
    ['.swp', '.swx', '.tmp', '.part'].includes(extname(name)) ||
    name === 'node_modules'
  );
}
