import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBots, praxisFolder } from './bots-folder.ts';

const good = readFileSync(join(praxisFolder, 'praxis/bot.yaml'));
const pieces = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ' ',
  '\n',
  '"',
  "'",
  '-',
  '&a',
  '*a',
  '${',
  '}',
  '|',
  '>',
  '#',
  '!x',
  '%',
  '\t',
  '~',
  '?',
  ',',
  '\u0000',
  '\uFEFF',
  'ü',
  '__proto__',
  'x-',
  '{{',
  '{%',
];
const edit = fc.record({
  at: fc.nat({ max: good.length }),
  remove: fc.nat({ max: 60 }),
  insert: fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => Buffer.from(parts.join(''))),
});

describe('a damaged definition', () => {
  it('is a bot or has an error with a place inside the file, and never throws', async () => {
    using bots = makeBots({}, 'praxis');
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
        const damaged = edits.reduce(
          (bytes, { at, remove, insert }) =>
            Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
          good,
        );
        bots.write({ 'praxis/bot.yaml': damaged });
        const { bot, diagnostics } = await bots.load('praxis');
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        expect(bot === undefined).toBe(errors.length > 0);
        const lines = damaged.toString('utf8').split('\n');
        for (const { file, range, summary, detail } of diagnostics) {
          expect(range.start.line).toBeGreaterThanOrEqual(1);
          expect(range.start.column).toBeGreaterThanOrEqual(1);
          expect([summary, detail].join()).not.toMatch(/value-of-|undefined|\[object/);
          if (!file.endsWith('bot.yaml')) continue;
          expect(range.start.line).toBeLessThanOrEqual(lines.length);
          expect(range.start.column).toBeLessThanOrEqual((lines[range.start.line - 1] ?? '').length + 1);
        }
      }),
      { numRuns: 400, seed: 20261121 },
    );
  });
});
