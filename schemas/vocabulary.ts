import { type Static, type TProperties, type TSchema, type TSchemaOptions, Type } from 'typebox';

/** What a quantity in text form means; the keyword `unit` on a string schema checks it. */
export type Unit = 'duration' | 'rate' | 'size' | 'money';

/** Notes that no part of Polyphon reads. */
const notes = { '^x-': {} };

/** A map with known keys; `x-*` is free. */
export function section<Properties extends TProperties>(properties: Properties, options: TSchemaOptions = {}) {
  return Type.Object(properties, { additionalProperties: false, patternProperties: notes, ...options });
}

/** A map by the author's own ids. */
export function byId<Value extends TSchema>(value: Value, options: TSchemaOptions = {}) {
  return Type.Unsafe<Readonly<Record<string, Static<Value>>>>({
    type: 'object',
    patternProperties: { ...notes, '^(?!x-)[A-Za-z0-9][A-Za-z0-9_-]{0,62}$': value },
    additionalProperties: false,
    ...options,
  });
}

export function oneOf<const Values extends readonly string[]>(values: Values, options: TSchemaOptions = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options });
}

/** `aboveZero: true` refuses nothing at all, where that would stop the bot. */
export function quantity(unit: Unit, description: string, options: TSchemaOptions = {}) {
  return Type.String({ unit, description, ...options });
}

/** A text, a `.md` file of the folder, or a map by language. */
export type TextValue = string | Readonly<Record<string, string>>;
export function text(description: string) {
  return Type.Unsafe<TextValue>({
    type: ['string', 'object'],
    patternProperties: { ...notes, '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$': { type: 'string' } },
    additionalProperties: false,
    text: true,
    description,
  });
}

/** One entry of a list may stand without its brackets. */
export function listOrOne(description: string, options: TSchemaOptions = {}) {
  return Type.Unsafe<string | readonly string[]>({
    type: ['string', 'array'],
    items: { type: 'string' },
    description,
    ...options,
  });
}
