import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PluginCatalogue } from '../config/plugin-catalogue.ts';
import { type Plugin, type PluginKind, type PluginManifest, PolyphonError } from '../contract/index.ts';

/** The contract version this kernel speaks. */
const contractVersion = 1;

const folders: Readonly<Record<string, readonly PluginKind[]>> = {
  channels: ['channel'],
  models: ['model'],
  embeddings: ['embedding'],
  retrieval: ['retrieval'],
  rerankers: ['reranker'],
  sources: ['source'],
  speech: ['speechToText', 'textToSpeech'],
  tools: ['tool'],
};
const kinds: ReadonlySet<string> = new Set(Object.values(folders).flat());

interface Found {
  /** Where the plugin comes from, for messages: `built-in` or the package's name. */
  readonly origin: string;
  load(): Promise<unknown>;
}

/**
 * Built-in plugins by folder, outside ones by the package names the deployment lists. Nothing is imported until it is asked
 * for, and no name is ever taken for a path.
 * @throws PolyphonError PLG2001 for a listed package that is not installed, PLG2002, PLG2003 for one that is no plugin.
 */
export async function findPlugins(options: {
  readonly packages: readonly string[];
  /** Outside packages resolve from here, as `import` in a file of this folder would. */
  readonly projectDirectory: string;
}): Promise<PluginCatalogue> {
  const found = new Map<string, Found>();
  const extension = extname(fileURLToPath(import.meta.url));
  const builtIn = new URL('../../plugins/', import.meta.url);
  for (const [folder, folderKinds] of Object.entries(folders)) {
    for (const name of await directoriesIn(new URL(`${folder}/`, builtIn))) {
      const module = new URL(`${folder}/${name}/plugin${extension}`, builtIn);
      if (!existsSync(module)) continue;
      for (const kind of folderKinds)
        found.set(`${kind}:${name}`, { origin: 'built-in', load: () => import(module.href) });
    }
  }
  for (const name of options.packages) {
    const { manifest, entry } = await readManifest(name, options.projectDirectory);
    found.set(`${manifest.kind}:${manifest.name}`, { origin: name, load: () => import(pathToFileURL(entry).href) });
  }

  const loaded = new Map<string, Promise<Plugin | undefined>>();
  return {
    names: (kind) =>
      [...found.keys()]
        .filter((id) => id.startsWith(`${kind}:`))
        .map((id) => id.slice(kind.length + 1))
        .sort(),
    find: (kind, name) => {
      const id = `${kind}:${name}`;
      let plugin = loaded.get(id);
      if (plugin === undefined) {
        const place = found.get(id);
        plugin = place === undefined ? Promise.resolve(undefined) : load(place, kind, name);
        loaded.set(id, plugin);
      }
      return plugin;
    },
  };
}

async function load(place: Found, kind: PluginKind, name: string): Promise<Plugin | undefined> {
  const module = (await place.load()) as { readonly plugin?: Partial<Plugin> };
  const plugin = module.plugin;
  const at = `Plugin '${name}' (${place.origin})`;
  if (
    typeof plugin !== 'object' ||
    plugin === null ||
    typeof plugin.open !== 'function' ||
    typeof plugin.schema !== 'object'
  ) {
    throw new PolyphonError(
      'PLG2003',
      `${at}: the module does not export \`plugin\` with \`schema\` and \`open\`. Export one, as plugins/README.md shows.`,
    );
  }
  if (plugin.contract !== contractVersion) {
    throw new PolyphonError(
      'PLG2002',
      `${at}: it was written for contract ${String(plugin.contract)}, and this kernel speaks contract ${contractVersion}. Install a version of the plugin for contract ${contractVersion}.`,
    );
  }
  if (plugin.kind !== kind) return undefined;
  if (plugin.name !== name) {
    throw new PolyphonError(
      'PLG2003',
      `${at}: it calls itself '${String(plugin.name)}'. Folder or package manifest, \`name\` and \`use:\` must be one word.`,
    );
  }
  return plugin as Plugin;
}

async function directoriesIn(url: URL): Promise<readonly string[]> {
  try {
    const entries = await readdir(url, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readManifest(
  name: string,
  projectDirectory: string,
): Promise<{ manifest: PluginManifest; entry: string }> {
  const file = await findPackageFile(name, projectDirectory);
  if (file === undefined) {
    throw new PolyphonError(
      'PLG2001',
      `config plugins: no package '${name}' is installed in ${projectDirectory}. Run \`npm install ${name}\`, or take it off the list.`,
      { data: { package: name } },
    );
  }
  const description = JSON.parse(await readFile(file, 'utf8')) as {
    polyphon?: Partial<PluginManifest>;
    exports?: unknown;
    main?: string;
  };
  const manifest = description.polyphon;
  if (manifest === undefined || !kinds.has(String(manifest.kind)) || typeof manifest.name !== 'string') {
    throw new PolyphonError(
      'PLG2003',
      `Package '${name}': its package.json has no \`polyphon\` field with \`kind\` (${[...kinds].join(', ')}) and \`name\`. Ask its author, or take it off the list.`,
      { data: { package: name } },
    );
  }
  if (manifest.contract !== contractVersion) {
    throw new PolyphonError(
      'PLG2002',
      `Package '${name}': it was written for contract ${String(manifest.contract)}, and this kernel speaks contract ${contractVersion}. Install a version for contract ${contractVersion}.`,
      { data: { package: name } },
    );
  }
  return { manifest: manifest as PluginManifest, entry: resolveEntry(name, file, description) };
}

async function findPackageFile(name: string, projectDirectory: string): Promise<string | undefined> {
  for (let directory = projectDirectory; ; directory = dirname(directory)) {
    const file = join(directory, 'node_modules', name, 'package.json');
    try {
      await readFile(file);
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ENOTDIR')
        throw error;
    }
    if (dirname(directory) === directory) return undefined;
  }
}

/** `require.resolve` refuses a package that exports only under `import`, which an ES module rightly may. */
function resolveEntry(name: string, packageFile: string, description: { exports?: unknown; main?: string }): string {
  try {
    return createRequire(packageFile).resolve(name);
  } catch {
    const root = (description.exports as Record<string, unknown> | undefined)?.['.'] ?? description.exports;
    const entry = typeof root === 'string' ? root : (root as { import?: unknown } | undefined)?.import;
    return join(dirname(packageFile), typeof entry === 'string' ? entry : (description.main ?? 'index.js'));
  }
}
