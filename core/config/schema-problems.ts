import type { ErrorObject } from 'ajv';
import { unitForms } from '../../schemas/unit-forms.ts';
import type { Unit } from '../../schemas/vocabulary.ts';
import { formHint } from './form-hint.ts';
import { expressionFault } from './formats.ts';
import { globFault } from './glob-pattern.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problems.ts';
import { mayRefer } from './references.ts';
import type { Place } from './source-text.ts';
import { keyPlaceAt, type Node, nodeAt, type Path, placeAt } from './tree.ts';
import { reduceUnions } from './union-errors.ts';
import { likelyUnit } from './units.ts';
import { parsePointer } from './validators.ts';

/** Where a checked value stands in the definition. */
export interface Subject {
  readonly tree: Node;
  readonly at: Path;
  /** Whether the value there could not be resolved; what the schema says of it is then beside the point. */
  unresolved(path: Path): boolean;
  /** Never quoted in a message. */
  readonly secrets: readonly Path[];
  /** Keys that the plugin used at this path has under `with:`, where they are often put one level too high. */
  pluginKeys?(path: Path): readonly string[];
}

interface Found {
  readonly error: ErrorObject;
  readonly path: Path;
  readonly node: Node | undefined;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly subject: Subject;
}

/** What comes after these is more of the same; weighing errors against each other is quadratic. */
const maxErrors = 1000;
const maxProblems = 200;

/** Sentences with places for a validator's errors, one a mistake. */
export function schemaProblems(errors: readonly ErrorObject[], subject: Subject): readonly Problem[] {
  const problems: Problem[] = [];
  for (const error of reduceUnions(errors.slice(0, maxErrors))) {
    if (problems.length >= maxProblems) break;
    const path = [...subject.at, ...parsePointer(error.instancePath)];
    if (subject.unresolved(path)) continue;
    const schema = (error.parentSchema ?? {}) as Readonly<Record<string, unknown>>;
    const problem = describe({ error, path, node: nodeAt(subject.tree, path), schema, subject });
    if (problem !== undefined) problems.push({ severity: 'error', ...problem });
  }
  return problems;
}

type Described = Omit<Problem, 'severity'>;

function describe(found: Found): Described | undefined {
  const { error, path, schema, subject } = found;
  const place = placeAt(subject.tree, path);
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'propertyNames':
      return unknownKey(found);
    case 'required': {
      const key = String(error.params['missingProperty']);
      if (key === 'polyphon' && path.length === 0) {
        const summary = 'the version of the language is missing';
        return {
          code: 'BOT1013',
          place: keyPlaceAt(subject.tree, []),
          summary,
          detail: 'begin the file with `polyphon: 1`',
        };
      }
      return {
        code: 'BOT1005',
        place: keyPlaceAt(subject.tree, path),
        summary: `"${key}" is missing`,
        detail: `add \`${key}:\`${describedAs(schema['properties'], key)}`,
      };
    }
    case 'type':
      return wrongType(found, place);
    case 'enum':
      return notAllowed(found, place, (error.params['allowedValues'] as readonly unknown[]).map(String));
    case 'const':
      if (path.length === 1 && path[0] === 'polyphon') {
        const summary = 'this version of the language is not known';
        return {
          code: 'BOT1013',
          place,
          summary,
          detail: 'write `polyphon: 1`; a file of a newer version needs a newer Polyphon',
        };
      }
      return notAllowed(found, place, [String(error.params['allowedValue'])]);
    case 'anyOf':
    case 'oneOf':
      return noBranch(found, place);
    case 'unit':
      return malformedQuantity(schema['unit'] as Unit, place);
    case 'aboveZero':
      return {
        code: 'BOT1008',
        place,
        summary: `${unitNames[schema['unit'] as Unit]} of nothing would stop the bot`,
        detail: `write more than 0, as in ${unitForms[schema['unit'] as Unit].example}`,
      };
    case 'format':
      return malformed(found, place);
    case 'if':
      return undefined;
    default:
      return { code: 'BOT1008', place, ...limit(error, schema) };
  }
}

function unknownKey({ error, path, node, schema, subject }: Found): Described {
  const key = String(
    error.params['additionalProperty'] ?? error.params['unevaluatedProperty'] ?? error.params['propertyName'],
  );
  const place = keyPlaceAt(subject.tree, [...path, key]);
  const written = node?.kind === 'map' ? [...node.entries.keys()] : [];
  const known = [
    ...Object.keys((schema['properties'] ?? {}) as object),
    ...((schema['known'] ?? []) as readonly string[]),
  ];
  if (schema['text'] === true) {
    return {
      code: 'BOT1033',
      place,
      summary: `"${key}" is not a language`,
      detail: 'texts are keyed by language, as in { de: …, en: … }',
    };
  }
  if (known.length === 0 && schema['patternProperties'] !== undefined) {
    return {
      code: 'BOT1011',
      place,
      summary: `"${key}" cannot be a key here`,
      detail: 'use letters, digits, - and _, beginning with a letter or digit, at most 63 characters',
    };
  }
  const ofPlugin = subject.pluginKeys?.(path) ?? [];
  const free = known.filter((name) => !written.includes(name));
  const suggestion = ofPlugin.includes(key)
    ? key
    : (nearest(key, free) ?? nearest(key, known) ?? nearest(key, ofPlugin));
  if (suggestion !== undefined && ofPlugin.includes(suggestion)) {
    const detail = `move it below \`with:\`, as in with: { ${suggestion}: … }`;
    return { code: 'BOT1004', place, summary: `unknown key "${key}"`, detail, suggestion: `with.${suggestion}` };
  }
  return {
    code: 'BOT1004',
    place,
    summary: `unknown key "${key}"`,
    detail:
      suggestion === undefined && known.length > 0
        ? `remove it, or prefix it with x- to keep it as a note; known here: ${known.slice(0, 20).join(', ')}`
        : 'rename the key, or prefix it with x- to keep it as a note',
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'nothing',
};

function wrongType({ error, node, schema }: Found, place: Place): Described {
  const wanted = [error.params['type'] as string | readonly string[]].flat();
  const expected = wanted.map((type) => typeNames[type] ?? type).join(' or ');
  if (schema['unit'] !== undefined) {
    const bare = node?.kind === 'scalar' && typeof node.value === 'number' ? node.written : undefined;
    return malformedQuantity(schema['unit'] as Unit, place, bare);
  }
  if (
    node?.kind === 'scalar' &&
    wanted.includes('string') &&
    (typeof node.value === 'number' || typeof node.value === 'boolean')
  ) {
    return {
      code: 'BOT1010',
      place,
      summary: `a bare ${typeof node.value === 'number' ? 'number' : node.written} stands where text is meant`,
      detail: 'quote it, so that it stays as it is written',
      suggestion: `"${node.written}"`,
    };
  }
  const summary = `${expected} is expected, not ${kindOf(node)}`;
  if (node?.kind === 'scalar' && typeof node.value === 'string' && !mayRefer(node.value)) {
    if (wanted.includes('boolean') && /^(yes|no|on|off|true|false)$/i.test(node.value)) {
      const suggestion = /^(yes|on|true)$/i.test(node.value) ? 'true' : 'false';
      return { code: 'BOT1006', place, summary, detail: 'write it without quotes', suggestion };
    }
    if ((wanted.includes('integer') || wanted.includes('number')) && /^-?\d+(\.\d+)?$/.test(node.value)) {
      return { code: 'BOT1006', place, summary, detail: 'write it without quotes', suggestion: node.value };
    }
  }
  return { code: 'BOT1006', place, summary, detail: remedyFor(wanted) };
}

/** How a value of the first of these types is written. */
function remedyFor(wanted: readonly string[]): string {
  const types = ['array', 'object', 'integer', 'number', 'boolean'] as const;
  const type = types.find((one) => wanted.includes(one)) ?? 'string';
  return remedies[type];
}

const remedies = {
  array: 'put it in brackets, as in [ … ], or write one entry a line after "- "',
  object: 'write keys below it, or a map in braces, as in { key: value }',
  integer: 'write a whole number, as in 3',
  number: 'write a number, as in 0.5',
  boolean: 'write true or false',
  string: 'write one text, in quotes where it holds ": " or " #"',
} as const;

function kindOf(node: Node | undefined): string {
  if (node === undefined) return 'something else';
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map of keys';
  if (node.value === null) return 'nothing';
  return typeof node.value === 'string'
    ? 'a text'
    : typeof node.value === 'number'
      ? `the number ${node.written}`
      : node.written;
}

function notAllowed({ node, path, subject }: Found, place: Place, allowed: readonly string[]): Described {
  const quotable =
    node?.kind === 'scalar' && !mayRefer(node.written) && !isSecret(path, subject) && node.written.length <= 60;
  const word = quotable ? String(node.value) : undefined;
  const suggestion = word === undefined ? undefined : nearest(word, allowed);
  return {
    code: 'BOT1007',
    place,
    summary: word === undefined ? 'the value is none of the allowed ones' : `"${word}" is not allowed here`,
    detail: `allowed: ${allowed.slice(0, 30).join(', ')}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** No branch of a union is meant recognisably: all of them together say what may stand here. */
function noBranch(found: Found, place: Place): Described {
  const branches = (found.schema[found.error.keyword] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const constants = branches.flatMap(({ const: value, enum: values }) =>
    Array.isArray(values) ? values.map(String) : value === undefined ? [] : [String(value)],
  );
  const types = [
    ...new Set(
      branches
        .filter((branch) => branch['const'] === undefined && branch['enum'] === undefined)
        .flatMap((branch) => [branch['type'] as string | string[]].flat()),
    ),
  ];
  if (constants.length === 0 || found.node?.kind !== 'scalar') {
    const expected = [
      ...constants.map((value) => `"${value}"`),
      ...types.map((type) => typeNames[type] ?? String(type)),
    ].join(' or ');
    return {
      code: 'BOT1006',
      place,
      summary: `${expected} is expected, not ${kindOf(found.node)}`,
      detail: types.length === 0 ? `write ${constants.join(' or ')}` : remedyFor(types),
    };
  }
  const described = notAllowed(found, place, constants);
  const maps = branches.flatMap(({ type, properties }) =>
    type === 'object' ? Object.keys((properties ?? {}) as object) : [],
  );
  return maps.length === 0
    ? described
    : { ...described, detail: `${described.detail}, or a map with one of ${maps.join(', ')}` };
}

const unitNames: Readonly<Record<Unit, string>> = {
  duration: 'a duration',
  rate: 'a rate',
  size: 'a size',
  money: 'an amount of money',
};

function malformedQuantity(unit: Unit, place: Place, bare?: string): Described {
  const { example } = unitForms[unit];
  if (bare !== undefined) {
    return {
      code: 'BOT1009',
      place,
      summary: `${unitNames[unit]} needs a unit`,
      detail: `write the number with its unit, as in ${example}`,
      suggestion: `${bare}${likelyUnit[unit]}`,
    };
  }
  return {
    code: 'BOT1009',
    place,
    summary: `this is not ${unitNames[unit]}`,
    detail: `write a number with its unit, as in ${example}`,
  };
}

function malformed({ error, node, path, subject }: Found, place: Place): Described {
  const value = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : '';
  switch (String(error.params['format'])) {
    case 'interval':
      return {
        code: 'BOT1034',
        place,
        summary: 'this is not a span of time',
        detail: 'write two times of the 24-hour clock, as in 08:00-12:30',
      };
    case 'clock':
      return {
        code: 'BOT1034',
        place,
        summary: 'this is not a time of day',
        detail: 'write a time of the 24-hour clock, as in 21:00',
      };
    case 'day':
      return {
        code: 'BOT1034',
        place,
        summary: 'this is not a day that exists',
        detail: 'write year, month and day, as in 2026-12-24',
      };
    case 'cron':
      return {
        code: 'BOT1035',
        place,
        summary: 'this is not a schedule',
        detail: 'write minute, hour, day, month and weekday, as in 0 3 * * * for three at night',
      };
    case 'network':
      return {
        code: 'BOT1008',
        place,
        summary: 'this is neither an address nor a range of addresses',
        detail: 'write it as in 10.0.0.7 or 10.0.0.0/8',
      };
    case 'folder-glob': {
      const outside = globFault(value) === 'BOT1025';
      return {
        code: outside ? 'BOT1025' : 'BOT1026',
        place,
        summary: outside ? 'the path leads out of the folder' : 'the file pattern is malformed',
        detail: "name files inside the bot's folder, with / between folders, as in knowledge/**/*.md",
      };
    }
    case 're2':
      return {
        code: 'BOT1029',
        place,
        summary: `the expression cannot be used: ${mayRefer(value) ? 'it is malformed' : (expressionFault(value) ?? 'it is malformed')}`,
        detail: 'write an RE2 expression; look-around and back-references are not part of it',
      };
    case 'timezone': {
      const suggestion =
        mayRefer(value) || isSecret(path, subject) ? undefined : nearest(value, Intl.supportedValuesOf('timeZone'));
      return {
        code: 'BOT1032',
        place,
        summary: 'the time zone is unknown',
        detail: 'write an IANA name, as in Europe/Berlin',
        ...(suggestion === undefined ? {} : { suggestion }),
      };
    }
    default:
      return {
        code: 'BOT1008',
        place,
        summary: `this is not a valid ${String(error.params['format'])}`,
        detail: 'correct the value',
      };
  }
}

function limit(
  error: ErrorObject,
  schema: Readonly<Record<string, unknown>>,
): { readonly summary: string; readonly detail: string } {
  const bound = String(error.params['limit'] ?? '');
  const about = typeof schema['description'] === 'string' ? `: ${schema['description']}` : '';
  switch (error.keyword) {
    case 'minimum':
      return { summary: `the number is below ${bound}`, detail: `write ${bound} or more` };
    case 'maximum':
      return { summary: `the number is above ${bound}`, detail: `write ${bound} or less` };
    case 'exclusiveMinimum':
      return { summary: `the number is not above ${bound}`, detail: `write more than ${bound}` };
    case 'exclusiveMaximum':
      return { summary: `the number is not below ${bound}`, detail: `write less than ${bound}` };
    case 'minLength':
      return {
        summary: bound === '1' ? 'the text is empty' : `the text is shorter than ${bound} characters`,
        detail: `write at least ${bound}`,
      };
    case 'maxLength':
      return { summary: `the text is longer than ${bound} characters`, detail: 'shorten it' };
    case 'minItems':
      return {
        summary: bound === '1' ? 'the list is empty' : `the list has fewer than ${bound} entries`,
        detail: `write at least ${bound}`,
      };
    case 'maxItems':
      return { summary: `the list has more than ${bound} entries`, detail: 'shorten it' };
    case 'uniqueItems':
      return { summary: 'an entry stands twice in the list', detail: 'remove one of the two' };
    case 'pattern':
      return {
        summary: 'the text does not have the form that is needed',
        detail: formHint(schema),
      };
    default:
      return { summary: 'the value does not fit', detail: `correct it${about}` };
  }
}

function describedAs(properties: unknown, key: string): string {
  const description = (properties as Readonly<Record<string, { description?: unknown }>> | undefined)?.[key]
    ?.description;
  return typeof description === 'string' ? `: ${description.charAt(0).toLowerCase()}${description.slice(1)}` : '';
}

function isSecret(path: Path, subject: Subject): boolean {
  const joined = path.join('\0');
  return subject.secrets.some((secret) => secret.join('\0') === joined);
}
