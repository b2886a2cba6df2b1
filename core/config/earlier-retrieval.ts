import type { PluginUse, ResolvedBot } from '../contract/index.ts';
import { checkPlugins } from './check-plugins.ts';
import { hiddenSecret } from './hidden-secret.ts';
import { type InterpolateOptions, interpolate } from './interpolate.ts';
import { parseYaml } from './parse-yaml.ts';
import type { PluginCatalogue } from './plugin-catalogue.ts';
import { mapOf, valueAt } from './plugin-uses.ts';
import { SourceText } from './source-text.ts';

/** What a bot searched with before its definition changed. */
export interface EarlierRetrieval extends PluginUse {
  readonly embedding: PluginUse;
  /** Values of its secrets, for redaction. */
  readonly secretValues: readonly string[];
}

/** The plugins of `retrieval:` that stored vectors belong to, secrets still references: what it takes to open them again. */
export function retrievalToKeep(canonical: unknown, { use, embedding }: ResolvedBot['retrieval']): unknown {
  const written = mapOf(mapOf(canonical)?.['retrieval']);
  const config = mapOf(written?.['embedding'])?.['with'] ?? {};
  return { use, with: written?.['with'] ?? {}, embedding: { use: embedding.use, with: config } };
}

/**
 * What `retrievalToKeep` has kept, with its secrets and checked anew; or why it cannot be used any more: a secret or a plugin is gone,
 * or a plugin's settings are others now.
 */
export async function resolveRetrieval(
  kept: unknown,
  options: InterpolateOptions & { readonly catalogue: PluginCatalogue },
): Promise<EarlierRetrieval | { readonly reason: string }> {
  const text = JSON.stringify({ retrieval: kept });
  if (text.includes(hiddenSecret)) return { reason: 'a secret of it stood in the file, and is kept nowhere else' };
  const { root } = parseYaml(new SourceText(`${options.tenantId}/retrieval`, text));
  if (root === undefined) return { reason: 'its definition cannot be read' };
  const interpolated = interpolate(root, options);
  const lost = new Set(interpolated.unresolved.map((path) => path.join('\0')));
  const unresolved = (path: readonly (string | number)[]) => lost.has(path.join('\0'));
  const checked = await checkPlugins(root, interpolated, { unresolved }, options.catalogue);
  const [problem] = [...interpolated.problems, ...checked.problems].filter(({ severity }) => severity === 'error');
  if (problem !== undefined) return { reason: problem.summary };
  const retrieval = valueAt(interpolated.value, ['retrieval']) as Omit<EarlierRetrieval, 'secretValues'>;
  return { ...retrieval, secretValues: [...interpolated.secretValues] };
}
