import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Plugin, type PluginManifest, PolyphonError } from '../../contract/index.ts';
import { pluginKinds } from '../../contract/plugin.ts';
import { type Finding, fail, fine, warn } from '../checks/finding.ts';
import { exitCodes } from '../exit-code.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { addPluginNew } from './plugin-new.ts';

export function addPlugin(registry: Registry): void {
  const plugin = registry.program.command('plugin').description('for authors of plugins').helpCommand(false);
  addPluginNew(plugin, registry);
  plugin
    .command('check')
    .description('check the package of a plugin before it is published')
    .argument('<path>', 'folder of the package')
    .option('--json', 'print JSON')
    .action(registry.act(check));
}

async function check(shell: Shell, path: string, options: { readonly json?: true }): Outcome {
  const findings = await checkPackage(shell.path(path));
  if (options.json)
    shell.print(
      JSON.stringify({ formatVersion: 1, ok: findings.every((one) => one.level !== 'fail'), findings }, undefined, 2),
    );
  else {
    const { ink } = shell;
    const signs = { ok: ink.green('ok  '), warn: ink.yellow('warn'), fail: ink.red('fail') };
    for (const { level, topic, fact, next } of findings)
      shell.print(
        `${signs[level]}  ${ink.bold(topic)}: ${fact}${next === undefined ? '' : `\n      ${ink.dim('→')} ${next}`}`,
      );
  }
  return findings.some((one) => one.level === 'fail') ? exitCodes.failure : exitCodes.ok;
}

interface PackageFile {
  readonly name?: string;
  readonly type?: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly polyphon?: Partial<PluginManifest>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

async function checkPackage(folder: string): Promise<readonly Finding[]> {
  let description: PackageFile;
  try {
    description = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageFile;
  } catch (error) {
    throw new PolyphonError(
      'CLI9001',
      `${folder} has no package.json that can be read. Name the folder of the plugin's package.`,
      { cause: error },
    );
  }
  const findings: Finding[] = [...checkManifest(description)];
  const entry = entryOf(description);
  try {
    const module = (await import(pathToFileURL(join(folder, entry)).href)) as { readonly plugin?: Partial<Plugin> };
    findings.push(...checkObject(module.plugin, description.polyphon ?? {}));
  } catch (error) {
    findings.push(
      fail(
        'Module',
        `${entry} cannot be imported: ${error instanceof Error ? error.message : String(error)}`,
        (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
          String(error).includes('Cannot find package')
          ? 'Name it in `dependencies` of package.json and run `npm install` in the folder of the plugin.'
          : 'Build the package, and let `exports` in package.json name the built file.',
      ),
    );
  }
  return findings;
}

function checkManifest({ polyphon, type, peerDependencies, dependencies }: PackageFile): readonly Finding[] {
  const next = 'package.json needs `"polyphon": { "kind": "channel", "name": "my-plugin", "contract": 1 }`.';
  if (polyphon === undefined) return [fail('Manifest', 'package.json has no `polyphon` field', next)];
  const findings: Finding[] = [];
  if (!pluginKinds.some((kind) => kind === polyphon.kind))
    findings.push(
      fail('Manifest', `"${String(polyphon.kind)}" is no kind of plugin`, `It is one of: ${pluginKinds.join(', ')}.`),
    );
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(String(polyphon.name)))
    findings.push(
      fail('Manifest', `the name "${String(polyphon.name)}" is not small letters, digits and hyphens`, next),
    );
  if (polyphon.contract !== 1)
    findings.push(
      fail(
        'Manifest',
        `contract ${String(polyphon.contract)} is not spoken by this Polyphon`,
        'Write `"contract": 1`.',
      ),
    );
  if (type !== 'module')
    findings.push(warn('Manifest', 'the package is not of type module', 'Add `"type": "module"`.'));
  if (dependencies?.['polyphon'] !== undefined)
    findings.push(
      fail('Manifest', '`polyphon` is a dependency: two copies would be installed', 'Move it to `peerDependencies`.'),
    );
  else if (peerDependencies?.['polyphon'] === undefined)
    findings.push(
      warn('Manifest', '`polyphon` is not a peer dependency', 'Add `"peerDependencies": { "polyphon": ">=0.1.0" }`.'),
    );
  return findings.length === 0 ? [fine('Manifest', `${polyphon.kind} "${polyphon.name}"`)] : findings;
}

function checkObject(plugin: Partial<Plugin> | undefined, manifest: Partial<PluginManifest>): readonly Finding[] {
  if (plugin === undefined || plugin === null || typeof plugin !== 'object') {
    return [fail('Module', 'it does not export `plugin`', 'Write `export const plugin = { … } satisfies Plugin<…>`.')];
  }
  const findings: Finding[] = [];
  for (const key of ['kind', 'name', 'contract'] as const) {
    if (plugin[key] !== manifest[key])
      findings.push(
        fail(
          'Plugin',
          `its ${key} is "${String(plugin[key])}", and the manifest says "${String(manifest[key])}"`,
          'Write the same in both places.',
        ),
      );
  }
  if (typeof plugin.open !== 'function')
    findings.push(fail('Plugin', '`open` is not a function', 'It takes the context and gives the port.'));
  const schema = plugin.schema as
    | {
        readonly type?: unknown;
        readonly additionalProperties?: unknown;
        readonly properties?: Readonly<Record<string, { readonly secret?: unknown }>>;
      }
    | undefined;
  if (schema?.type !== 'object')
    findings.push(
      fail('Schema', 'it does not describe an object', 'Write `Type.Object({ … }, { additionalProperties: false })`.'),
    );
  else {
    if (schema.additionalProperties !== false)
      findings.push(
        fail(
          'Schema',
          'it takes unknown keys, so a mistyped one would go unseen',
          'Add `additionalProperties: false`.',
        ),
      );
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      if (/(token|secret|password|api_?key)$/i.test(name) && field.secret !== true)
        findings.push(
          warn(
            'Schema',
            `"${name}" looks like a secret and is not marked`,
            'Add `secret: true`: it is then masked, and refused in plain text.',
          ),
        );
    }
  }
  return findings.length === 0 ? [fine('Plugin', 'contract, schema and `open` are as they should be')] : findings;
}

function entryOf({ exports, main }: PackageFile): string {
  const root =
    typeof exports === 'object' && exports !== null ? ((exports as Record<string, unknown>)['.'] ?? exports) : exports;
  const pick = (value: unknown): string | undefined => {
    if (typeof value === 'string') return value;
    if (typeof value !== 'object' || value === null) return undefined;
    const conditions = value as Record<string, unknown>;
    return pick(conditions['import']) ?? pick(conditions['default']);
  };
  return pick(root) ?? main ?? 'index.js';
}
