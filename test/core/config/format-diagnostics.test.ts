import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../core/config/diagnostic.ts';
import { formatDiagnostics } from '../../../core/config/format-diagnostics.ts';
import { maskedLine } from '../../../core/config/mask-secrets.ts';

const file = 'bots/praxis/bot.yaml';
const source = [
  ...Array.from({ length: 35 }, () => ''),
  'knowledge: …',
  'retrieval: { topK: 6, minScor: 0.35, hybrid: true }',
  'llm: { with: { apiKey: sk-CANARY-1, accessToken: "CANARY-2", model: x, kee: 1 } }',
  'telegram: { token: "${secret:t}", x: CANARY-3 }',
].join('\n');
const diagnostic: Diagnostic = {
  severity: 'error',
  code: 'BOT1004',
  summary: 'unknown key "minScor"',
  detail: 'rename the key, or prefix it with x- to keep it as a note',
  file,
  range: { start: { line: 37, column: 23 }, end: { line: 37, column: 30 } },
  suggestion: 'minScore',
};
const format = (diagnostics: readonly Diagnostic[], name: 'pretty' | 'json' | 'github' | 'sarif') =>
  formatDiagnostics(diagnostics, {
    format: name,
    color: 'never',
    readFile: (each) => (each === file ? source : undefined),
  });

describe('diagnostics', () => {
  it('are drawn with code, place, source, suggestion and remedy', async () => {
    expect(await format([diagnostic], 'pretty')).toBe(
      [
        'error BOT1004  unknown key "minScor"                      bots/praxis/bot.yaml:37:23',
        '  36 | knowledge: …',
        '> 37 | retrieval: { topK: 6, minScor: 0.35, hybrid: true }',
        '     |                       ^^^^^^^ did you mean "minScore"?',
        '  fix  rename the key, or prefix it with x- to keep it as a note',
      ].join('\n'),
    );
  });

  it('are JSON with counts', async () => {
    expect(JSON.parse(await format([diagnostic, { ...diagnostic, severity: 'warning' }], 'json'))).toEqual({
      formatVersion: 1,
      valid: false,
      errorCount: 1,
      warningCount: 1,
      diagnostics: [diagnostic, { ...diagnostic, severity: 'warning' }],
    });
    expect(JSON.parse(await format([], 'json'))).toMatchObject({ valid: true, diagnostics: [] });
  });

  it('are workflow commands whose text cannot begin another one', async () => {
    const text = await format([{ ...diagnostic, detail: 'a\n::error::b', file: 'a,b:c.yaml' }], 'github');
    expect(text.split('\n')).toHaveLength(1);
    expect(text).toContain(
      '::error file=a%2Cb%3Ac.yaml,line=37,endLine=37,col=23,endColumn=30,title=BOT1004 unknown key "minScor"::',
    );
  });

  it('are SARIF with rules and regions', async () => {
    const sarif = JSON.parse(await format([diagnostic, diagnostic], 'sarif'));
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0].tool.driver.rules).toHaveLength(1);
    expect(sarif.runs[0].results[1]).toMatchObject({
      ruleId: 'BOT1004',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: file },
            region: { startLine: 37, startColumn: 23, endLine: 37, endColumn: 30 },
          },
        },
      ],
    });
  });

  it('show no secret that stands in the lines they draw', async () => {
    const at = (line: number, column: number, end: number, code = 'BOT1004'): Diagnostic => ({
      ...diagnostic,
      code,
      range: { start: { line, column }, end: { line, column: end } },
    });
    const text = await format([at(38, 73, 76), at(39, 35, 36), at(39, 38, 46, 'BOT1024')], 'pretty');
    expect(text).not.toContain('CANARY');
    expect(text).toContain('apiKey: ***********, accessToken: "********", model: x, kee: 1');
    expect(text).toContain('token: "${secret:t}"');
  });

  it.each([
    ['llm: { deadline: { firstToken: 4, total: 30s }, with: { maxTokens: 800, max_output_tokens: 20 } }', undefined],
    ['llm: { with: { token: 4812 } }', 'llm: { with: { token: **** } }'],
    ['llm: { with: { firstToken: CANARY } }', 'llm: { with: { firstToken: ****** } }'],
    ['admin: { tokens: [CANARY, "CANARY"] }', 'admin: { tokens: [******, "******"] }'],
    ['  maxTokens: 800 # enough', undefined],
  ])('tell a number of tokens from a token: %s', (line, shown) => {
    expect(maskedLine(line, 1, [])).toBe(shown ?? line);
  });

  it.each([
    ['tenants: { allowPlainSecrets: false, dir: bots }', undefined],
    ['  allowPlainSecrets: true # for a demo', undefined],
    ['  apiKey: ~', undefined],
    ['  password: "false"', '  password: "*****"'],
    ['  password: falsetto', '  password: ********'],
  ])('tell a switch from a secret: %s', (line, shown) => {
    expect(maskedLine(line, 1, [])).toBe(shown ?? line);
  });

  it('never draw a file of secrets', async () => {
    const hidden = { ...diagnostic, file: 'bots/praxis/.secrets.yaml' };
    const text = await formatDiagnostics([hidden], {
      format: 'pretty',
      color: 'never',
      readFile: () => 'a: CANARY\n'.repeat(40),
    });
    expect(text).not.toContain('CANARY');
    expect(text.split('\n')).toHaveLength(2);
  });

  it('survive a file that is gone, shorter, or has very long lines', async () => {
    expect(await format([{ ...diagnostic, file: 'gone.yaml' }], 'pretty')).not.toContain('|');
    const long = { ...diagnostic, range: { start: { line: 1, column: 5000 }, end: { line: 1, column: 5004 } } };
    const text = await formatDiagnostics([long], {
      format: 'pretty',
      color: 'never',
      readFile: () => `${'a'.repeat(4999)}oops${'b'.repeat(9000)}`,
    });
    const [, line = '', marks = ''] = text.split('\n');
    expect(line.length).toBeLessThan(200);
    expect(line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('oops');
  });

  it.each([
    ['ESC', '\u001b[2J', '\\u001b[2J'],
    ['NUL', '\u0000', '\\u0000'],
    ['a lone return', '\rx', '\\u000dx'],
    ['CSI of the second set', '\u009b2J', '\\u009b2J'],
    ['DEL', '\u007f', '\\u007f'],
    ['an override', '\u202e', '\\u202e'],
    ['an embedding', '\u202a', '\\u202a'],
    ['isolates', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['a tab', '\t', ' '],
    ['letters', 'äש€', 'äש€'],
  ])('show what steers a terminal as an escape, and the caret under its place: %s', async (_, raw, shown) => {
    const line = `a${raw}: { oo${raw}ps: 1 } # ${raw}`;
    const start = line.indexOf('oo');
    const text = await formatDiagnostics(
      [
        {
          ...diagnostic,
          summary: `unknown key "oo${raw}ps"`,
          detail: `leave out "oo${raw}ps"`,
          suggestion: `oo${raw}p`,
          file: `bots/${raw}/bot.yaml`,
          range: { start: { line: 2, column: start + 1 }, end: { line: 2, column: start + raw.length + 5 } },
        },
      ],
      { format: 'pretty', color: 'never', readFile: () => `before: ${raw}\n${line}` },
    );
    const [head = '', before = '', drawn = '', marks = '', fix = '', ...more] = text.split('\n');
    expect(more).toEqual([]);
    expect(before).toBe(`  1 | before: ${shown}`);
    expect(drawn).toBe(`> 2 | a${shown}: { oo${shown}ps: 1 } # ${shown}`);
    expect(drawn.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe(`oo${shown}ps`);
    // A tab in a sentence stays.
    const told = raw === '\t' ? raw : shown;
    expect(marks).toContain(`did you mean "oo${told}p"?`);
    expect(head).toContain(`unknown key "oo${told}ps"`);
    expect(head).toContain(`bots/${told}/bot.yaml:2:`);
    expect(fix).toBe(`  fix  leave out "oo${told}ps"`);
  });

  it('are coloured only when asked', async () => {
    const colored = await formatDiagnostics([diagnostic], {
      format: 'pretty',
      color: 'always',
      readFile: () => source,
    });
    expect(colored).toContain('\u001b[');
    expect(await format([diagnostic], 'pretty')).not.toContain('\u001b[');
  });
});
