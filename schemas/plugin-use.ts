import { Type } from 'typebox';
import type { PluginKind } from '../core/contract/index.ts';
import { section } from './vocabulary.ts';

/** The plugin's own settings; checked against the plugin's schema. */
export const withBlock = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: 'object',
  description: "The plugin's settings",
});
export const use = (kind: string) => Type.String({ description: `The name of an installed ${kind} plugin` });
export const pluginUse = (kind: PluginKind, called: string) =>
  section({ use: use(called), with: Type.Optional(withBlock) }, { plugin: kind });
