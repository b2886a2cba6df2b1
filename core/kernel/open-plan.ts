import type { PluginCatalogue } from '../config/plugin-catalogue.ts';
import { type Plugin, type PluginKind, type PluginUse, PolyphonError, type ResolvedBot } from '../contract/index.ts';

/** One entry of a bot definition that a plugin serves. */
export interface PlannedPort {
  /** `channel:web`, `model:llm`, `model:fallback-0`: unique in the tenant. */
  readonly token: string;
  readonly kind: PluginKind;
  readonly key: string;
  readonly plugin: Plugin<PluginKind, Plugin['schema'], PluginKind>;
  readonly config: unknown;
  /** Tokens of the ports it needs, in the order of `plugin.needs`. */
  readonly needs: readonly string[];
}

export const embeddingToken = 'embedding:embedding';
export const retrievalToken = 'retrieval:retrieval';

/** A plugin may need only what a bot has exactly one of. */
const single: Partial<Record<PluginKind, string>> = {
  model: 'model:llm',
  embedding: embeddingToken,
  retrieval: retrievalToken,
};

/**
 * Every port of a bot with what it needs; nothing is opened.
 * @throws PolyphonError PLG2001 for an unknown plugin, PLG2004 for a circle, PLG2005 for a need that cannot be met.
 */
export async function planPorts(bot: ResolvedBot, plugins: PluginCatalogue): Promise<ReadonlyMap<string, PlannedPort>> {
  const entries: [kind: PluginKind, key: string, use: PluginUse][] = [
    ['model', 'llm', bot.llm],
    ...bot.llm.fallback.map((use, index): [PluginKind, string, PluginUse] => ['model', `fallback-${index}`, use]),
    ['embedding', 'embedding', bot.retrieval.embedding],
    ['retrieval', 'retrieval', bot.retrieval],
    ...(bot.retrieval.rerank === undefined
      ? []
      : [['reranker', 'reranker', bot.retrieval.rerank] satisfies [PluginKind, string, PluginUse]]),
    ...Object.entries(bot.knowledge).map(([key, use]): [PluginKind, string, PluginUse] => ['source', key, use]),
    ...Object.entries(bot.tools).map(([key, use]): [PluginKind, string, PluginUse] => ['tool', key, use]),
    ...Object.entries(bot.channels)
      .filter(([, channel]) => channel.enabled)
      .map(([key, use]): [PluginKind, string, PluginUse] => ['channel', key, use]),
  ];
  const planned = new Map<string, PlannedPort>();
  for (const [kind, key, use] of entries) {
    const plugin = await plugins.find(kind, use.use);
    if (plugin === undefined) {
      throw new PolyphonError(
        'PLG2001',
        `Tenant ${bot.tenantId}: no ${kind} plugin is named '${use.use}'. Installed: ${plugins.names(kind).join(', ') || 'none'}. Install the package and list it under \`plugins:\` in config/polyphon.yaml, or correct the name.`,
      );
    }
    const wanted: readonly PluginKind[] = plugin.needs ?? [];
    const needs = wanted.map((need) => {
      const token = single[need];
      if (token === undefined) {
        throw new PolyphonError(
          'PLG2005',
          `Plugin '${plugin.name}': it needs a ${need}, but a bot may have several. A plugin can need ${Object.keys(single).join(', ')}.`,
        );
      }
      return token;
    });
    planned.set(`${kind}:${key}`, { token: `${kind}:${key}`, kind, key, plugin, config: use.with, needs });
  }
  refuseCircles(planned);
  return planned;
}

function refuseCircles(planned: ReadonlyMap<string, PlannedPort>): void {
  const done = new Set<string>();
  const visit = (token: string, path: readonly string[]): void => {
    if (path.includes(token)) {
      throw new PolyphonError(
        'PLG2004',
        `Plugins need each other in a circle: ${[...path.slice(path.indexOf(token)), token].join(' -> ')}. One of them must do without.`,
      );
    }
    if (done.has(token)) return;
    for (const need of planned.get(token)?.needs ?? []) visit(need, [...path, token]);
    done.add(token);
  };
  for (const token of planned.keys()) visit(token, []);
}
