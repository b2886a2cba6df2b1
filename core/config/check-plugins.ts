import { type Plugin, PolyphonError } from '../contract/index.ts';
import { type DocumentPlace, documentPlacesOf } from './document-problems.ts';
import type { Interpolated } from './interpolate.ts';
import { nearest } from './nearest.ts';
import type { PluginCatalogue } from './plugin-catalogue.ts';
import { disabledChannels, mapOf, type PluginPlace, pluginPlaces, putAt, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import type { Subject } from './schema-finding.ts';
import { schemaProblems } from './schema-problems.ts';
import { type Node, type Path, placeAt } from './tree.ts';
import { validateWithReferences } from './validate-with-references.ts';
import { pluginValidatorFor, type Validation } from './validators.ts';

export interface CheckedPlugins {
  readonly problems: readonly Problem[];
  /** Fields that the plugins' schemas mark secret. */
  readonly secrets: readonly Path[];
  /** Templates in the plugins' settings. */
  readonly templates: readonly Path[];
  /** Where the sources look for documents. */
  readonly documents: readonly DocumentPlace[];
  /** Channels that are off and cannot be checked: a plugin or a secret is missing. Their `with` stays as written. */
  readonly raw: ReadonlySet<string>;
  /** Keys of the plugin used at a path. */
  keysAt(path: Path): readonly string[];
}

/** What a plugin is called in a sentence. */
const kindNames: Readonly<Record<PluginPlace['kind'], string>> = {
  channel: 'channel',
  model: 'model',
  embedding: 'embedding',
  retrieval: 'retrieval',
  reranker: 'reranker',
  source: 'source',
  speechToText: 'speech-to-text',
  textToSpeech: 'text-to-speech',
  tool: 'tool',
};

/** Checks every `with:` against its plugin's schema and fills in the plugin's defaults, in place. */
export async function checkPlugins(
  tree: Node,
  interpolated: Interpolated,
  subject: Pick<Subject, 'unresolved'>,
  catalogue: PluginCatalogue,
): Promise<CheckedPlugins> {
  const { value, canonical } = interpolated;
  const off = disabledChannels(value);
  const channelOff = (path: Path) => (path[0] === 'channels' && off.has(String(path[1])) ? String(path[1]) : undefined);
  const problems: Problem[] = [];
  const found: { readonly place: PluginPlace; readonly plugin: Plugin }[] = [];
  const withoutPlugin = new Set<string>();
  const raw = new Set(interpolated.problems.map(({ path }) => channelOff(path)).filter((key) => key !== undefined));
  for (const place of pluginPlaces(value)) {
    const { path } = place;
    const key = channelOff(path);
    if (subject.unresolved([...path, 'use']) || withoutPlugin.has(key ?? '')) continue;
    const looked = await findPlugin(place, String(valueAt(value, [...path, 'use'])), catalogue);
    if ('plugin' in looked) {
      found.push({ place, plugin: looked.plugin });
      continue;
    }
    if (key === undefined) {
      problems.push({ place: placeAt(tree, [...path, 'use']), ...looked.problem });
      continue;
    }
    // A channel may be written before its plugin is installed, as long as it is off.
    raw.add(key);
    if (path.length === 2) withoutPlugin.add(key);
  }

  const secrets: Path[] = [];
  const templates: Path[] = [];
  const documents: DocumentPlace[] = [];
  const keys = new Map<string, readonly string[]>();
  for (const { place, plugin } of found) {
    keys.set(place.path.join('\0'), Object.keys((plugin.schema as { readonly properties?: object }).properties ?? {}));
    if (raw.has(channelOff(place.path) ?? '')) continue;
    const checked = checkConfig(tree, value, place, plugin, subject);
    problems.push(...checked.problems);
    secrets.push(...checked.secrets);
    templates.push(...checked.templates);
    documents.push(...documentPlacesOf(plugin, [...place.path, 'with'], checked.problems));
  }
  for (const { path } of pluginPlaces(value)) {
    if (!raw.has(channelOff(path) ?? '')) continue;
    putAt(value, [...path, 'with'], valueAt(canonical, [...path, 'with']) ?? {});
  }
  return { problems, secrets, templates, documents, raw, keysAt: (path) => keys.get(path.join('\0')) ?? [] };
}

function checkConfig(
  tree: Node,
  value: unknown,
  { kind, path }: PluginPlace,
  plugin: Plugin,
  subject: Pick<Subject, 'unresolved'>,
): Pick<CheckedPlugins, 'problems' | 'secrets' | 'templates'> {
  const at = [...path, 'with'];
  const config = valueAt(value, at) ?? {};
  // The definition's own schema has said that this is no map.
  if (mapOf(config) === undefined) return { problems: [], secrets: [], templates: [] };
  let validation: Validation;
  try {
    validation = validateWithReferences(pluginValidatorFor(plugin.schema), tree, at, config);
  } catch {
    const problem: Problem = {
      severity: 'error',
      code: 'BOT1028',
      place: placeAt(tree, [...path, 'use']),
      summary: `the schema of the ${kindNames[kind]} plugin "${plugin.name}" cannot be compiled`,
      detail: 'report it to the author of the plugin; `polyphon plugin check` shows the reason',
    };
    return { problems: [problem], secrets: [], templates: [] };
  }
  putAt(value, at, config);
  const secrets = validation.marks.secrets.map((secret) => [...at, ...secret]);
  return {
    problems: schemaProblems(validation.errors, { tree, at, unresolved: subject.unresolved, secrets }),
    secrets,
    templates: validation.marks.templates.map((template) => [...at, ...template]),
  };
}

async function findPlugin(
  { kind }: PluginPlace,
  use: string,
  catalogue: PluginCatalogue,
): Promise<{ readonly plugin: Plugin } | { readonly problem: Omit<Problem, 'place'> }> {
  try {
    const plugin = await catalogue.find(kind, use);
    if (plugin !== undefined) return { plugin };
  } catch (error) {
    // A module that throws while it is imported is its author's mistake, and this bot's alone.
    const detail =
      error instanceof PolyphonError
        ? error.message
        : 'its module throws when it is imported; `polyphon plugin check` shows why';
    return {
      problem: {
        severity: 'error',
        code: 'BOT1028',
        summary: `the ${kindNames[kind]} plugin "${use}" cannot be used`,
        detail,
      },
    };
  }
  const installed = catalogue.names(kind);
  const suggestion = nearest(use, installed);
  return {
    problem: {
      severity: 'error',
      code: 'BOT1027',
      summary: `no ${kindNames[kind]} plugin is named "${use}"`,
      detail: `install its package and list it under \`plugins:\` in config/polyphon.yaml, or correct the name; installed: ${installed.join(', ') || 'none'}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  };
}
