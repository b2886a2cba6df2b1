import { basename, dirname } from 'node:path';
import type { Plugin, TenantFolder } from '../contract/index.ts';
import { nearest } from './nearest.ts';
import { mapOf, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { placeInScalar } from './scalar-place.ts';
import type { TextOf } from './tenant-folder.ts';
import { namesWanted } from './text-names.ts';
import { type Node, nodeAt, type Path, placeAt } from './tree.ts';

/** Where a definition looks for documents, by the formats of its plugins' schemas. */
export interface DocumentPlace {
  /** Of the plugin's `with`. */
  readonly at: Path;
  /** Of the pattern, where there is one. */
  readonly glob: Path | undefined;
  /** Of the template for rows of tables, where there is one. */
  readonly row: Path | undefined;
  /** Where `with` has passed its schema and the plugin can tell more. */
  readonly proofread: Plugin['proofread'];
}

/** What definitions are held against, where that is asked for. */
export interface DocumentLook {
  /** `names` looks whether there are files, `contents` also into them. */
  readonly depth: 'names' | 'contents';
  /** For the sources' own proofreading. */
  readonly textOf: TextOf;
  /**
   * Names of a table's columns as reading the table will call them; undefined where `path` is no table. Rejects for one that cannot be
   * read: the reading says why.
   */
  columnsOf(path: string, read: () => Promise<Uint8Array>): Promise<readonly string[] | undefined>;
}

const maxTableBytes = 32 * 1024 * 1024;

/** What is wrong between a definition and the documents that lie there now: patterns that match nothing, columns that no table has. */
export async function documentProblems(
  tree: Node,
  value: unknown,
  places: readonly DocumentPlace[],
  look: DocumentLook & { readonly folder: TenantFolder; readonly signal: AbortSignal },
): Promise<readonly Problem[]> {
  const { folder, signal } = look;
  const problems: Problem[] = [];
  for (const { at, glob, row, proofread } of places) {
    if (look.depth === 'contents') problems.push(...(await mistakes(tree, value, { at, proofread }, look)));
    const pattern = glob === undefined ? undefined : valueAt(value, glob);
    if (glob === undefined || typeof pattern !== 'string') continue;
    const files = await folder.glob(pattern, signal).catch(() => undefined);
    signal.throwIfAborted();
    // What is wrong with the pattern itself has been said.
    if (files === undefined) continue;
    if (files.length === 0) {
      problems.push({
        severity: 'warning',
        code: 'BOT1043',
        place: placeAt(tree, glob),
        summary: 'no file of the folder matches this pattern: nothing is read here',
        detail: `correct the pattern, or put documents where it looks: it is relative to the bot's folder`,
      });
      continue;
    }
    const paths = files.map(({ path }) => path);
    if (row !== undefined && look.depth === 'contents')
      problems.push(...(await columnProblems(tree, value, { row, paths }, look)));
  }
  return problems;
}

/** Patterns of tests that match no file, where the bot itself writes them: what a template says, its bots may leave empty. */
export async function testFileProblems(
  tree: Node,
  value: unknown,
  {
    tenantId,
    folder,
    signal,
  }: { readonly tenantId: string; readonly folder: TenantFolder; readonly signal: AbortSignal },
): Promise<readonly Problem[]> {
  const tests = mapOf(value)?.['tests'];
  const patterns = typeof tests === 'string' ? [tests] : Array.isArray(tests) ? tests : [];
  const problems: Problem[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const node = nodeAt(tree, typeof tests === 'string' ? ['tests'] : ['tests', index]);
    if (typeof pattern !== 'string' || node === undefined) continue;
    if (basename(dirname(node.place.source.path)) !== tenantId) continue;
    const files = await folder.glob(pattern, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (files === undefined || files.length > 0) continue;
    problems.push({
      severity: 'warning',
      code: 'BOT1043',
      place: node.place,
      summary: 'no file of the folder matches this pattern: nothing is tested',
      detail: `correct the pattern, or write tests there: it is relative to the bot's folder`,
    });
  }
  return problems;
}

async function columnProblems(
  tree: Node,
  value: unknown,
  { row, paths }: { readonly row: Path; readonly paths: readonly string[] },
  { folder, signal, columnsOf }: Parameters<typeof documentProblems>[3],
): Promise<readonly Problem[]> {
  const template = valueAt(value, row);
  const node = nodeAt(tree, row);
  if (typeof template !== 'string') return [];
  const wanted = namesWanted(template).filter(({ segments }) => typeof segments[0] === 'string');
  const problems: Problem[] = [];
  const said = new Set<string>();
  for (const path of paths) {
    const read = () => folder.read(path, { maxBytes: maxTableBytes }, signal);
    const columns = await columnsOf(path, read).catch(() => undefined);
    signal.throwIfAborted();
    for (const { segments, start } of columns === undefined ? [] : wanted) {
      const name = String(segments[0]);
      if (columns?.includes(name) || said.has(`${start}`)) continue;
      said.add(`${start}`);
      const suggestion = nearest(name, columns ?? []);
      const written = node?.kind === 'scalar' && node.value === template;
      problems.push({
        severity: 'warning',
        code: 'BOT1041',
        place: written ? placeInScalar(node, start, start + name.length) : placeAt(tree, row),
        summary: `${path} has no column "${name}": people would read a gap`,
        detail: `correct the name; its columns are ${columns?.slice(0, 20).join(', ')}`,
        ...(suggestion === undefined ? {} : { suggestion }),
      });
    }
  }
  return problems;
}

/** What the source itself finds wrong with its settings and files. */
async function mistakes(
  tree: Node,
  value: unknown,
  { at, proofread }: Pick<DocumentPlace, 'at' | 'proofread'>,
  { folder, signal }: Parameters<typeof documentProblems>[3],
): Promise<readonly Problem[]> {
  const config = valueAt(value, at) ?? {};
  const found = await proofread?.(config as never, folder, signal).catch(() => undefined);
  signal.throwIfAborted();
  return (found ?? []).map(({ at: within, what, remedy }) => ({
    severity: 'warning',
    code: 'BOT1047',
    place: placeAt(tree, [...at, ...within]),
    summary: what,
    detail: remedy,
  }));
}

/** Where a source looks for documents, and what it can tell of them. `at` is the path of its `with`, `refused` what is wrong there. */
export function documentPlacesOf(
  { kind, schema, proofread }: Pick<Plugin, 'kind' | 'schema' | 'proofread'>,
  at: Path,
  refused: readonly Problem[],
): readonly DocumentPlace[] {
  if (kind !== 'source') return [];
  const properties = Object.entries(mapOf(mapOf(schema)?.['properties']) ?? {});
  const pathOf = (what: string, told: string): Path | undefined => {
    const name = properties.find(([, field]) => mapOf(field)?.[what] === told)?.[0];
    return name === undefined ? undefined : [...at, name];
  };
  const glob = pathOf('format', 'folder-glob');
  const row = pathOf('template', 'row');
  return [{ at, glob, row, proofread: refused.length === 0 ? proofread : undefined }];
}
