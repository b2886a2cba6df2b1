import type { Command } from 'commander';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { createShell, type GlobalOptions } from './shell.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without `node` and the script) and gives the exit code; never throws. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = createProgram(terminal, (ended) => {
    code = ended;
  });
  try {
    if (words.length === 0) {
      terminal.stdout.write(program.helpInformation());
      return exitCodes.usage;
    }
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    return reportError(error, createShell(terminal, program.opts<GlobalOptions>()), usageOf(program, words));
  }
}

/** How the command is written that these words begin with: `polyphon search [options] <tenant> <question>`. */
function usageOf(program: Command, words: readonly string[]): string | undefined {
  const command = program.commands.find((one) => words.includes(one.name()));
  return command === undefined ? undefined : `polyphon ${command.name()} ${command.usage()}`;
}
