import { describe, expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

const week = (weekly: string) => `polyphon: 1\nname: X\nhours:\n  weekly:\n${weekly}`;
const [eight, nine, ten, noon, eighteen] = [480, 540, 600, 720, 1080];

describe('the opening hours of a week', () => {
  it('are those of the narrower key where two name a day', async () => {
    using bots = makeBots({
      'x/bot.yaml': week(
        '    sat: ["10:00-12:00"]\n    mon-sun: ["08:00-18:00"]\n    sun: []\n    wed-thu: ["09:00-18:00"]\n    thu: ["08:00-12:00"]\n',
      ),
    });
    const { bot, diagnostics } = await bots.load('x');
    expect(diagnostics).toEqual([]);
    expect(bot?.hours?.weekly).toEqual({
      1: [[eight, eighteen]],
      2: [[eight, eighteen]],
      3: [[nine, eighteen]],
      4: [[eight, noon]],
      5: [[eight, eighteen]],
      6: [[ten, noon]],
    });
  });

  it('keep the night that begins on the day before a narrower key', async () => {
    using bots = makeBots({ 'x/bot.yaml': week('    mon-sun: ["22:00-02:00"]\n    sun: []\n') });
    const { bot } = await bots.load('x');
    expect(bot?.hours?.weekly[0]).toEqual([[0, 120]]);
    expect(bot?.hours?.weekly[1]).toEqual([[1320, 1440]]);
  });

  it('may differ from the template on one day', async () => {
    using bots = makeBots({
      '_templates/base.yaml': week('    mon-fri: ["08:00-18:00"]\n'),
      'x/bot.yaml': `extends: _templates/base\n${week('    fri: ["08:00-12:00"]\n')}`,
    });
    const { bot, diagnostics } = await bots.load('x');
    expect(diagnostics).toEqual([]);
    expect(bot?.hours?.weekly[4]).toEqual([[eight, eighteen]]);
    expect(bot?.hours?.weekly[5]).toEqual([[eight, noon]]);
  });

  it('are refused where two spans cross and tell different hours of a day, with both places', async () => {
    using bots = makeBots({
      'x/bot.yaml': week('    mon-wed: ["08:00-18:00"]\n    wed-fri: ["08:00-12:00"]\n'),
      'y/bot.yaml': week('    mon: ["08:00-18:00"]\n    mon-mon: []\n'),
    });
    const { diagnostics } = await bots.load('x');
    expect(diagnostics.map((one) => `${one.severity} ${placeOf(one)} ${one.summary}`)).toEqual([
      'error BOT1034 6:5 "wed-fri" and "mon-wed" tell different hours of Wednesday',
    ]);
    expect(diagnostics[0]?.detail).toContain('x/bot.yaml:5:5');
    expect((await bots.load('y')).diagnostics.map(placeOf)).toEqual(['BOT1034 6:5']);
  });

  it('may cross where they agree, or where the day in both has a key of its own', async () => {
    using bots = makeBots({
      'x/bot.yaml': week('    mon-wed: ["08:00-12:00"]\n    wed-fri: ["8:00-12:00"]\n'),
      'y/bot.yaml': week('    mon-wed: ["08:00-18:00"]\n    wed-fri: ["08:00-12:00"]\n    wed: []\n'),
    });
    for (const name of ['x', 'y']) expect((await bots.load(name)).diagnostics).toEqual([]);
    expect((await bots.load('x')).bot?.hours?.weekly[3]).toEqual([[eight, noon]]);
    expect((await bots.load('y')).bot?.hours?.weekly[3]).toBeUndefined();
  });
});
