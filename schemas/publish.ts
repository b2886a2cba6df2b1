import type { PluginKind } from '../core/contract/index.ts';
import { unitForms } from './unit-forms.ts';
import type { Unit } from './vocabulary.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A value that is filled in later may stand where a number, a choice or a form is asked for. */
const reference = { type: 'string', pattern: '\\$\\{(env|secret|file):' };

/** Formats of ours as patterns, because editors do not know them. */
const formatPatterns: Readonly<Record<string, string>> = {
  clock: '^\\d{1,2}:\\d{2}$',
  interval: '^\\d{1,2}:\\d{2}\\s?[-–]\\s?\\d{1,2}:\\d{2}$',
  day: '^\\d{4}-\\d{2}-\\d{2}$',
};
const ownFormats: ReadonlySet<string> = new Set([
  'clock',
  'interval',
  'day',
  'folder-glob',
  're2',
  'timezone',
  'cron',
  'network',
]);

/**
 * A schema of ours as editors understand it: our keywords become standard ones, references are allowed wherever a form is asked
 * for, keys with a default are not required, and `with` follows from `use`.
 */
export function publish(schema: object, plugins: ReadonlyMap<PluginKind, ReadonlyMap<string, object>>): object {
  const definitions: Record<string, unknown> = {};
  for (const [kind, schemas] of plugins) {
    for (const [name, each] of schemas) definitions[`${kind}.${name}`] = transform(each as Schema, undefined);
  }
  const names = new Map([...plugins].map(([kind, schemas]) => [kind, [...schemas.keys()]]));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...(transform(schema as Schema, names) as object),
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
  };
}

function transform(schema: unknown, plugins: ReadonlyMap<PluginKind, readonly string[]> | undefined): unknown {
  if (Array.isArray(schema)) return schema.map((each) => transform(each, plugins));
  if (typeof schema !== 'object' || schema === null) return schema;
  const {
    unit,
    aboveZero,
    secret,
    text,
    template,
    known,
    plugin,
    format,
    required,
    default: fallback,
    ...rest
  } = schema as Schema;
  const published: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest)) {
    const map = key === 'properties' || key === 'patternProperties' || key === '$defs';
    const opaque = key === 'const' || key === 'enum' || key === 'examples' || key === 'type';
    published[key] = opaque ? value : map ? transformMap(value as Schema, plugins) : transform(value, plugins);
  }
  if (published['additionalProperties'] === false) {
    published['patternProperties'] = { '^x-': true, ...(published['patternProperties'] as object | undefined) };
  }
  if (fallback !== undefined) published['default'] = fallback;
  if (typeof unit === 'string') published['pattern'] = publishedForm(unit as Unit, aboveZero);
  if (typeof format === 'string' && !ownFormats.has(format)) published['format'] = format;
  const pattern = typeof format === 'string' ? formatPatterns[format] : undefined;
  if (pattern !== undefined) published['pattern'] = pattern;
  const missing = requiredWithoutDefault(required, rest['properties']);
  if (missing.length > 0) published['required'] = missing;
  if (typeof plugin === 'string' && plugins !== undefined) addPlugins(published, plugin as PluginKind, plugins);
  return orReference(published);
}

function publishedForm(unit: Unit, aboveZero: unknown): string {
  const { pattern } = unitForms[unit];
  return aboveZero === true ? pattern.replace('^', '^(?=.*[1-9])') : pattern;
}

function transformMap(map: Schema, plugins: ReadonlyMap<PluginKind, readonly string[]> | undefined): Schema {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, transform(value, plugins)]));
}

function requiredWithoutDefault(required: unknown, properties: unknown): readonly string[] {
  const fields = (properties ?? {}) as Readonly<Record<string, { readonly default?: unknown } | undefined>>;
  return Array.isArray(required) ? required.filter((key: string) => fields[key]?.default === undefined) : [];
}

/** Numbers, yes and no, and texts of a form may come from a reference; free text may anyway. */
function orReference(schema: Record<string, unknown>): unknown {
  const { type, description, default: fallback, ...form } = schema;
  const typed =
    type === 'number' || type === 'integer' || type === 'boolean' || (type === 'string' && 'pattern' in form);
  if (!typed) return schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [{ type, ...form }, reference],
  };
}

function addPlugins(
  published: Record<string, unknown>,
  kind: PluginKind,
  plugins: ReadonlyMap<PluginKind, readonly string[]>,
): void {
  const names = plugins.get(kind) ?? [];
  const properties = published['properties'] as Record<string, Schema>;
  const { type, ...use } = properties['use'] ?? {};
  if (names.length === 0) return;
  properties['use'] = { ...use, anyOf: [{ enum: names }, { type }] };
  const fallback = use['default'];
  published['allOf'] = names.map((name) => ({
    // Without `use`, the default plugin is meant.
    if: { properties: { use: { const: name } }, ...(name === fallback ? {} : { required: ['use'] }) },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { properties: { with: { $ref: `#/$defs/${kind}.${name}` } } },
  }));
}
