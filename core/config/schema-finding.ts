import type { ErrorObject } from 'ajv';
import type { Problem } from './problems.ts';
import type { Node, Path } from './tree.ts';

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

/** An error of the validator, and what it is about. */
export interface Found {
  readonly error: ErrorObject;
  readonly path: Path;
  readonly node: Node | undefined;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly subject: Subject;
}

/** What is said of it. */
export type Described = Omit<Problem, 'severity'>;

export function isSecret(path: Path, subject: Subject): boolean {
  const joined = path.join('\0');
  return subject.secrets.some((secret) => secret.join('\0') === joined);
}
