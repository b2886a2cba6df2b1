import { join, relative } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { nearest } from '../../config/nearest.ts';
import { PolyphonError, type ResolvedBot } from '../../contract/index.ts';
import { reasonsOf, toJunit } from '../bot-tests/junit.ts';
import type { CaseResult } from '../bot-tests/run-case.ts';
import type { TestCase } from '../bot-tests/test-file.ts';
import { exitCodes } from '../exit-code.ts';
import { type OpenBots, openBots } from '../open-bot.ts';
import { makePassingData } from '../passing-data.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { count, elapsed, oneLine } from '../wording.ts';

interface TestOptions {
  readonly minPass: number;
  readonly format: 'pretty' | 'junit' | 'json';
  readonly only?: string;
}

export function addTest({ program, act }: Registry): void {
  program
    .command('test')
    .description('run the tests of the bots through the real engine')
    .argument('[tenant...]', 'bots to test; all unless named')
    .option('--min-pass <percent>', 'share of cases that must pass', parsePercent, 100)
    .option('--only <words>', 'only cases whose name contains these words')
    .addOption(
      new Option('--format <format>', 'form of the result').choices(['pretty', 'junit', 'json']).default('pretty'),
    )
    .action(act(test));
}

/** Over passing data: tests neither see nor touch real conversations. */
async function test(shell: Shell, named: readonly string[], options: TestOptions): Outcome {
  await using data = await makePassingData('test');
  await using bots = await openBots(named, shell, (deployment) => data.of(deployment));
  if (bots.failed.length > 0) {
    throw new PolyphonError(
      'CLI9004',
      `Not tested, because of the errors above: ${bots.failed.join(', ')}. Correct them and run the tests again.`,
    );
  }
  const results: CaseResult[] = [];
  const passedOver: string[] = [];
  for (const tenantId of bots.tenantIds) {
    const tested = await testBot(tenantId, bots, options, shell);
    results.push(...tested.results);
    passedOver.push(...tested.passedOver);
  }
  if (results.length === 0 && passedOver.length > 0) throw nothingChosen(options.only ?? '', passedOver);
  return conclude(results, { ...options, botsFolder: relative(shell.path('.'), bots.deployment.botsDirectory) }, shell);
}

async function testBot(
  tenantId: string,
  bots: OpenBots,
  options: TestOptions,
  shell: Shell,
): Promise<{ readonly results: readonly CaseResult[]; readonly passedOver: readonly string[] }> {
  const { readSoundTests } = await import('../bot-tests/read-tests.ts');
  const { runCase } = await import('../bot-tests/run-case.ts');
  const { application, deployment } = bots;
  const loaded = await application.loader.load(tenantId, shell.terminal.signal);
  if (loaded.bot === undefined) return { results: [], passedOver: [] };
  // A test asks as fast as it can; what it tests is not the patience of the bot with one contact.
  const bot: ResolvedBot = loaded.bot;
  const cases = await readSoundTests(bot, join(deployment.botsDirectory, tenantId), shell);
  const chosen = cases.filter(
    (one) => options.only === undefined || one.name.toLowerCase().includes(options.only.toLowerCase()),
  );
  if (chosen.length > 0 && options.format === 'pretty') shell.print(shell.ink.bold(tenantId));
  const results: CaseResult[] = [];
  for (const one of chosen) {
    const result = await runCase(one, bot, application, shell.terminal);
    results.push(result);
    if (options.format === 'pretty') shell.print(describe(result, one, shell));
  }
  const passedOver = cases.filter((one) => !chosen.includes(one)).map((one) => one.name);
  return { results, passedOver };
}

/** A filter that picks nothing is a slip of the pen: a CI that tests nothing must not be green. */
function nothingChosen(only: string, names: readonly string[]): PolyphonError {
  const near = nearest(
    only.toLowerCase(),
    names.flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}-]+/u)),
  );
  const known = near === undefined ? `One is called "${names[0]}".` : `Did you mean "${near}"?`;
  return new PolyphonError(
    'CLI9001',
    `--only: none of ${count(names.length, 'case')} has "${only}" in its name, and nothing was tested. ${known}`,
  );
}

function describe(result: CaseResult, test: TestCase, { ink, terminal }: Shell): string {
  const took = ink.dim(elapsed(result.elapsedMs));
  if (result.passed === 'yes') return `  ${ink.green('✓')} ${result.name}  ${took}`;
  const lines = [`  ${ink.red('✗')} ${ink.bold(result.name)}  ${took}`];
  for (const turn of result.turns) {
    lines.push(`      ${ink.cyan('contact')}  ${oneLine(turn.user, terminal.stdout.columns - 16)}`);
    const said =
      turn.observation.text === '' ? ink.dim('(nothing)') : oneLine(turn.observation.text, terminal.stdout.columns * 2);
    lines.push(`      ${ink.green('bot')}      ${said}`);
    for (const failure of turn.failures)
      lines.push(`      ${ink.red('→')} ${failure}  ${ink.dim(`${test.file}:${turn.line}`)}`);
  }
  if (result.error !== undefined)
    lines.push(`      ${ink.red('→')} ${result.error}  ${ink.dim(`${test.file}:${result.line}`)}`);
  return lines.join('\n');
}

function conclude(
  results: readonly CaseResult[],
  options: TestOptions & { readonly botsFolder: string },
  shell: Shell,
): (typeof exitCodes)[keyof typeof exitCodes] {
  const { ink } = shell;
  const passed = results.filter((result) => result.passed === 'yes').length;
  const percent = results.length === 0 ? 100 : (passed / results.length) * 100;
  if (options.format === 'junit') shell.print(toJunit(results, options.botsFolder));
  if (options.format === 'json') {
    const cases = results.map((result) => ({ ...result, passed: result.passed === 'yes', reasons: reasonsOf(result) }));
    shell.print(
      JSON.stringify(
        { formatVersion: 1, passed, failed: results.length - passed, minPass: options.minPass, cases },
        undefined,
        2,
      ),
    );
  }
  if (options.format === 'pretty') {
    if (results.length === 0) shell.print('No tests. `tests: tests/*.yaml` in a bot.yaml says where they are.');
    else
      shell.print(
        `\n${ink.bold(ink.green(`${passed} passed`))}, ${results.length > passed ? ink.bold(ink.red(`${results.length - passed} failed`)) : '0 failed'}  ${ink.dim(`${percent.toFixed(0)} % of ${count(results.length, 'case')}, ${options.minPass} % needed`)}`,
      );
  }
  return percent + 1e-9 >= options.minPass ? exitCodes.ok : exitCodes.testsFailed;
}

/** `90`, `90%` or `0.9`. */
function parsePercent(written: string): number {
  const number = Number(written.replace(/\s*%$/, ''));
  const percent = written.endsWith('%') || number > 1 ? number : number * 100;
  if (!Number.isFinite(percent) || percent < 0 || percent > 100)
    throw new InvalidArgumentError('It must be a share, as in 90 or 0.9.');
  return percent;
}
