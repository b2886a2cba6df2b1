import type { RootCommand } from '@bomb.sh/tab';
import type { Command } from 'commander';
import { openDeployment, openLoader } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export function addCompletion({ program, act }: Registry): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(program.createArgument('<shell>', 'which').choices(shells))
    .addHelpText(
      'after',
      '\nbash: source <(polyphon completion bash)\nzsh:  source <(polyphon completion zsh)\nfish: polyphon completion fish | source',
    )
    .action(act((shell: Shell, name: string) => printScript(name, shell)));
  // What the scripts call at each press of the tab key, with the words so far.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(act((shell: Shell, words: readonly string[]) => complete(program, words, shell)));
}

async function printScript(name: string, { terminal }: Shell): Outcome {
  const { script } = await import('@bomb.sh/tab');
  const written = captured(() => script(name, 'polyphon', 'polyphon'));
  terminal.stdout.write(name === 'bash' ? `${bashWords}${written.replace(/^readonly /gm, '')}` : written);
  return exitCodes.ok;
}

/**
 * What the script takes from the package bash-completion, for machines that have it not: without, every press of the tab key prints an
 * error. The script's constants are made variables, since a shell that reads its start-up files again would complain of each.
 */
const bashWords = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD-1]}
    words=("\${COMP_WORDS[@]}")
    cword=$COMP_CWORD
}
`;

async function complete(program: Command, words: readonly string[], shell: Shell): Outcome {
  const { RootCommand } = await import('@bomb.sh/tab');
  const root = new RootCommand();
  const bots = await botNames(shell);
  for (const command of program.commands) {
    // `complete` is for the scripts; its kind is not in the help either.
    if (command.name() === 'complete') continue;
    addCommand(root, command, command.name(), program, bots);
    for (const inner of command.commands) addCommand(root, inner, `${command.name()} ${inner.name()}`, program, bots);
  }
  shell.terminal.stdout.write(captured(() => root.parse([...words])));
  return exitCodes.ok;
}

function addCommand(
  root: RootCommand,
  command: Command,
  name: string,
  program: Command,
  bots: readonly string[],
): void {
  const entry = root.command(name, command.description());
  for (const option of [...command.options, ...program.options]) {
    const long = option.long?.replace(/^--/, '');
    if (long === undefined) continue;
    if (option.required || option.optional) {
      entry.option(long, option.description, (offer) => {
        for (const choice of option.argChoices ?? []) offer(choice, '');
      });
    } else {
      entry.option(long, option.description);
    }
  }
  for (const argument of command.registeredArguments) {
    const choices = argument.name() === 'tenant' && command.name() !== 'new' ? bots : (argument.argChoices ?? []);
    entry.argument(
      argument.name(),
      (offer) => {
        for (const choice of choices) offer(choice, '');
      },
      argument.variadic,
    );
  }
}

/** Nobody wants an error message in the middle of a line that is being typed. */
async function botNames(shell: Shell): Promise<readonly string[]> {
  try {
    const deployment = await openDeployment({ ...shell, say: () => {} });
    const { loader } = await openLoader(deployment, shell);
    return await loader.list(shell.terminal.signal);
  } catch {
    return [];
  }
}

/** The library writes with `console.log` and nothing else; both calls are synchronous. */
function captured(write: () => void): string {
  const lines: string[] = [];
  const { log } = console;
  Reflect.set(console, 'log', (line: string) => lines.push(`${line}\n`));
  try {
    write();
  } finally {
    Reflect.set(console, 'log', log);
  }
  return lines.join('');
}
