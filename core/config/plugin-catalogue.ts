import type { Plugin, PluginKind } from '../contract/index.ts';

/** The installed plugins, as the definition language sees them. The kernel implements it. */
export interface PluginCatalogue {
  /** Names of all installed plugins of this kind, sorted; nothing is imported. */
  names(kind: PluginKind): readonly string[];
  /**
   * The plugin, or undefined when none of this kind has this name. Imports it on first use.
   * @throws PolyphonError PLG2002, PLG2003.
   */
  find(kind: PluginKind, name: string): Promise<Plugin | undefined>;
}
