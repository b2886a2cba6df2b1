/** One difference between two effective definitions. */
export interface DefinitionChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly path: readonly (string | number)[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Lists longer than this are shown by their length. */
const maxShownLength = 60;

/**
 * Differences by path, in the order of the definition. Maps are compared by key; lists by position, as merging replaces them whole.
 * A section that is new or gone is one change.
 */
export function diffDefinitions(before: unknown, after: unknown): readonly DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  compare(before, after, [], changes);
  return changes;
}

function compare(
  before: unknown,
  after: unknown,
  path: readonly (string | number)[],
  changes: DefinitionChange[],
): void {
  if (before === after) return;
  if (before === undefined) changes.push({ kind: 'added', path, after });
  else if (after === undefined) changes.push({ kind: 'removed', path, before });
  else if (isMap(before) && isMap(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(before[key], after[key], [...path, key], changes);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      compare(before[index], after[index], [...path, index], changes);
    }
  } else changes.push({ kind: 'changed', path, before, after });
}

/** One line, as in `retrieval.with.minScore 0.3 -> 0.35`. */
export function describeChange(change: DefinitionChange): string {
  const path = pathText(change.path);
  switch (change.kind) {
    case 'added':
      return `${path} added${shown(change.after, ': ')}`;
    case 'removed':
      return `${path} removed`;
    case 'changed': {
      const { before, after } = change;
      if (isLongText(before) || isLongText(after)) return `${path} changed (${sizeOf(before)} -> ${sizeOf(after)})`;
      return `${path} ${asText(before)} -> ${asText(after)}`;
    }
    default:
      return change.kind satisfies never;
  }
}

/** `channels.web.with.origins[0]`. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLongText(value: unknown): value is string {
  return typeof value === 'string' && value.length > maxShownLength;
}

function sizeOf(value: unknown): string {
  return typeof value === 'string' ? `${value.length} characters` : asText(value);
}

function shown(value: unknown, before: string): string {
  return typeof value === 'object' || isLongText(value) ? '' : before + asText(value);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `${value.length} entries`;
  return typeof value === 'object' && value !== null ? `{ ${Object.keys(value).join(', ')} }` : String(value);
}
