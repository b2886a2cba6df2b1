import { expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

it('says that a tool which must be confirmed is never used', async () => {
  using bots = makeBots({
    'x/bot.yaml':
      'polyphon: 1\nname: X\ntools:\n  human: { use: handoff, confirm: always }\n  other: { use: handoff, confirm: never }\n',
  });
  const { bot, diagnostics } = await bots.load('x');
  expect(diagnostics.map((one) => `${one.severity} ${placeOf(one)}`)).toEqual(['warning BOT1040 4:35']);
  expect(bot?.tools['human']?.confirm).toBe('always');
});
