import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTestFile } from '../../../../core/cli/bot-tests/read-tests.ts';
import { SourceText } from '../../../../core/config/source-text.ts';

const texts = { de: 'x' };
const bot = {
  channels: { web: { use: 'web-chat', with: {}, enabled: true, override: {} } },
  knowledge: {},
  prompts: { system: texts, greeting: texts, unknown: texts, failure: texts },
};
const read = (text: string) =>
  readTestFile(new SourceText(join(process.cwd(), 'bots/x/tests/a.yaml'), text), 'tests/a.yaml', bot);

describe('reading a test file', () => {
  it('gives cases with their lines and durations in milliseconds', () => {
    const { cases, diagnostics } = read(
      [
        'polyphon: 1',
        'cases:',
        '  - name: first',
        '    channel: web',
        '    turns:',
        '      - user: Hallo?',
        '        expect: { contains: ["Guten Tag"], maxLatency: 1.5s, not: { says: unknown } }',
        '      - { user: Und? }',
      ].join('\n'),
    );
    expect(diagnostics).toEqual([]);
    expect(cases).toEqual([
      {
        file: 'tests/a.yaml',
        line: 3,
        name: 'first',
        channel: 'web',
        tags: [],
        turns: [
          {
            line: 6,
            user: 'Hallo?',
            expect: { contains: ['Guten Tag'], maxLatencyMs: 1500, not: { says: 'unknown' } },
          },
          { line: 8, user: 'Und?', expect: {} },
        ],
      },
    ]);
  });

  const mistakes: readonly [string, string, { line: number; column: number }, string, string][] = [
    [
      'a key that is mistyped',
      'polyphon: 1\ncases:\n  - name: a\n    turns: [{ user: x, expct: {} }]\n',
      { line: 4, column: 24 },
      'unknown key "expct"',
      'BOT1004',
    ],
    [
      'a source that the bot has not',
      'polyphon: 1\ncases:\n  - name: a\n    turns: [{ user: x, expect: { not: { cites: [prices] } } }]\n',
      { line: 4, column: 49 },
      'the bot has no `knowledge.prices`',
      'CLI9008',
    ],
    [
      'an event that does not exist',
      'polyphon: 1\ncases:\n  - name: a\n    turns: [{ user: x, expect: { not: { events: [handof.requested] } } }]\n',
      { line: 4, column: 50 },
      '"handof.requested" is not allowed here',
      'BOT1007',
    ],
    [
      'a case without a name',
      'polyphon: 1\ncases:\n  - turns: [{ user: x }]\n',
      { line: 3, column: 5 },
      '"name" is missing',
      'BOT1005',
    ],
    ['a file without cases', 'polyphon: 1\ncases: []\n', { line: 2, column: 8 }, '', 'BOT1008'],
    [
      'a case without turns',
      'polyphon: 1\ncases:\n  - { name: a, turns: [] }\n',
      { line: 3, column: 23 },
      '',
      'BOT1008',
    ],
    [
      'two cases of one name',
      'polyphon: 1\ncases:\n  - { name: a, turns: [{ user: x }] }\n  - { name: a, turns: [{ user: y }] }\n',
      { line: 4, column: 13 },
      'two cases are called "a"',
      'CLI9008',
    ],
    ['what is not YAML', 'polyphon: 1\ncases: [\n', { line: 2, column: 8 }, '', 'BOT1001'],
    [
      'a list where words are meant',
      'polyphon: 1\ncases:\n  - { name: a, turns: [{ user: [x] }] }\n',
      { line: 3, column: 32 },
      '',
      'BOT1006',
    ],
  ];
  it.each(mistakes)('refuses %s at its place', (_, text, start, summary, code) => {
    const { cases, diagnostics } = read(text);
    expect(cases).toEqual([]);
    expect(diagnostics[0]).toMatchObject({
      severity: 'error',
      code,
      file: 'bots/x/tests/a.yaml',
      range: { start },
    });
    expect(diagnostics[0]?.summary).toContain(summary);
  });

  it('suggests the key that was meant', () => {
    const { diagnostics } = read('polyphon: 1\ncases:\n  - name: a\n    turns: [{ user: x, expct: {} }]\n');
    expect(diagnostics[0]?.suggestion).toBe('expect');
  });

  it.each([
    ['channel: web', 'channel: wob', 'channels.wob'],
    ['says: unknown', 'says: farewell', 'prompts.farewell'],
  ])('refuses a name that the bot does not have: %s', (right, wrong, name) => {
    const file =
      'polyphon: 1\ncases:\n  - { name: a, channel: web, turns: [{ user: x, expect: { says: unknown } }] }\n';
    expect(read(file).diagnostics).toEqual([]);
    expect(read(file.replace(right, wrong)).diagnostics[0]?.summary).toBe(`the bot has no \`${name}\``);
  });

  it.each(['maxLatency: 2', 'matches: "(a"', 'language: German'])('refuses %s', (claim) => {
    const { diagnostics } = read(`polyphon: 1\ncases:\n  - { name: a, turns: [{ user: x, expect: { ${claim} } }] }\n`);
    expect(diagnostics).toHaveLength(1);
  });

  it('refuses an alias bomb instead of expanding it', () => {
    const bomb = [
      'polyphon: 1',
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[at]}`).join(', ')}]`),
    ].join('\n');
    expect(read(bomb).diagnostics).toHaveLength(1);
  });
});
