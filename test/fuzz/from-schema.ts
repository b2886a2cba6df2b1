import type { Chance } from './chance.ts';
import { type Json, oddNumber, oddText } from './odd-values.ts';

/** As far as OpenAPI documents of messengers use it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const maxDepth = 12;

/** A value that the schema describes, at the edges of what it allows. */
export function fromSchema(schema: Schema, schemas: Readonly<Record<string, Schema>>, chance: Chance, depth = 0): Json {
  const go = (part: Schema): Json => fromSchema(part, schemas, chance, depth + 1);
  if (depth > maxDepth) return null;
  if (schema.$ref !== undefined) return go(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined && chance.happens(0.95)) return chance.one(schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined && choices.length > 0) return go(chance.one(choices));
  const own = schema.properties === undefined ? {} : objectOf(schema, go, chance);
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map(go), own) as Json;
  if (schema.properties !== undefined) return own;
  const type = typeof schema.type === 'string' || schema.type === undefined ? schema.type : chance.one(schema.type);
  switch (type) {
    case 'array':
      return [...chance.times(3, () => go(schema.items ?? {}))];
    case 'integer':
    case 'number':
      return chance.happens(0.4) ? oddNumber(chance) : chance.below(2_000_000_000);
    case 'boolean':
      return chance.happens(0.5);
    case 'object':
      return {};
    default:
      return chance.happens(0.4)
        ? oddText(chance)
        : chance.one(['Hello', '16505551234', '1749416383', 'wamid.x', 'image/png', '1003383421387256']);
  }
}

function objectOf(
  { properties = {}, required = [] }: Schema,
  go: (part: Schema) => Json,
  chance: Chance,
): { [name: string]: Json } {
  const kept = Object.entries(properties).filter(([name]) => chance.happens(required.includes(name) ? 0.97 : 0.5));
  return Object.fromEntries(kept.map(([name, schema]) => [name, go(schema)]));
}
