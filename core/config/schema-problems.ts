import type { ErrorObject } from 'ajv';
import { unitForms } from '../../schemas/unit-forms.ts';
import type { Unit } from '../../schemas/vocabulary.ts';
import { malformed } from './format-problem.ts';
import { limit } from './limit-problem.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problems.ts';
import { malformedQuantity, unitNames } from './quantity-problem.ts';
import type { Described, Found, Subject } from './schema-finding.ts';
import { keyPlaceAt, nodeAt, placeAt } from './tree.ts';
import { reduceUnions } from './union-errors.ts';
import { parsePointer } from './validators.ts';
import { noBranch, notAllowed, wrongType } from './value-problem.ts';

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

function describedAs(properties: unknown, key: string): string {
  const description = (properties as Readonly<Record<string, { description?: unknown }>> | undefined)?.[key]
    ?.description;
  return typeof description === 'string' ? `: ${description.charAt(0).toLowerCase()}${description.slice(1)}` : '';
}
