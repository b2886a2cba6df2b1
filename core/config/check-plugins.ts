import { type Plugin, PolyphonError } from '../contract/index.ts';
import type { Interpolated } from './interpolate.ts';
import { nearest } from './nearest.ts';
import type { PluginCatalogue } from './plugin-catalogue.ts';
import { disabledChannels, type PluginPlace, pluginPlaces, putAt, startsWith, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { type Subject, schemaProblems } from './schema-problems.ts';
import { type Node, type Path, placeAt } from './tree.ts';
import { pluginValidatorFor } from './validators.ts';

export interface CheckedPlugins {
  readonly problems: readonly Problem[];
  /** Fields that the plugins' schemas mark secret. */
  readonly secrets: readonly Path[];
  /** Channels that are off and cannot be checked: a plugin or a secret is missing. Their `with` stays as written. */
  readonly raw: ReadonlySet<string>;
}

/** What a plugin is called in a sentence. */
const kindNames: Readonly<Record<PluginPlace['kind'], string>> = {
  channel: 'channel',
  model: 'model',
  embedding: 'embedding',
  retrieval: 'retrieval',
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
  const problems: Problem[] = [];
  const secrets: Path[] = [];
  const raw = new Set<string>();
  const { value, canonical } = interpolated;
  const off = disabledChannels(value);
  const isOff = (path: Path) => path[0] === 'channels' && off.has(String(path[1]));

  for (const { path } of interpolated.problems) if (isOff(path)) raw.add(String(path[1]));
  for (const place of pluginPlaces(value)) {
    const { kind, path } = place;
    const use = String(valueAt(value, [...path, 'use']));
    if (subject.unresolved([...path, 'use'])) continue;
    const found = await findPlugin(place, use, catalogue);
    if ('problem' in found) {
      const severity = isOff(path) ? 'warning' : 'error';
      problems.push({ severity, place: placeAt(tree, [...path, 'use']), ...found.problem });
      if (severity === 'warning') raw.add(String(path[1]));
      continue;
    }
    if (isOff(path) && raw.has(String(path[1]))) continue;
    const config = valueAt(value, [...path, 'with']) ?? {};
    if (typeof config !== 'object' || Array.isArray(config)) continue;
    let validation: ReturnType<ReturnType<typeof pluginValidatorFor>>;
    try {
      validation = pluginValidatorFor(found.plugin.schema)(config);
    } catch {
      problems.push({
        severity: 'error',
        code: 'BOT1028',
        place: placeAt(tree, [...path, 'use']),
        summary: `the schema of the ${kindNames[kind]} plugin "${use}" cannot be compiled`,
        detail: 'report it to the plugin’s author; `polyphon plugin check` shows the reason',
      });
      continue;
    }
    const at = [...path, 'with'];
    const marked = validation.marks.secrets.map((secret) => [...at, ...secret]);
    secrets.push(...marked);
    problems.push(...schemaProblems(validation.errors, { tree, at, unresolved: subject.unresolved, secrets: marked }));
    putAt(value, at, config);
  }
  for (const key of raw) {
    for (const place of pluginPlaces(value)) {
      if (!startsWith(place.path, ['channels', key])) continue;
      const at = [...place.path, 'with'];
      putAt(value, at, valueAt(canonical, at) ?? {});
    }
  }
  return { problems, secrets, raw };
}

async function findPlugin(
  { kind }: PluginPlace,
  use: string,
  catalogue: PluginCatalogue,
): Promise<{ readonly plugin: Plugin } | { readonly problem: Omit<Problem, 'severity' | 'place'> }> {
  try {
    const plugin = await catalogue.find(kind, use);
    if (plugin !== undefined) return { plugin };
  } catch (error) {
    if (!(error instanceof PolyphonError)) throw error;
    return {
      problem: {
        code: 'BOT1028',
        summary: `the ${kindNames[kind]} plugin "${use}" cannot be used`,
        detail: error.message,
      },
    };
  }
  const installed = catalogue.names(kind);
  const suggestion = nearest(use, installed);
  return {
    problem: {
      code: 'BOT1027',
      summary: `no ${kindNames[kind]} plugin is named "${use}"`,
      detail: `install its package and list it under \`plugins:\` in config/polyphon.yaml, or correct the name; installed: ${installed.join(', ') || 'none'}`,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  };
}
