import { join, relative } from 'node:path';
import { Value } from 'typebox/value';
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { type TestFile, testFileSchema } from '../../../schemas/test-file.ts';
import type { Diagnostic } from '../../config/diagnostic.ts';
import { openTenantFolder } from '../../config/tenant-folder.ts';
import { PolyphonError, type ResolvedBot } from '../../contract/index.ts';
import { nearest } from '../nearest.ts';
import type { Shell } from '../shell.ts';
import { showDiagnostics } from '../show-diagnostics.ts';
import type { Expectation } from './expectation.ts';
import type { TestCase } from './test-file.ts';

const maxFileBytes = 262_144;

/** All cases of a bot, in the order of its files. @throws PolyphonError CLI9008 when a file has mistakes; they are printed. */
export async function readTests(bot: ResolvedBot, folder: string, shell: Shell): Promise<readonly TestCase[]> {
  const { signal, workingDirectory } = shell.terminal;
  const tenantFolder = openTenantFolder(folder);
  const cases: TestCase[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const pattern of bot.tests) {
    for (const { path } of await tenantFolder.glob(pattern, signal)) {
      const bytes = await tenantFolder.read(path, { maxBytes: maxFileBytes }, signal);
      const shown = relative(workingDirectory, join(folder, path));
      const read = readTestFile(
        new TextDecoder().decode(bytes),
        path,
        shown.startsWith('..') ? join(folder, path) : shown,
      );
      cases.push(...read.cases);
      diagnostics.push(...read.diagnostics);
    }
  }
  if (diagnostics.length > 0) {
    await showDiagnostics(diagnostics, shell);
    throw new PolyphonError(
      'CLI9008',
      `The tests of "${bot.tenantId}" have mistakes, shown above. Correct them and run the tests again.`,
    );
  }
  return cases;
}

/** One test file: its cases, or what is wrong with it. `shown` is the path that people read. */
export function readTestFile(
  text: string,
  file: string,
  shown: string,
): { readonly cases: readonly TestCase[]; readonly diagnostics: readonly Diagnostic[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (
    range: readonly [number, number],
    summary: string,
    detail: string,
    suggestion?: string,
  ): Diagnostic => ({
    severity: 'error',
    code: 'CLI9008',
    summary,
    detail,
    file: shown,
    range: { start: positionOf(range[0], lines), end: positionOf(range[1], lines) },
    ...(suggestion === undefined ? {} : { suggestion }),
  });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    return {
      cases: [],
      diagnostics: [
        refuse(
          syntax.pos,
          `this is not YAML: ${syntax.message}`,
          'correct this place; what follows may only be its echo',
        ),
      ],
    };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch {
    return {
      cases: [],
      diagnostics: [
        refuse([0, 1], 'the file refers to itself too often', 'write the cases out instead of using aliases'),
      ],
    };
  }
  const mistakes = Value.Errors(testFileSchema, value).filter((error) => error.keyword !== 'boolean');
  if (mistakes.length > 0) {
    return { cases: [], diagnostics: mistakes.map((error) => refuse(...describe(error, document))) };
  }
  const cases = (value as TestFile).cases.map(
    (one, at): TestCase => ({
      file,
      line: lineAt(['cases', at], document, lines),
      name: one.name,
      tags: one.tags === undefined ? [] : typeof one.tags === 'string' ? [one.tags] : one.tags,
      ...(one.channel === undefined ? {} : { channel: one.channel }),
      ...(one.contact === undefined ? {} : { contact: one.contact }),
      turns: one.turns.map((turn, index) => ({
        line: lineAt(['cases', at, 'turns', index], document, lines),
        user: turn.user,
        expect: toExpectation(turn.expect ?? {}),
      })),
    }),
  );
  const twice = cases.findIndex((one, at) => cases.findIndex(({ name }) => name === one.name) < at);
  if (twice >= 0) {
    const range = rangeAt(['cases', twice, 'name'], document, 'value');
    return {
      cases: [],
      diagnostics: [refuse(range, `two cases are called "${cases[twice]?.name}"`, 'give each case a name of its own')],
    };
  }
  return { cases, diagnostics: [] };
}

type Mistake = ReturnType<typeof Value.Errors>[number];
type Place = readonly (string | number)[];

function describe(
  error: Mistake,
  document: Document,
): [readonly [number, number], string, string, (string | undefined)?] {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer);
  if (error.keyword === 'additionalProperties') {
    const [key = ''] = (error.params as { additionalProperties?: readonly string[] }).additionalProperties ?? [];
    const near = nearest(key, knownKeys);
    return [
      rangeAt([...path, key], document, 'key'),
      `unknown key "${key}"`,
      'rename the key, or prefix it with x- to keep it as a note',
      near,
    ];
  }
  if (error.keyword === 'required') {
    const [key = ''] = (error.params as { requiredProperties?: readonly string[] }).requiredProperties ?? [];
    return [rangeAt(path, document, 'value'), `"${key}" is missing`, `add \`${key}:\``];
  }
  return [
    rangeAt(path, document, 'value'),
    `${path.join('.') || 'the file'} ${error.message}`,
    'the guide to the language in bots/README.md shows a test file',
  ];
}

const knownKeys = [
  ...['polyphon', 'cases', 'name', 'channel', 'contact', 'tags', 'turns', 'user', 'expect', 'not'],
  ...['contains', 'matches', 'cites', 'language', 'maxLatency', 'says', 'ownership', 'events'],
];

function unescapePointer(part: string): string | number {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
  return /^\d+$/.test(plain) ? Number(plain) : plain;
}

/** The nearest written thing at a path. */
function rangeAt(path: Place, document: Document, part: 'key' | 'value'): readonly [number, number] {
  if (part === 'key') {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === path.at(-1))
      : undefined;
    if (pair !== undefined && isScalar(pair.key) && pair.key.range) return [pair.key.range[0], pair.key.range[1]];
  }
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return [node.range[0], isScalar(node) ? node.range[1] : node.range[0] + 1];
  }
  return [0, 1];
}

function lineAt(path: Place, document: Document, lines: LineCounter): number {
  return positionOf(rangeAt(path, document, 'value')[0], lines).line;
}

function positionOf(offset: number, lines: LineCounter): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

type WrittenExpectation = NonNullable<TestFile['cases'][number]['turns'][number]['expect']>;

function toExpectation({ not, maxLatency, ...claims }: WrittenExpectation): Expectation {
  const { maxLatency: _, ...denied } = not ?? {};
  return {
    ...claims,
    ...(maxLatency === undefined ? {} : { maxLatencyMs: durationMs(maxLatency) }),
    ...(not === undefined ? {} : { not: denied }),
  } as Expectation;
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2s`, `400ms`; the schema has checked the form. */
function durationMs(written: string): number {
  const [, number = '0', unit = 'ms'] = /^([\d.]+)\s*([a-z]+)$/.exec(written.trim()) ?? [];
  return Number(number) * (unitsMs[unit] ?? 1);
}
