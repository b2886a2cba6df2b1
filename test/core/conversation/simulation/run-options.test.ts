import { expect, it } from 'vitest';
import { failingSeed, runOptions } from './run-options.ts';

it('reads what is to be run', () => {
  expect(runOptions([])).toEqual({ seeds: 1000, from: 1, windows: 'open', world: 'usual' });
  expect(runOptions(['--seeds', '5', '--from', '7', '--windows', 'closing', '--world', 'wide'])).toEqual({
    seeds: 5,
    from: 7,
    windows: 'closing',
    world: 'wide',
  });
  expect(runOptions(['--help'])).toBe('help');
});

it.each([
  [['--seeds', 'abc'], '--seeds is a whole number from 1, not "abc".'],
  [['--seeds', '0'], '--seeds is a whole number from 1, not "0".'],
  [['--from', '1.5'], '--from is a whole number from 1, not "1.5".'],
  [['--windows', 'closed'], '--windows is open or closing, not "closed".'],
  [['--world', 'parting', '--windows', 'closing'], '--world parting has no windows that close'],
  [['--world', 'flat'], '--world is usual, wide, changing, renaming or parting, not "flat".'],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('runs nothing by words that it does not understand: %s', (words, sentence) => {
  expect(() => runOptions(words)).toThrow(sentence);
});

it.each([
  ['open', 'usual', 'remembered'],
  ['closing', 'usual', 'rememberedClosing'],
  ['open', 'wide', 'rememberedWide'],
  ['closing', 'wide', 'rememberedWideClosing'],
  ['open', 'changing', 'rememberedChanging'],
  ['closing', 'changing', 'rememberedChangingClosing'],
] as const)(
  'says of a seed that fails how to see it again, in the same world, and where to keep it (%s, %s)',
  (windows, world, list) => {
    const words = failingSeed(41, { windows, world }, ['“Hello” was lost']);
    const [, again = ''] = /again: npm run simulate -- (.*)/.exec(words) ?? [];
    expect(words).toContain('seed 41 fails\n  “Hello” was lost\n');
    expect(runOptions(again.split(' '))).toEqual({ seeds: 1, from: 41, windows, world });
    expect(words).toContain(`add 41 to \`${list}\``);
  },
);
