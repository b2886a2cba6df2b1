import type { ErrorObject } from 'ajv';

/** Of a union's errors, those of the branch that was meant; of one that resembles no branch, the union's own. */
export function reduceUnions(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const outer = unions.filter((union) => !unions.some((other) => other !== union && isInside(union, other)));
  if (outer.length === 0) return errors;
  const rest = errors.filter((error) => !outer.some((union) => union === error || isInside(error, union)));
  const chosen = outer.flatMap((union) => {
    const children = errors.filter((error) => error !== union && isInside(error, union));
    const branches = Object.values(
      Object.groupBy(children, (child) => child.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? ''),
    ).filter((branch) => branch !== undefined);
    const meant = branches.filter(
      (branch) =>
        !branch.some(
          (error) => error.instancePath === union.instancePath && ['type', 'const', 'enum'].includes(error.keyword),
        ),
    );
    if (meant.length === 0) return [union];
    const shared = meant.length < 2 ? undefined : sharedUnknownKey(meant);
    if (shared !== undefined) return [shared];
    const fewest = meant.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return reduceUnions(fewest);
  });
  return [...rest, ...chosen];
}

/** A key that no branch knows, with the keys of all branches to choose from. */
function sharedUnknownKey(branches: readonly (readonly ErrorObject[])[]): ErrorObject | undefined {
  const unknown = branches.map((branch) => branch.filter(({ keyword }) => keyword === 'additionalProperties'));
  const first = unknown[0]?.find((error) =>
    unknown.every((branch) =>
      branch.some(
        (other) =>
          other.instancePath === error.instancePath &&
          other.params['additionalProperty'] === error.params['additionalProperty'],
      ),
    ),
  );
  if (first === undefined) return undefined;
  const properties = Object.assign(
    {},
    ...unknown.flat().map((error) => (error.parentSchema as { properties?: object } | undefined)?.properties ?? {}),
  ) as object;
  return { ...first, parentSchema: { properties } };
}

function isInside(error: ErrorObject, union: ErrorObject): boolean {
  return (
    error.schemaPath.startsWith(`${union.schemaPath}/`) &&
    (error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`))
  );
}
