import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { PolyphonError } from '../../contract/index.ts';
import { openDeployment, openPlugins } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';

export function addSchema({ program, act }: Registry): void {
  program
    .command('schema')
    .description('print the JSON Schema of bot.yaml for editors')
    .option('--out <file>', 'write it to a file, as in schemas/bot.schema.json')
    .action(act(schema));
}

async function schema(shell: Shell, options: { readonly out?: string }): Outcome {
  const { generateBotSchema } = await import('../../../schemas/generate.ts');
  const deployment = await openDeployment(shell);
  const text = `${JSON.stringify(await generateBotSchema(await openPlugins(deployment, shell)), undefined, 2)}\n`;
  if (options.out === undefined) {
    shell.terminal.stdout.write(text);
    return exitCodes.ok;
  }
  const file = shell.path(options.out);
  const inside = relative(shell.terminal.workingDirectory, file);
  const isInside = !inside.startsWith('..');
  try {
    // A folder of the project is made; elsewhere a missing one is a slip of the pen.
    if (isInside) await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw notWritten(file, error);
  }
  const fromBot = relative(join(deployment.botsDirectory, 'bot'), file).split(sep).join('/');
  shell.say(`Written to ${isInside ? inside : file}. First line of a bot.yaml for editors:`);
  shell.say(`  # yaml-language-server: $schema=${fromBot}`);
  return exitCodes.ok;
}

function notWritten(file: string, cause: unknown): PolyphonError {
  const code = (cause as NodeJS.ErrnoException).code;
  const why: Readonly<Record<string, string>> = {
    ENOENT: 'the folder does not exist. Create it, or name a file in another one.',
    ENOTDIR: 'a file stands where a folder is named. Name another one.',
    EISDIR: 'it is a folder. Name a file in it.',
    EACCES: 'this user may not write there. Name another file.',
    EROFS: 'nothing can be written there. Name another file.',
  };
  const reason = why[code ?? ''] ?? `the system says ${code ?? 'nothing'}. Name another file.`;
  return new PolyphonError('CLI9001', `--out: ${file} cannot be written: ${reason}`, { cause });
}
