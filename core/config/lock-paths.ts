import { botSchema } from '../../schemas/bot.ts';
import { mapOf } from './plugin-uses.ts';

/** The first part of a locked path that the language has no place for, and what it has there; undefined for a path that can exist. */
export function unknownPart(
  path: readonly string[],
): { readonly part: string; readonly known: readonly string[] } | undefined {
  let schema: unknown = botSchema;
  for (const part of path) {
    const properties = mapOf(mapOf(schema)?.['properties']);
    const patterns = mapOf(mapOf(schema)?.['patternProperties']);
    // What a plugin says of its own settings is not known here.
    if (properties === undefined && patterns === undefined) return undefined;
    const matching = Object.keys(patterns ?? {}).find((pattern) => new RegExp(pattern).test(part));
    const next = properties !== undefined && Object.hasOwn(properties, part) ? properties[part] : undefined;
    if (next === undefined && matching === undefined) return { part, known: Object.keys(properties ?? {}) };
    schema = next ?? patterns?.[matching ?? ''];
  }
  return undefined;
}
