import { relative } from 'node:path';
import { Document, isCollection, isMap, isPair, isScalar, isSeq, type Node } from 'yaml';
import type { LoadedDefinition } from '../../config/definition-loader.ts';
import { chooseTenant } from '../choose-tenants.ts';
import { openDeployment, openLoader } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { showErrors } from '../show-diagnostics.ts';

interface ConfigOptions {
  readonly origin?: true;
  readonly json?: true;
}

export function addConfig({ program, act }: Registry): void {
  program
    .command('config')
    .description('print the effective definition of a bot, secrets masked')
    .argument('<tenant>', 'the bot')
    .option('--origin', 'say of every value which file and line it comes from')
    .option('--json', 'print JSON instead of YAML')
    .action(act(config));
}

async function config(shell: Shell, named: string, options: ConfigOptions): Outcome {
  const deployment = await openDeployment(shell);
  const { loader } = await openLoader(deployment, shell);
  const tenantId = await chooseTenant(named, loader, shell);
  const loaded = await loader.load(tenantId, shell.terminal.signal);
  await showErrors(loaded.diagnostics, shell);
  const effective = inOrder(masked(loaded.canonical, loaded.bot?.secretValues ?? []));
  if (options.json) {
    const origins = options.origin ? originsOf(effective, loaded, shell) : undefined;
    shell.print(JSON.stringify(origins === undefined ? effective : { definition: effective, origins }, undefined, 2));
  } else {
    const document = new Document(effective);
    if (options.origin) annotate(document.contents, [], loaded, shell);
    shell.terminal.stdout.write(document.toString({ lineWidth: 0 }));
  }
  return loaded.bot === undefined ? exitCodes.invalid : exitCodes.ok;
}

type Path = readonly (string | number)[];

/** Comments behind every value that was written somewhere; what has no place is a default. */
function annotate(node: unknown, path: Path, loaded: LoadedDefinition, shell: Shell): void {
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isPair(pair))
        annotate(pair.value, [...path, String(isScalar(pair.key) ? pair.key.value : pair.key)], loaded, shell);
    }
  } else if (isSeq(node) && !node.items.every(isScalar)) {
    node.items.forEach((item, index) => {
      annotate(item, [...path, index], loaded, shell);
    });
  } else if (isScalar(node) || isCollection(node)) {
    if (isCollection(node)) node.flow = true;
    (node as Node).comment = ` ${placeOf(path, loaded, shell)}`;
  }
}

function placeOf(path: Path, loaded: LoadedDefinition, shell: Shell): string {
  const origin = loaded.origin(path);
  if (origin === undefined || isDefault(path, loaded)) return 'default';
  const file = relative(shell.terminal.workingDirectory, shell.path(origin.file));
  return `${file.startsWith('..') ? origin.file : file}:${origin.line}:${origin.column}`;
}

/** The loader names the nearest place; where that is the place of the whole section, the value itself was not written. */
function isDefault(path: Path, loaded: LoadedDefinition): boolean {
  const samePlace = (a: Path, b: Path) => {
    const [one, other] = [loaded.origin(a), loaded.origin(b)];
    return one?.file === other?.file && one?.line === other?.line && one?.column === other?.column;
  };
  if (!samePlace(path, path.slice(0, -1))) return false;
  // A text that was written as one string became a map by language.
  const isText = loaded.bot?.languages.supported.includes(String(path.at(-1))) === true;
  return !isText || samePlace(path.slice(0, -1), path.slice(0, -2));
}

/** As in the guide, whatever the order in which templates and the bot wrote it. */
const sections = [
  ...['polyphon', 'name', 'extends', 'labels', 'timezone', 'languages', 'vars', 'llm', 'prompts', 'voices'],
  ...['knowledge', 'retrieval', 'tools', 'channels', 'session', 'hours', 'handoff', 'escalation', 'guardrails'],
  ...['limits', 'events', 'tests'],
];

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const rank = (key: string) => (sections.includes(key) ? sections.indexOf(key) : sections.length);
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => rank(a) - rank(b)));
}

function originsOf(value: unknown, loaded: LoadedDefinition, shell: Shell, path: Path = []): Record<string, string> {
  if (typeof value !== 'object' || value === null) return { [path.join('.')]: placeOf(path, loaded, shell) };
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return Object.assign({}, ...entries.map(([key, inner]) => originsOf(inner, loaded, shell, [...path, key])));
}

/** The loader keeps `${secret:…}` as it was written; a value that became part of a text all the same is blacked out. */
function masked(value: unknown, secretValues: readonly string[]): unknown {
  if (typeof value === 'string')
    return secretValues.reduce((text, secret) => (secret === '' ? text : text.replaceAll(secret, '********')), value);
  if (Array.isArray(value)) return value.map((inner) => masked(inner, secretValues));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner, secretValues)]));
}
