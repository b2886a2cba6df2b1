import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { PolyphonError } from '../../contract/index.ts';
import { systemClock } from '../../kernel/system.ts';
import { type EvalFigures, type EvalResult, evaluate, figuresOf } from '../evaluation/evaluate.ts';
import { figureRows } from '../evaluation/figure-rows.ts';
import { htmlReport } from '../evaluation/html-report.ts';
import { isMiss, whyMissed } from '../evaluation/miss.ts';
import { type EvalQuestion, questionsOfCsv, questionsOfTests } from '../evaluation/question-set.ts';
import { exitCodes } from '../exit-code.ts';
import { writeNamedFile } from '../named-file.ts';
import { type OpenBots, openBot } from '../open-bot.ts';
import { printJson } from '../print-json.ts';
import type { Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { showMissingVectors } from '../show-missing-vectors.ts';
import { formatTable } from '../table.ts';
import { count, oneLine } from '../wording.ts';

interface EvalOptions {
  readonly questions?: string;
  readonly minRecall?: number;
  readonly html?: string;
  readonly json?: true;
}

export function addEval({ program, act }: Registry): void {
  program
    .command('eval')
    .description('measure how well a bot finds answers in its documents')
    .argument('<tenant>', 'the bot')
    .option('--questions <file>', 'CSV: question, expected_document, expected_text, unknown; else the tests of the bot')
    .option('--min-recall <share>', 'exit 1 when fewer questions have an answer among five passages', parseShare)
    .option('--html <file>', 'write a report with plots')
    .option('--json', 'print JSON')
    .action(act(evaluateBot));
}

async function evaluateBot(shell: Shell, named: string, options: EvalOptions): Outcome {
  await using bot = await openBot(named, shell);
  const { tenantId, application } = bot;
  const { signal } = shell.terminal;
  const questions = await questionsFor(tenantId, bot, options, shell);
  // Where it does not answer, the figures would be those of what served before.
  await application.kernel.tryEmbedding(tenantId, signal);
  const results = await evaluate(questions, {
    search: (text, which) => {
      const query = which === 'all' ? ({ text, limit: 10, below: 'keep' } as const) : { text, limit: 1 };
      return application.kernel.search(tenantId, query, signal);
    },
    // Asked when the first question has had them read.
    get documents() {
      const stored = application.store.forTenant(tenantId).knowledge.documents();
      return new Set(stored.map(({ document }) => document));
    },
    nowMs: () => systemClock.monotonicMs(),
  });
  const figures = figuresOf(results);
  if (options.html !== undefined) {
    const report = htmlReport(tenantId, figures, results, new Date(systemClock.now()).toISOString());
    await writeNamedFile(options.html, report, { option: '--html', shell });
  }
  showMissingVectors([application.kernel.tenant(tenantId)], shell);
  if (options.json) printJson(shell, tenantId, { ...figures, results });
  else shell.print(render(figures, results, shell));
  const enough = options.minRecall === undefined || figures.recall['5'] + 1e-9 >= options.minRecall;
  return enough ? exitCodes.ok : exitCodes.failure;
}

async function questionsFor(
  tenantId: string,
  { application, deployment }: OpenBots,
  options: EvalOptions,
  shell: Shell,
): Promise<readonly EvalQuestion[]> {
  const { signal } = shell.terminal;
  if (options.questions !== undefined) return questionsOfCsv(shell.path(options.questions), signal);
  const { readSoundTests } = await import('../bot-tests/read-tests.ts');
  const { bot } = await application.loader.load(tenantId, signal);
  if (bot === undefined) return [];
  const questions = questionsOfTests(await readSoundTests(bot, join(deployment.botsDirectory, tenantId), shell));
  if (questions.length > 0) return questions;
  throw new PolyphonError(
    'CLI9001',
    `The tests of "${tenantId}" hold no question with \`cites\` or \`says: unknown\`. Write some, or name a CSV with --questions.`,
  );
}

function render(figures: EvalFigures, results: readonly EvalResult[], { ink, terminal }: Shell): string {
  const rows = figureRows(figures);
  const columns = [{ title: count(figures.questions, 'question') }, { title: '', align: 'right' as const }];
  const misses = results.filter(isMiss).map((result) => {
    const what = whyMissed(result);
    return `${ink.red('✗')} ${oneLine(result.question, terminal.stdout.columns - 40)}  ${ink.dim(`${what}, ${result.score.toFixed(2)}, ${result.from}`)}`;
  });
  return [formatTable(columns, rows, ink.dim), ...(misses.length === 0 ? [] : ['', ...misses])].join('\n');
}

/** `0.9`, `90` or `90%`. */
function parseShare(written: string): number {
  const number = Number(written.replace(/\s*%$/, ''));
  const share = written.endsWith('%') || number > 1 ? number / 100 : number;
  if (!Number.isFinite(share) || share < 0 || share > 1)
    throw new InvalidArgumentError('It must be a share, as in 0.9.');
  return share;
}
