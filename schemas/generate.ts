import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PluginCatalogue } from '../core/config/plugin-catalogue.ts';
import type { PluginKind } from '../core/contract/index.ts';
import { pluginKinds } from '../core/contract/plugin.ts';
import { botSchema } from './bot.ts';
import { publish } from './publish.ts';
import { settingsSchema } from './settings.ts';
import { testFileSchema } from './test-file.ts';

/** JSON Schema 2020-12 of `bot.yaml` for editors, with the settings of all these plugins. */
export async function generateBotSchema(plugins: PluginCatalogue): Promise<object> {
  const installed = new Map<PluginKind, ReadonlyMap<string, object>>();
  for (const kind of pluginKinds) {
    const schemas = new Map<string, object>();
    for (const name of plugins.names(kind)) {
      const plugin = await plugins.find(kind, name);
      if (plugin !== undefined) schemas.set(name, plugin.schema);
    }
    installed.set(kind, schemas);
  }
  return publish(botSchema, installed);
}

/** The files of this folder that are generated, with their content. */
export async function generateSchemas(plugins: PluginCatalogue): Promise<ReadonlyMap<string, string>> {
  const schemas: readonly [name: string, schema: object][] = [
    ['bot.schema.json', await generateBotSchema(plugins)],
    ['settings.schema.json', publish(settingsSchema, new Map())],
    ['test.schema.json', publish(testFileSchema, new Map())],
  ];
  return new Map(schemas.map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]));
}

// `npm run schemas`
if (import.meta.main) {
  const { findPlugins } = await import('../core/kernel/find-plugins.ts');
  const plugins = await findPlugins({ packages: [], projectDirectory: process.cwd() });
  for (const [name, text] of await generateSchemas(plugins)) {
    await writeFile(fileURLToPath(new URL(name, import.meta.url)), text);
  }
}
