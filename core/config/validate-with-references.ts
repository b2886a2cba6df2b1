import { putAt } from './plugin-uses.ts';
import { mayRefer } from './references.ts';
import { type Node, nodeAt, type Path } from './tree.ts';
import { parsePointer, type Validation, type Validator } from './validators.ts';

/**
 * Validates what stands at `at`. A number or a yes or no that comes from a reference arrives as text; where the schema wants the
 * other, it becomes that, in place.
 */
export function validateWithReferences(validate: Validator, tree: Node, at: Path, value: unknown): Validation {
  const first = validate(value);
  let coerced = 0;
  for (const { keyword, params, instancePath, data } of first.errors) {
    if (keyword !== 'type' || typeof data !== 'string') continue;
    const path = parsePointer(instancePath);
    const node = nodeAt(tree, [...at, ...path]);
    if (node?.kind !== 'scalar' || typeof node.value !== 'string' || !mayRefer(node.value)) continue;
    const meant = asType(data, [params['type'] as string | readonly string[]].flat());
    if (meant === undefined) continue;
    putAt(value, path, meant);
    coerced += 1;
  }
  return coerced === 0 ? first : validate(value);
}

function asType(text: string, types: readonly string[]): number | boolean | undefined {
  if ((types.includes('number') || types.includes('integer')) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return undefined;
}
