import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { type PluginKind, PolyphonError } from '../../contract/index.ts';
import { commandName } from '../command-name.ts';
import { exitCodes } from '../exit-code.ts';
import { product } from '../product.ts';
import type { Registry } from '../registry.ts';
import { packageName, pluginFiles, scaffoldKinds } from '../scaffold/plugin-files.ts';
import type { Outcome, Shell } from '../shell.ts';

export function addPluginNew(plugin: Command, { act }: Registry): void {
  plugin
    .command('new')
    .description('begin the package of a plugin; never overwrites')
    .addArgument(new Argument('<kind>', 'what it is').choices(scaffoldKinds))
    .argument('<name>', 'what people write after `use:`: small letters, digits, hyphens')
    .action(act(create));
}

async function create(shell: Shell, kind: PluginKind, name: string): Outcome {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.length > 60) {
    throw new PolyphonError(
      'CLI9001',
      `"${name}" cannot be the name of a plugin: small letters and digits, with single hyphens between, at most 60. Choose one such as "my-${kind.toLowerCase()}".`,
    );
  }
  const folder = packageName(kind, name);
  if (existsSync(shell.path(folder))) {
    throw new PolyphonError(
      'CLI9005',
      `${folder} is there already, and nothing was changed. Choose another name, or edit that plugin.`,
    );
  }
  await mkdir(shell.path(folder), { recursive: true });
  const files = pluginFiles(kind, name, product().version);
  for (const [path, text] of files) await writeFile(shell.path(join(folder, path)), text, { flag: 'wx' });
  // When all are there: who reads one line and leaves (`| head -1`) ends the process.
  for (const [path] of files) shell.print(join(folder, path));
  const { note } = shell;
  shell.say(`\n${note.green('✓')} ${note.bold(name)} is ready. Next:`);
  shell.say(`  node --test ${folder}/plugin.test.js`);
  shell.say(`  ${commandName(shell.terminal)} plugin check ${folder}`);
  return exitCodes.ok;
}
