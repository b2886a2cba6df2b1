import { expect, it } from 'vitest';
import { reservedChannels } from '../../../core/contract/reserved-channels.ts';
import { makeBots, placeOf } from './bots-folder.ts';

async function diagnosed(name: string) {
  using bots = makeBots({ 'x/bot.yaml': `polyphon: 1\nname: X\nchannels:\n  ${name}: { use: web-chat }\n` });
  const { bot, diagnostics } = await bots.load('x');
  return { bot, diagnostics, said: diagnostics.map((one) => `${one.severity} ${placeOf(one)}`) };
}

it.each(reservedChannels)('refuses a channel called %s, which nothing would reach', async (name) => {
  const { bot, diagnostics, said } = await diagnosed(name);
  expect(said).toEqual(['error BOT1045 4:3']);
  expect(bot).toBeUndefined();
  for (const reserved of reservedChannels) expect(diagnostics[0]?.detail).toContain(reserved);
});

it('takes a channel called otherwise', async () => {
  expect((await diagnosed('event')).said).toEqual([]);
});
