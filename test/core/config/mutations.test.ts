import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultSettings, makeBots, placeOf, praxisFolder } from './bots-folder.ts';
import { mutationsOfShape } from './mutations/of-shape.ts';
import { mutationsOfValues } from './mutations/of-values.ts';

const mutations = [...mutationsOfShape, ...mutationsOfValues];
const good = readFileSync(join(praxisFolder, 'praxis/bot.yaml'), 'utf8');
const bots = makeBots({}, 'praxis');
afterAll(() => bots[Symbol.dispose]());
const settings = { ...defaultSettings, env: { praxis: ['UNSET'] } };

describe('a mistake in a good definition', () => {
  it('is one of at least two hundred', () => {
    expect(mutations.length).toBeGreaterThanOrEqual(200);
    expect(new Set(mutations.map(([what]) => what)).size).toBe(mutations.length);
  });

  it('the definition itself has none', async () => {
    const { diagnostics, bot } = await bots.load('praxis', { settings });
    // What it asks for and does not get: two models have no price for the budget, two tools want to be confirmed, and the deployment
    // has no mail server.
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning BOT1037',
      'warning BOT1037',
      'warning BOT1040',
      'warning BOT1040',
      'warning BOT1038',
    ]);
    expect(bot?.channels['phone']?.voice?.silence).toEqual([
      { afterMs: 8000, say: { de: 'Sind Sie noch da?', en: 'Are you still there?' }, do: 'nothing' },
      { afterMs: 20_000, do: 'hangup' },
    ]);
  });

  it.each(mutations)('%s', async (_what, from, to, code) => {
    const at = good.indexOf(from);
    expect(at, 'the text to replace stands in the definition').toBeGreaterThanOrEqual(0);
    expect(good.indexOf(from, at + 1), 'and stands there once').toBe(-1);
    const marked = good.slice(0, at) + to + good.slice(at + from.length);
    const text = marked.replaceAll(/[«»]/g, '');
    const before = marked.slice(0, Math.max(0, marked.indexOf('«')));
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    bots.write({ 'praxis/bot.yaml': text });
    const { diagnostics, bot } = await bots.load('praxis', { settings });
    expect(diagnostics.map(placeOf)).toEqual([`${code} ${line}:${column}`]);
    expect(diagnostics[0]?.file.endsWith('praxis/bot.yaml')).toBe(true);
    expect(bot).toBeUndefined();
    const end = marked.indexOf('»');
    if (end !== -1 && !marked.slice(marked.indexOf('«'), end).includes('\n')) {
      const length = end - marked.indexOf('«') - 1;
      expect(diagnostics[0]?.range.end).toEqual({ line, column: column + length });
    }
    expect(JSON.stringify(diagnostics)).not.toContain('CANARY');
  });
});
