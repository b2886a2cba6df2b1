import { join } from 'node:path';
import { type TestFile, testFileSchema } from '../../../schemas/test-file.ts';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { parseYaml } from '../../config/parse-yaml.ts';
import { type Problem, toDiagnostics } from '../../config/problems.ts';
import { schemaProblems } from '../../config/schema-problems.ts';
import { SourceText } from '../../config/source-text.ts';
import { openTenantFolder } from '../../config/tenant-folder.ts';
import { type Node, placeAt, toValue } from '../../config/tree.ts';
import { parseDuration } from '../../config/units.ts';
import { validatorFor } from '../../config/validators.ts';
import { PolyphonError, type ResolvedBot } from '../../contract/index.ts';
import type { Shell } from '../shell.ts';
import { showErrors } from '../show-diagnostics.ts';
import type { Expectation } from './expectation.ts';
import type { TestCase } from './test-file.ts';

const maxFileBytes = 262_144;

export interface ReadTests {
  readonly cases: readonly TestCase[];
  readonly diagnostics: readonly Diagnostic[];
}

/** All cases of a bot in the order of its files, and what is wrong with files that cannot be run. */
export async function readTests(bot: ResolvedBot, folder: string, signal: AbortSignal): Promise<ReadTests> {
  const tenantFolder = openTenantFolder(folder);
  const cases: TestCase[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const pattern of bot.tests) {
    for (const { path } of await tenantFolder.glob(pattern, signal)) {
      const bytes = await tenantFolder.read(path, { maxBytes: maxFileBytes }, signal);
      const read = readTestFile(new SourceText(join(folder, path), new TextDecoder().decode(bytes)), path, bot);
      cases.push(...read.cases);
      diagnostics.push(...read.diagnostics);
    }
  }
  return { cases, diagnostics };
}

/** As `readTests`. @throws PolyphonError CLI9008 when a file has mistakes; they are printed. */
export async function readSoundTests(bot: ResolvedBot, folder: string, shell: Shell): Promise<readonly TestCase[]> {
  const { cases, diagnostics } = await readTests(bot, folder, shell.terminal.signal);
  if (diagnostics.length === 0) return cases;
  await showErrors(diagnostics, shell);
  throw new PolyphonError(
    'CLI9008',
    `The tests of "${bot.tenantId}" have mistakes, shown above. Correct them and run the tests again.`,
  );
}

/** One test file: its cases, or what is wrong with it. `file` is relative to the bot's folder. */
export function readTestFile(
  source: SourceText,
  file: string,
  bot: Pick<ResolvedBot, 'channels' | 'knowledge' | 'prompts'>,
): ReadTests {
  const { root, problems } = parseYaml(source);
  if (root === undefined || problems.length > 0) return { cases: [], diagnostics: toDiagnostics(problems) };
  const value = toValue(root);
  const { errors } = validatorFor(testFileSchema)(value);
  const mistakes = schemaProblems(errors, { tree: root, at: [], unresolved: () => false, secrets: [] });
  if (mistakes.length > 0) return { cases: [], diagnostics: toDiagnostics(mistakes) };
  const { cases } = value as TestFile;
  const slips = [...twice(cases, root), ...strangers(cases, root, bot)];
  if (slips.length > 0) return { cases: [], diagnostics: toDiagnostics(slips) };

  const line = (path: readonly (string | number)[]) => source.position(placeAt(root, path).start).line;
  return {
    diagnostics: [],
    cases: cases.map((one, at) => ({
      file,
      line: line(['cases', at]),
      name: one.name,
      tags: one.tags === undefined ? [] : typeof one.tags === 'string' ? [one.tags] : one.tags,
      ...(one.channel === undefined ? {} : { channel: one.channel }),
      ...(one.contact === undefined ? {} : { contact: one.contact }),
      turns: one.turns.map((turn, index) => ({
        line: line(['cases', at, 'turns', index]),
        user: turn.user,
        expect: toExpectation(turn.expect ?? {}),
      })),
    })),
  };
}

function twice(cases: TestFile['cases'], root: Node): readonly Problem[] {
  return cases.flatMap(({ name }, at) => {
    if (cases.findIndex((other) => other.name === name) === at) return [];
    return [
      slip(root, ['cases', at, 'name'], `two cases are called "${name}"`, 'give each case of a file a name of its own'),
    ];
  });
}

/** Names of the bot that do not exist: such an expectation could never hold, or with `not` never fail. */
function strangers(
  cases: TestFile['cases'],
  root: Node,
  bot: Pick<ResolvedBot, 'channels' | 'knowledge' | 'prompts'>,
): readonly Problem[] {
  const problems: Problem[] = [];
  const known = (
    section: 'channels' | 'knowledge' | 'prompts',
    name: string | undefined,
    path: readonly (string | number)[],
  ) => {
    if (name === undefined || Object.hasOwn(bot[section], name)) return;
    const names = Object.keys(bot[section]).join(', ');
    problems.push(slip(root, path, `the bot has no \`${section}.${name}\``, `it has: ${names || 'none'}`));
  };
  cases.forEach((one, at) => {
    known('channels', one.channel, ['cases', at, 'channel']);
    one.turns.forEach(({ expect }, index) => {
      const path = ['cases', at, 'turns', index, 'expect'];
      known('prompts', expect?.says, [...path, 'says']);
      known('prompts', expect?.not?.says, [...path, 'not', 'says']);
      expect?.cites?.forEach((name, entry) => void known('knowledge', name, [...path, 'cites', entry]));
      expect?.not?.cites?.forEach((name, entry) => void known('knowledge', name, [...path, 'not', 'cites', entry]));
    });
  });
  return problems;
}

function slip(root: Node, path: readonly (string | number)[], summary: string, detail: string): Problem {
  return { severity: 'error', code: 'CLI9008', place: placeAt(root, path), summary, detail };
}

type WrittenExpectation = NonNullable<TestFile['cases'][number]['turns'][number]['expect']>;

function toExpectation({ not, maxLatency, ...claims }: WrittenExpectation): Expectation {
  const { maxLatency: _, ...denied } = not ?? {};
  const maxLatencyMs = maxLatency === undefined ? undefined : parseDuration(maxLatency);
  return {
    ...claims,
    ...(maxLatencyMs === undefined ? {} : { maxLatencyMs }),
    ...(not === undefined ? {} : { not: denied }),
  } as Expectation;
}
