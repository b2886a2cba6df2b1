import { constants } from 'node:fs';
import { access, appendFile, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Option } from 'commander';
import { nearest } from '../../config/nearest.ts';
import { PolyphonError } from '../../contract/index.ts';
import { commandName } from '../command-name.ts';
import { openDeployment, openPlugins } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { product } from '../product.ts';
import type { Registry } from '../registry.ts';
import { ignoreFolder, missingIgnores } from '../scaffold/git-ignore.ts';
import { starters } from '../scaffold/starters.ts';
import type { Outcome, Shell } from '../shell.ts';

interface NewOptions {
  readonly template: string;
  readonly language: string;
  readonly name?: string;
}

export function addNew({ program, act }: Registry): void {
  program
    .command('new')
    .description('make a bot that answers at once; never overwrites')
    .argument('<tenant>', 'folder name of the bot: small letters, digits, hyphens')
    .option('--template <name>', 'template to extend, from bots/_templates; "blank" extends none', 'base')
    .addOption(new Option('--language <tag>', 'language of its texts').choices(Object.keys(starters)).default('en'))
    .option('--name <name>', 'what the bot is called')
    .action(act(create));
}

async function create(shell: Shell, tenantId: string, options: NewOptions): Outcome {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(tenantId)) {
    throw new PolyphonError(
      'CLI9001',
      `"${tenantId}" cannot be the name of a bot's folder: small letters, digits and hyphens, at most 63, a letter or digit first. ${suggestion(tenantId)}`,
    );
  }
  const bots = await botsFolder(shell);
  const folder = join(bots, tenantId);
  if (await exists(folder)) {
    throw new PolyphonError(
      'CLI9005',
      `${shown(folder, shell)} is there already, and nothing was changed. Choose another name, or edit that bot.`,
    );
  }
  const made: string[] = [];
  const template = options.template === 'blank' ? undefined : await prepareTemplate(options.template, bots, made);
  const { botFiles } = await import('../scaffold/bot-files.ts');
  const files = botFiles({ tenantId, name: options.name ?? titleOf(tenantId), language: options.language, template });
  for (const [path, text] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    made.push(file);
  }
  await writeSchemas(bots, made, shell);
  await writeIgnores(bots, made, shell);
  // At the end: who reads one line and leaves (`| head -1`) ends the process, and would get half a bot.
  for (const file of made) shell.print(shown(file, shell));
  const { note } = shell;
  const question = starters[options.language]?.question ?? '';
  shell.say(`\n${note.green('✓')} ${note.bold(tenantId)} is ready. Next:`);
  const command = commandName(shell.terminal);
  shell.say(`  ${command} chat ${tenantId} --once "${question}"`);
  shell.say(`  ${command} dev`);
  return exitCodes.ok;
}

/** The schemas that the first lines of the files name, where the project has none yet: editors complete with them. */
async function writeSchemas(bots: string, made: string[], shell: Shell): Promise<void> {
  const folder = join(dirname(bots), 'schemas');
  const named = ['bot.schema.json', 'test.schema.json'];
  const there = await Promise.all(named.map((name) => exists(join(folder, name))));
  if (!there.includes(false)) return;
  const { generateSchemas } = await import('../../../schemas/generate.ts');
  const schemas = await generateSchemas(await openPlugins(await openDeployment(shell), shell));
  await mkdir(folder, { recursive: true });
  for (const [index, name] of named.entries()) {
    if (there[index]) continue;
    const file = join(folder, name);
    await writeFile(file, schemas.get(name) ?? '', { flag: 'wx' });
    made.push(file);
  }
}

/** Keeps secrets, what is one person's own and the state out of the client's repository; adds to a file that is there. */
async function writeIgnores(bots: string, made: string[], shell: Shell): Promise<void> {
  const folder = ignoreFolder(bots, shell.terminal.workingDirectory);
  const file = join(folder, '.gitignore');
  const present = await readFile(file, 'utf8').catch(() => '');
  const missing = missingIgnores(folder, { bots, data: shell.path(shell.options.data ?? 'data'), present });
  if (missing.length === 0) return;
  const gap = present === '' || present.endsWith('\n') ? '' : '\n';
  await appendFile(file, `${gap}${missing.join('\n')}\n`);
  made.push(file);
}

/** The folder of the deployment, made where there is none yet. */
async function botsFolder(shell: Shell): Promise<string> {
  if (shell.options.bots !== undefined) return shell.path(shell.options.bots);
  const { readSettings } = await import('../../config/settings.ts');
  const { settings } = await readSettings({
    path: shell.path(shell.options.config ?? 'config/polyphon.yaml'),
    overrides: {},
    env: shell.terminal.env,
    signal: shell.terminal.signal,
  });
  return shell.path(settings.tenants.dir);
}

/** A template of the deployment, or one that comes with Polyphon and is copied, so that the bots folder is whole by itself. */
async function prepareTemplate(name: string, bots: string, made: string[]): Promise<string> {
  const own = join(bots, '_templates', `${name}.yaml`);
  if (await exists(own)) return `_templates/${name}`;
  const shipped = join(product().templatesDirectory, `${name}.yaml`);
  if (!(await exists(shipped))) {
    const names = [
      ...new Set([
        ...(await templatesIn(join(bots, '_templates'))),
        ...(await templatesIn(product().templatesDirectory)),
        'blank',
      ]),
    ];
    const near = nearest(name, names);
    throw new PolyphonError(
      'CLI9001',
      `There is no template "${name}". ${near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean "${near}"?`}`,
    );
  }
  await mkdir(dirname(own), { recursive: true });
  await copyFile(shipped, own, constants.COPYFILE_EXCL);
  made.push(own);
  return `_templates/${name}`;
}

async function templatesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -'.yaml'.length));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function shown(path: string, { terminal }: Shell): string {
  const short = relative(terminal.workingDirectory, path);
  return short.startsWith('..') ? path : short;
}

/** `lamp-shop` -> `Lamp shop`. */
function titleOf(tenantId: string): string {
  const words = tenantId.replaceAll('-', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function suggestion(written: string): string {
  const possible = written
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  return possible === '' ? 'Choose a name such as "my-bot".' : `Try "${possible}".`;
}
