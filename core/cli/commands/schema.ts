import { join, relative, sep } from 'node:path';
import { openPlugins, readDeployment } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { writeNamedFile } from '../named-file.ts';
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
  const deployment = await readDeployment(shell);
  const text = `${JSON.stringify(await generateBotSchema(await openPlugins(deployment, shell)), undefined, 2)}\n`;
  if (options.out === undefined) {
    shell.terminal.stdout.write(text);
    return exitCodes.ok;
  }
  const { path, shown } = await writeNamedFile(options.out, text, { option: '--out', shell });
  const fromBot = relative(join(deployment.botsDirectory, 'bot'), path).split(sep).join('/');
  shell.say(`Written to ${shown}. First line of a bot.yaml for editors:`);
  shell.say(`  # yaml-language-server: $schema=${fromBot}`);
  return exitCodes.ok;
}
