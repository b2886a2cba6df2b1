import type { Unit } from '../../schemas/vocabulary.ts';
import { nearest } from './nearest.ts';
import { malformedQuantity } from './quantity-problem.ts';
import { mayRefer } from './references.ts';
import { type Described, type Found, isSecret } from './schema-finding.ts';
import type { Place } from './source-text.ts';
import type { Node } from './tree.ts';

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  null: 'nothing',
};

export function wrongType({ error, node, schema }: Found, place: Place): Described {
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

export function notAllowed({ node, path, subject }: Found, place: Place, allowed: readonly string[]): Described {
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
export function noBranch(found: Found, place: Place): Described {
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
