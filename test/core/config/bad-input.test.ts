import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

const head = 'polyphon: 1\n';
const bomb = `${head}a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghi'
  .split('')
  .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`)
  .join('\n')}\n`;
const chain = `${head}x-0: &a0 [x]\n${Array.from({ length: 8000 }, (_, index) => `x-${index + 1}: &a${index + 1} [*a${index}]`).join('\n')}\n`;

/** What is written, and the codes that must come of it. */
const cases: readonly (readonly [what: string, content: string | Uint8Array, codes: readonly string[]])[] = [
  ['an empty file', '', ['BOT1013 1:1']],
  ['only comments', '# nothing\n', ['BOT1013 1:1']],
  ['a list', '- polyphon: 1\n', ['BOT1006 1:1']],
  ['a single word', 'polyphon', ['BOT1006 1:1']],
  ['an alias bomb', bomb, ['BOT1036']],
  ['a chain of eight thousand aliases', chain, ['BOT1036']],
  ['an alias of itself', `${head}x-a: &a [*a]\n`, ['BOT1036']],
  ['twenty thousand aliases in a row', `${head}x-a: &a 1\nx-b: [${'*a,'.repeat(20_000)}]\n`, []],
  ['20,000 open brackets', `${head}x-a: ${'['.repeat(20_000)}`, ['BOT1002 2:']],
  ['20,000 brackets', `${head}x-a: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`, ['BOT1002 2:']],
  ['20,000 braces', `${head}x-a: ${'{a: '.repeat(20_000)}`, ['BOT1002 2:']],
  ['20,000 dashes', `${head}x-a:\n  ${'- '.repeat(20_000)}x\n`, ['BOT1002 3:']],
  ['20,000 question marks', `${'? '.repeat(20_000)}x\n`, ['BOT1002 1:']],
  [
    'thirty thousand keys',
    `${head}labels:\n${Array.from({ length: 15_000 }, (_, index) => `  k${index}: v`).join('\n')}\n`,
    [],
  ],
  [
    'thirty thousand unknown keys',
    `${head}${Array.from({ length: 15_000 }, (_, index) => `k${index}: v`).join('\n')}\n`,
    ['BOT1004'],
  ],
  ['one string of 1 MB', `${head}name: ${'x'.repeat(1_000_000)}\n`, ['BOT1002 1:1']],
  ['one string of 250 kB', `${head}name: ${'x'.repeat(250_000)}\n`, []],
  ['one key of 100 kB', `${head}${'k'.repeat(100_000)}: 1\n`, ['BOT1001 2:']],
  ['a file of 100 MB', new Uint8Array(100_000_000), ['BOT1002 1:1']],
  ['a byte order mark', `\uFEFF${head}nam: x\n`, ['BOT1004 2:1']],
  ['a byte order mark before the first mistake', '\uFEFFpolyphon: 2\n', ['BOT1013 1:11']],
  ['UTF-16', Buffer.from(`\uFEFF${head}`, 'utf16le'), ['BOT1014 1:1']],
  ['Latin-1', Buffer.from(`${head}name: Zahnärzte\n`, 'latin1'), ['BOT1014 1:1']],
  ['zero bytes', `${head}name: a\u0000b\n`, ['BOT1001 2:8']],
  ['lines that end in CR LF', 'polyphon: 1\r\nlabels:\r\n  a: 1\r\n', ['BOT1010 3:6']],
  ['YAML 1.1', '%YAML 1.1\n---\npolyphon: 1\n', ['BOT1001 1:1']],
  ['a tag of YAML 1.1 with a text', `${head}name: !!binary aGVsbG8=\n`, ['BOT1001 2:7']],
  ['a tag of YAML 1.1 with a map', `${head}vars: !!set { a, b }\n`, ['BOT1001 2:7']],
  ['a tag of YAML 1.1 with a list', `${head}vars: !!omap [{ a: x }]\n`, ['BOT1001 2:7']],
  ['a default that holds a reference', `${head}name: "x \${env:A:-\${env:B:-c}}"\n`, ['BOT1020 2:10']],
  ['a lone surrogate by its escape', `${head}name: "\\ud800"\n`, []],
  [
    'a template of 200 kB that never closes',
    `${head}prompts: { greeting: "${'{{ a }} '.repeat(10_000)}{{" }\n`,
    ['BOT1030'],
  ],
  [
    'a template with loops within loops',
    `${head}prompts: { greeting: "${'{% for a in (1..9) %}'.repeat(300)}" }\n`,
    ['BOT1030'],
  ],
  ['ten thousand references', `${head}vars: { a: "${'${secret:none}'.repeat(10_000)}" }\n`, ['BOT1023']],
  ['a reference in a reference', `${head}vars: { a: "\${env:\${secret:a}}" }\n`, ['BOT1020 2:13']],
  ['a pattern of a thousand stars', `${head}tests: "${'*a'.repeat(400)}"\n`, []],
  ['an expression that would hang a backtracking engine', `${head}escalation: [{ when: { match: "(a+)+$" } }]\n`, []],
  ['an expression of 10 kB', `${head}escalation: [{ when: { match: "${'a?'.repeat(5000)}" } }]\n`, ['BOT1029 2:31']],
];

describe('bad input', () => {
  it.each(cases)('%s is refused or read in time', async (_what, content, expected) => {
    using bots = makeBots({ 'x/bot.yaml': content });
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const { bot, diagnostics } = await bots.load('x');
    expect(performance.now() - started).toBeLessThan(5000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (expected.length === 0) expect(errors).toEqual([]);
    else {
      expect(bot).toBeUndefined();
      expect(placeOf(errors[0] as (typeof errors)[0])).toMatch(new RegExp(`^${expected[0]}`));
    }
    expect(diagnostics.length).toBeLessThanOrEqual(100);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('an expression runs in linear time', () => {
    const started = performance.now();
    expect(
      RE2JS.compile('(a+)+$')
        .matcher(`${'a'.repeat(50_000)}!`)
        .find(),
    ).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('a prompt that is a link out of the folder is refused, one inside is read', async () => {
    using bots = makeBots({
      'secret.md': 'CANARY',
      'x/bot.yaml': `${head}prompts: { system: prompts/out.md, greeting: prompts/in.md, unknown: prompts/hidden.md }\n`,
      'x/.secrets.yaml': 'a: CANARY\n',
      'x/prompts/real.md': 'inside',
    });
    symlinkSync(join(bots.path, 'secret.md'), join(bots.path, 'x/prompts/out.md'));
    symlinkSync('../.secrets.yaml', join(bots.path, 'x/prompts/hidden.md'));
    symlinkSync('real.md', join(bots.path, 'x/prompts/in.md'));
    const { diagnostics, canonical } = await bots.load('x');
    expect(diagnostics.map(placeOf)).toEqual(['BOT1025 2:20', 'BOT1025 2:70']);
    expect(JSON.stringify([diagnostics, canonical])).not.toContain('CANARY');
  });

  it('a folder that is a link out is refused', async () => {
    using bots = makeBots({ 'other/a.md': 'CANARY', 'x/bot.yaml': `${head}prompts: { system: prompts/a.md }\n` });
    symlinkSync(join(bots.path, 'other'), join(bots.path, 'x/prompts'));
    const { diagnostics } = await bots.load('x');
    expect(diagnostics.map(placeOf)).toEqual(['BOT1025 2:20']);
  });

  it('a pipe where a file should be is refused at once', async () => {
    using bots = makeBots({ 'x/bot.yaml': `${head}prompts: { system: prompts/pipe.md }\n` });
    mkdirSync(join(bots.path, 'x/prompts'));
    execFileSync('mkfifo', [join(bots.path, 'x/prompts/pipe.md')]);
    expect((await bots.load('x')).diagnostics.map(({ code }) => code)).toEqual(['BOT1026']);
  });

  it('a folder where bot.yaml should be is refused', async () => {
    using bots = makeBots({});
    mkdirSync(join(bots.path, 'x/bot.yaml'), { recursive: true });
    expect((await bots.load('x')).diagnostics.map(({ code }) => code)).toEqual(['BOT1018']);
  });

  it('a bot never half loads: with one mistake anywhere there is none', async () => {
    using bots = makeBots({ 'x/bot.yaml': `${head}channels: { web: { use: web-chat }, bad: { use: nope } }\n` });
    expect((await bots.load('x')).bot).toBeUndefined();
    writeFileSync(join(bots.path, 'x/bot.yaml'), `${head}channels: { web: { use: web-chat } }\n`);
    expect((await bots.load('x')).bot).toBeDefined();
  });
});
