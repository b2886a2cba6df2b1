import { join } from 'node:path';
import { Option } from 'commander';
import { AccountClaims } from '../../config/account-claims.ts';
import type { Diagnostic } from '../../config/diagnostic.ts';
import type { ResolvedBot } from '../../contract/index.ts';
import { chooseTenants } from '../choose-tenants.ts';
import { type Deployment, openDeployment, openLoader } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { type DiagnosticFormat, distinct, renderDiagnostics } from '../show-diagnostics.ts';
import { count } from '../wording.ts';

interface ValidateOptions {
  readonly strict?: true;
  readonly format: DiagnosticFormat;
}

export function addValidate({ program, act }: Registry): void {
  program
    .command('validate')
    .description('check bot definitions, without network')
    .argument('[tenant...]', 'bots to check; all unless named')
    .option('--strict', 'warnings count as errors')
    .addOption(
      new Option('--format <format>', 'form of the result')
        .choices(['pretty', 'json', 'github', 'sarif'])
        .default('pretty'),
    )
    .action(act(validate));
}

async function validate(shell: Shell, named: readonly string[], options: ValidateOptions): Outcome {
  const { signal, stdout } = shell.terminal;
  const deployment = await openDeployment(shell);
  const { loader, plugins } = await openLoader({ ...deployment, documents: 'look' }, shell);
  const tenantIds = await chooseTenants(named, loader, shell);
  const diagnostics: Diagnostic[] = [];
  const invalid = new Set<string>();
  const accounts = new AccountClaims(plugins);
  for (const tenantId of tenantIds) {
    const loaded = await loader.load(tenantId, signal);
    const tests = loaded.bot === undefined ? [] : await testDiagnostics(loaded.bot, deployment, signal);
    const found = [...loaded.diagnostics, ...tests];
    diagnostics.push(...found);
    if (found.some((one) => one.severity === 'error' || options.strict)) invalid.add(tenantId);
    await accounts.add(loaded);
  }
  for (const { tenantId, ...problem } of accounts.problems()) {
    diagnostics.push(problem);
    if (options.strict) invalid.add(tenantId);
  }

  const told = distinct(diagnostics);
  if (options.format !== 'pretty') {
    shell.print(await renderDiagnostics(told, options.format, 'off', shell));
  } else {
    if (told.length > 0) shell.print(`${await renderDiagnostics(told, 'pretty', stdout.color, shell)}\n`);
    shell.print(verdict(tenantIds.length, invalid.size, told, shell));
  }
  return invalid.size > 0 ? exitCodes.invalid : exitCodes.ok;
}

async function testDiagnostics(
  bot: ResolvedBot,
  deployment: Deployment,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const { readTests } = await import('../bot-tests/read-tests.ts');
  return (await readTests(bot, join(deployment.botsDirectory, bot.tenantId), signal)).diagnostics;
}

function verdict(bots: number, invalid: number, diagnostics: readonly Diagnostic[], { ink }: Shell): string {
  const errors = diagnostics.filter((one) => one.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const counted = [
    ...(errors > 0 ? [ink.red(count(errors, 'error'))] : []),
    ...(warnings > 0 ? [ink.yellow(count(warnings, 'warning'))] : []),
  ].join(', ');
  if (invalid > 0) return `${ink.red('✗')} ${invalid} of ${count(bots, 'bot')} not valid: ${counted}`;
  return `${ink.green('✓')} ${count(bots, 'bot')} valid${counted === '' ? '' : `: ${counted}`}`;
}
