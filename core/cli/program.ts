import { type Argument, Command, InvalidArgumentError } from 'commander';
import { addChat } from './commands/chat.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addConversations } from './commands/conversations.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDev } from './commands/dev.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEval } from './commands/eval.ts';
import { addEvents } from './commands/events.ts';
import { addIngest } from './commands/ingest.ts';
import { addNew } from './commands/new.ts';
import { addPerson } from './commands/person.ts';
import { addPlan } from './commands/plan.ts';
import { addPlugin } from './commands/plugin.ts';
import { addSchema } from './commands/schema.ts';
import { addSearch } from './commands/search.ts';
import { addStart } from './commands/start.ts';
import { addStats } from './commands/stats.ts';
import { addTest } from './commands/test.ts';
import { addTrace } from './commands/trace.ts';
import { addUnanswered } from './commands/unanswered.ts';
import { addValidate } from './commands/validate.ts';
import { addWebhookLog } from './commands/webhook-log.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { product } from './product.ts';
import type { Registry } from './registry.ts';
import { createShell, type GlobalOptions, inkFor, type Outcome } from './shell.ts';
import type { Terminal } from './terminal.ts';

/** All commands. `finish` receives the exit code of the one that ran. */
export function createProgram(terminal: Terminal, finish: (code: Awaited<Outcome>) => void): Command {
  const out = inkFor(terminal.stdout);
  const program = new Command('polyphon')
    .description('Runs every client’s bot from one folder of YAML.')
    .version(product().version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => Math.min(terminal.stdout.columns, 100),
      getErrHelpWidth: () => Math.min(terminal.stderr.columns, 100),
      getOutHasColors: () => terminal.stdout.color === 'on',
      getErrHasColors: () => terminal.stderr.color === 'on',
    })
    .configureHelp({
      styleTitle: (text) => out.bold(text),
      styleCommandText: (text) => out.cyan(text),
      styleSubcommandText: (text) => out.cyan(text),
      styleOptionText: (text) => out.cyan(text),
      showGlobalOptions: true,
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map((argument) => humanReadable(argument))].join(' '),
    })
    .optionsGroup('For every command:')
    .option('--config <file>', 'settings of the deployment (config/polyphon.yaml)')
    .option('--bots <folder>', 'where the bots are (bots)')
    .option('--data <folder>', 'where state is kept (data)')
    .option('--port <number>', 'where to listen (3000)', parsePort)
    .option('--env <name>', 'environment: bot.<name>.yaml is merged on top')
    .option('--verbose', 'more log, and where errors come from')
    .showSuggestionAfterError(true)
    .addHelpText(
      'after',
      '\nExit codes: 0 ok, 1 failure, 2 changes, 64 usage, 65 invalid, 69 unavailable, 100 tests failed, 130 interrupted.',
    );

  const registry: Registry = {
    program,
    act:
      (action) =>
      async (...given) => {
        const command = given.at(-1) as Command;
        const shell = createShell(terminal, command.optsWithGlobals<GlobalOptions>());
        finish(await action(shell, ...(given.slice(0, -1) as never)));
      },
  };

  program.commandsGroup('Serve:');
  addDev(registry);
  addStart(registry);
  program.commandsGroup('Write:');
  addNew(registry);
  addValidate(registry);
  addConfig(registry);
  addSchema(registry);
  program.commandsGroup('Try:');
  addChat(registry);
  addSearch(registry);
  addTest(registry);
  addEval(registry);
  program.commandsGroup('Deploy:');
  addPlan(registry);
  addIngest(registry);
  addWebhooks(registry);
  addDoctor(registry);
  program.commandsGroup('Look:');
  addConversations(registry);
  addTrace(registry);
  addUnanswered(registry);
  addStats(registry);
  addWebhookLog(registry);
  addDeadLetters(registry);
  addEvents(registry);
  addPerson(registry);
  program.commandsGroup('Tools:');
  addPlugin(registry);
  addCompletion(registry);
  program.helpCommand(false);
  return program;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('A port is a whole number from 0 to 65535; 0 takes any free one.');
  }
  return port;
}

/** `<tenant>`, `[tenant...]`. */
function humanReadable(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}
