import { languageName } from '../../config/language-name.ts';
import { nearest } from '../../config/nearest.ts';
import { type Passage, PolyphonError, type ResolvedBot } from '../../contract/index.ts';
import { primaryTag } from '../../knowledge/primary-tag.ts';
import { undetermined } from '../../knowledge/undetermined.ts';
import { exitCodes } from '../exit-code.ts';
import { openBot } from '../open-bot.ts';
import { parseCount, type Registry } from '../registry.ts';
import type { Outcome, Shell } from '../shell.ts';
import { showMissingVectors } from '../show-missing-vectors.ts';
import { count, oneLine } from '../wording.ts';

interface SearchOptions {
  readonly limit: number;
  readonly below?: true;
  readonly json?: true;
  readonly unfiltered?: true;
  readonly source?: readonly string[];
  readonly language?: readonly string[];
  readonly tag?: readonly string[];
}

export function addSearch({ program, act }: Registry): void {
  program
    .command('search')
    .description('show what a bot finds in its documents, with scores')
    .argument('<tenant>', 'the bot')
    .argument('<question>', 'in quotes')
    .option('-k, --limit <number>', 'how many passages', parseCount, 5)
    .option('--below', 'also those under minScore, which the bot does not use')
    .option('-s, --source <key...>', 'only from these entries of knowledge:')
    .option('-l, --language <tag...>', 'only in these languages')
    .option('-t, --tag <tag...>', 'only from entries of knowledge: with one of these tags')
    .option('--unfiltered', "also what the bot's own filters leave out")
    .option('--json', 'print JSON')
    .action(act(search));
}

async function search(shell: Shell, named: string, question: string, options: SearchOptions): Outcome {
  if (question.trim() === '') throw mistaken('The question is empty. Write one in quotes.');
  await using bot = await openBot(named, shell, (deployment) => ({ ...deployment, documents: 'find' }));
  const { application } = bot;
  const { kernel, loader } = application;
  const { source, language, tag } = options;
  const { bot: defined } = await loader.load(bot.tenantId, shell.terminal.signal);
  const entries = defined?.knowledge ?? {};
  refuseUnknown('No entry of `knowledge` is named', source, Object.keys(entries));
  refuseUnknown(
    'No entry of `knowledge` has the tag',
    tag,
    Object.values(entries).flatMap((entry) => entry.tags ?? []),
  );
  const { languages: spoken } = application.store.forTenant(bot.tenantId).knowledge.figures();
  refuseNoLanguage(language, spoken);
  const where = { ...(source && { sources: source }), ...(language && { languages: language }) };
  const passages = await kernel.search(
    bot.tenantId,
    {
      text: question,
      limit: options.limit,
      ...(options.below ? { below: 'keep' as const } : {}),
      where,
      ...(options.unfiltered ? { filters: 'ignored' as const } : {}),
      ...(tag === undefined ? {} : { tags: tag }),
    },
    shell.terminal.signal,
  );
  if (options.json) {
    shell.print(
      JSON.stringify(
        { formatVersion: 1, tenant: bot.tenantId, query: question, results: passages.map(resultOf) },
        undefined,
        2,
      ),
    );
  } else if (passages.length === 0) {
    const { chunks } = kernel.tenant(bot.tenantId);
    const why =
      chunks === 0
        ? whyNoDocuments(bot.tenantId, Object.keys(entries))
        : whyNothing(chunks, spoken, defined?.retrieval, options);
    shell.print(`Nothing found. ${why}`);
  } else {
    const reranked = passages.some(({ scores }) => scores.rerank !== undefined);
    // A reranker may have a limit of its own.
    const minScore = reranked ? undefined : minScoreOf(defined);
    shell.print(passages.map((passage, index) => render(passage, index + 1, { minScore, shell })).join('\n\n'));
    shell.print(shell.ink.dim(`\n${explain(passages, minScore)}`));
    const unranked =
      defined?.retrieval.rerank !== undefined && passages.every(({ scores }) => scores.rerank === undefined);
    if (unranked)
      shell.print(shell.ink.dim('\nIn the order of the search: the reranker gave none, and --verbose tells why.'));
  }
  showMissingVectors([kernel.tenant(bot.tenantId)], shell);
  return exitCodes.ok;
}

/** A name that nothing bears finds nothing, which reads as if the documents held none. */
function refuseUnknown(what: string, typed: readonly string[] | undefined, known: readonly string[]): void {
  const wrong = typed?.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const meant = nearest(wrong, known);
  const there = known.length === 0 ? 'There is none.' : `There are: ${[...new Set(known)].join(', ')}.`;
  throw mistaken(`${what} "${wrong}". ${meant === undefined ? '' : `Did you mean "${meant}"? `}${there}`);
}

/** As `refuseUnknown`; a language that merely no document is in is a question like any other. */
function refuseNoLanguage(typed: readonly string[] | undefined, spoken: readonly string[]): void {
  const wrong = typed?.find((tag) => languageName(tag) === undefined);
  if (wrong === undefined) return;
  throw mistaken(`"${wrong}" is no language. Write a tag as in \`de\`. ${spokenIn(spoken)}`);
}

/** `spoken` are the tags of stored chunks, those that nobody could tell among them. */
function spokenIn(spoken: readonly string[]): string {
  const told = spoken.filter((tag) => tag !== undetermined);
  return told.length === 0 ? 'No document is in a known language.' : `Documents are in: ${told.join(', ')}.`;
}

function mistaken(message: string): PolyphonError {
  return new PolyphonError('CLI9001', message);
}

function whyNoDocuments(tenantId: string, entries: readonly string[]): string {
  if (entries.length === 0) return 'It has no documents: `knowledge:` in its definition names them.';
  return `No document was read from its \`knowledge\` (${entries.join(', ')}): \`polyphon ingest ${tenantId}\` says why.`;
}

function whyNothing(
  chunks: number,
  spoken: readonly string[],
  retrieval: ResolvedBot['retrieval'] | undefined,
  { source, language, tag, unfiltered }: SearchOptions,
): string {
  const unspoken = language?.find((wanted) => !spoken.includes(primaryTag(wanted)));
  if (unspoken !== undefined) return `No document is known to be in "${unspoken}". ${spokenIn(spoken)}`;
  if (source !== undefined || language !== undefined || tag !== undefined)
    return 'Nothing with this source, language or tag is near enough; without them there may be more.';
  if (retrieval?.filters !== undefined && unfiltered === undefined)
    return 'Nothing that the filters of the bot leave is near enough; --unfiltered searches everything.';
  return `Nothing in its ${count(chunks, 'chunk')} is near enough; --below shows what came closest.`;
}

function resultOf(passage: Passage) {
  const { source, document, chunk, score, scores, title, headings, text, page, row, url } = passage;
  return { source, document, chunk, score, scores, title, headings, text, page, row, url };
}

const barCells = 10;

function render(
  passage: Passage,
  rank: number,
  { minScore, shell }: { readonly minScore: number | undefined; readonly shell: Shell },
): string {
  const { ink, terminal } = shell;
  const filled = Math.round(Math.min(1, Math.max(0, passage.score)) * barCells);
  const bar = ink.green('█'.repeat(filled)) + ink.dim('░'.repeat(barCells - filled));
  const parts = Object.entries(passage.scores).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  const place = [
    `${passage.source}: ${passage.document}`,
    ...(passage.page === undefined ? [] : [`page ${passage.page}`]),
    ...(passage.row === undefined ? [] : [`row ${passage.row}`]),
    ...passage.headings,
  ].join(' › ');
  const width = Math.min(terminal.stdout.columns, 100) - 4;
  const unused = minScore !== undefined && passage.score < minScore ? `  ${ink.yellow('not used')}` : '';
  return [
    `${String(rank).padStart(2)}  ${bar} ${ink.bold(passage.score.toFixed(2))}  ${ink.cyan(place)}  ${ink.dim(`(${parts.join(', ')})`)}${unused}`,
    ...wrap(oneLine(passage.text, width * 4), width).map((line) => `    ${line}`),
  ].join('\n');
}

const meanings: Readonly<Record<keyof Passage['scores'], string>> = {
  fused: 'fused orders what is found',
  lexical: 'lexical is how well the words fit (BM25)',
  vector: 'vector how near the embedding puts it (cosine)',
  rerank: 'rerank is what the reranker gave, and orders instead',
};

/** What the numbers mean, of those that there are. */
function explain(passages: readonly Passage[], minScore: number | undefined): string {
  const names = new Set(passages.flatMap(({ scores }) => Object.keys(scores)));
  const parts = Object.entries(meanings).flatMap(([name, meaning]) => (names.has(name) ? [meaning] : []));
  const least = minScore === undefined ? '' : `; the bot uses what has ${minScore} (minScore) or more`;
  return `The bar is how surely a passage is about the question, 0 to 1${least}.\nIn brackets: ${parts.join('; ')}.`;
}

/** Of the retrieval that ships; another may have no such key. */
function minScoreOf(bot: ResolvedBot | undefined): number | undefined {
  const config = bot?.retrieval.with;
  const least = typeof config === 'object' && config !== null && 'minScore' in config ? config.minScore : undefined;
  return typeof least === 'number' ? least : undefined;
}

/** Breaks at spaces; a longer word stands alone. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}
