import { describe, expect, it } from 'vitest';
import { readTestFile } from '../../../../core/cli/bot-tests/read-tests.ts';

const read = (text: string) => readTestFile(text, 'tests/a.yaml', 'bots/x/tests/a.yaml');

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

  const mistakes: readonly [string, string, { line: number; column: number }, string][] = [
    [
      'a key that is mistyped',
      'polyphon: 1\ncases:\n  - name: a\n    turns: [{ user: x, expct: {} }]\n',
      { line: 4, column: 24 },
      'unknown key "expct"',
    ],
    [
      'a case without a name',
      'polyphon: 1\ncases:\n  - turns: [{ user: x }]\n',
      { line: 3, column: 5 },
      '"name" is missing',
    ],
    ['a file without cases', 'polyphon: 1\ncases: []\n', { line: 2, column: 8 }, 'cases'],
    ['a case without turns', 'polyphon: 1\ncases:\n  - { name: a, turns: [] }\n', { line: 3, column: 23 }, 'turns'],
    [
      'two cases of one name',
      'polyphon: 1\ncases:\n  - { name: a, turns: [{ user: x }] }\n  - { name: a, turns: [{ user: y }] }\n',
      { line: 4, column: 13 },
      'two cases are called "a"',
    ],
    ['what is not YAML', 'polyphon: 1\ncases: [\n', { line: 3, column: 1 }, 'this is not YAML'],
    [
      'a list where words are meant',
      'polyphon: 1\ncases:\n  - { name: a, turns: [{ user: [x] }] }\n',
      { line: 3, column: 32 },
      'user',
    ],
  ];
  it.each(mistakes)('refuses %s at its place', (_, text, start, summary) => {
    const { cases, diagnostics } = read(text);
    expect(cases).toEqual([]);
    expect(diagnostics[0]).toMatchObject({
      severity: 'error',
      code: 'CLI9008',
      file: 'bots/x/tests/a.yaml',
      range: { start },
    });
    expect(diagnostics[0]?.summary).toContain(summary);
  });

  it('suggests the key that was meant', () => {
    const { diagnostics } = read('polyphon: 1\ncases:\n  - name: a\n    turns: [{ user: x, expct: {} }]\n');
    expect(diagnostics[0]?.suggestion).toBe('expect');
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
