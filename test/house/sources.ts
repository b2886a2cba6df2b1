import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly ImportStatement[];
}
export interface ImportStatement {
  readonly specifier: string;
  /** The file it leads to, relative to the root, when it is one of ours. */
  readonly target: string | undefined;
  readonly kind: 'type' | 'value';
}

const importPattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\s+from\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

export function readSources(pattern: string): readonly SourceFile[] {
  return globSync(pattern, { cwd: root })
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const imports = [...text.matchAll(importPattern)].map((match): ImportStatement => {
        const specifier = match[2] ?? match[3] ?? '';
        return { specifier, target: targetOf(specifier, path), kind: match[1] === undefined ? 'value' : 'type' };
      });
      return { path, text, imports };
    });
}

function targetOf(specifier: string, from: string): string | undefined {
  if (specifier === 'polyphon/plugin') return 'core/contract/index.ts';
  if (specifier === 'polyphon/testing') return 'test/kit/index.ts';
  if (!specifier.startsWith('.')) return undefined;
  return normalize(join(dirname(from), specifier));
}
