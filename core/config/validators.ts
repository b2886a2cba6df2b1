import { createRequire } from 'node:module';
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import type { Unit } from '../../schemas/vocabulary.ts';
import { expressionFault, isDay, isNetwork, isSchedule, isTimeZone, parseClock, parseInterval } from './formats.ts';
import { globFault } from './glob-pattern.ts';
import type { Path } from './tree.ts';
import { fitsUnit } from './units.ts';

/** What a pass over a value found besides errors, by the marks of the schema. */
export interface Marks {
  /** Fields with `secret: true`. */
  readonly secrets: Path[];
  /** Fields with `text: true`. */
  readonly texts: Path[];
  /** Fields with `template`: LiquidJS, filled in by the plugin. */
  readonly templates: Path[];
}

export interface Validation {
  readonly errors: readonly ErrorObject[];
  readonly marks: Marks;
}

/** Fills in defaults in place. */
export type Validator = (value: unknown) => Validation;

const options: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  allowUnionTypes: true,
  strictRequired: false,
  passContext: true,
  messages: false,
  logger: false,
};

/** For our own schemas: a mistake in one is a mistake of ours, so the strictest mode. */
const own = prepare(new Ajv({ ...options, strict: true, strictTypes: false }));
/** For plugins' schemas: a keyword we do not know must not silence a bot. */
let foreign: Ajv | undefined;

const compiled = new WeakMap<object, Validator>();

/** Compiled once a schema, however many bots there are. */
export function validatorFor(schema: object): Validator {
  return memoized(schema, () => own.compile(schema));
}

/**
 * A validator for a plugin's `with:`; `x-*` is free everywhere.
 * @throws Error when the schema cannot be compiled.
 */
export function pluginValidatorFor(schema: object): Validator {
  return memoized(schema, () => {
    if (foreign === undefined) {
      foreign = prepare(new Ajv({ ...options, strict: false }));
      // CommonJS with a default export that Node and TypeScript see differently.
      const addFormats = createRequire(import.meta.url)('ajv-formats') as (ajv: Ajv) => void;
      addFormats(foreign);
      addOwnFormats(foreign);
    }
    return foreign.compile(freeNotes(schema) as object);
  });
}

function memoized(schema: object, compile: () => ValidateFunction): Validator {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const validate = compile();
  const validator: Validator = (value) => {
    const marks: Marks = { secrets: [], texts: [], templates: [] };
    const valid = validate.call(marks, value);
    return { errors: valid ? [] : [...(validate.errors ?? [])], marks };
  };
  compiled.set(schema, validator);
  return validator;
}

function prepare(ajv: Ajv): Ajv {
  const mark = (list: keyof Marks) =>
    function collect(
      this: Ajv | Marks,
      on: boolean | string,
      _data: unknown,
      _schema: unknown,
      at?: { instancePath: string },
    ) {
      const marks = this as Marks;
      if (on !== false && at !== undefined && list in marks) marks[list].push(parsePointer(at.instancePath));
      return true;
    };
  ajv.addKeyword({ keyword: 'secret', schemaType: 'boolean', validate: mark('secrets'), errors: false });
  ajv.addKeyword({ keyword: 'template', schemaType: 'string', validate: mark('templates'), errors: false });
  ajv.addKeyword({ keyword: 'text', schemaType: 'boolean', validate: mark('texts'), errors: false });
  ajv.addKeyword({
    keyword: 'unit',
    type: 'string',
    schemaType: 'string',
    validate: (unit: Unit, data: string) => fitsUnit(unit, data),
    errors: false,
  });
  ajv.addKeyword({
    keyword: 'aboveZero',
    type: 'string',
    schemaType: 'boolean',
    // What is malformed is `unit`'s to say.
    validate: (on: boolean, data: string) => !on || !/^\d/.test(data) || Number.parseFloat(data) > 0,
    errors: false,
  });
  // For `AccountClaims`, which looks at all definitions.
  ajv.addKeyword({ keyword: 'exclusive', schemaType: 'boolean' });
  ajv.addKeyword({ keyword: 'known', schemaType: 'array' });
  ajv.addKeyword({ keyword: 'plugin', schemaType: 'string' });
  addOwnFormats(ajv);
  return ajv;
}

function addOwnFormats(ajv: Ajv): void {
  ajv.addFormat('clock', (text: string) => parseClock(text) !== undefined);
  ajv.addFormat('interval', (text: string) => parseInterval(text) !== undefined);
  ajv.addFormat('day', isDay);
  ajv.addFormat('timezone', isTimeZone);
  ajv.addFormat('cron', isSchedule);
  ajv.addFormat('network', isNetwork);
  ajv.addFormat('folder-glob', (text: string) => globFault(text) === undefined);
  ajv.addFormat('re2', (text: string) => expressionFault(text) === undefined);
}

/** The schema with `x-*` allowed wherever unknown keys are refused. */
function freeNotes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(freeNotes);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    const opaque = key === 'default' || key === 'const' || key === 'enum' || key === 'examples';
    copy[key] = opaque ? value : freeNotes(value);
  }
  if (copy['additionalProperties'] === false) {
    copy['patternProperties'] = { '^x-': {}, ...(copy['patternProperties'] as object | undefined) };
  }
  return copy;
}

export function parsePointer(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
