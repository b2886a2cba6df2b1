import { expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

async function diagnosed(quietHours: string) {
  using bots = makeBots({
    'x/bot.yaml': `polyphon: 1\nname: X\nchannels:\n  sms:\n    use: web-chat\n    quietHours: ${quietHours}\n`,
  });
  const { bot, diagnostics } = await bots.load('x');
  return { quiet: bot?.channels['sms']?.quietHours, said: diagnostics.map((one) => `${one.severity} ${placeOf(one)}`) };
}

it('reads quiet hours as minutes after midnight, quoted or not', async () => {
  const night = { from: 1260, to: 480 };
  expect(await diagnosed('{ from: "21:00", to: "08:00" }')).toEqual({ quiet: night, said: [] });
  expect(await diagnosed('{ from: 21:00, to: 8:00 }')).toEqual({ quiet: night, said: [] });
});

it.each([
  ['{ from: "24:00", to: "08:00" }', 'error BOT1034 6:25'],
  ['{ from: "21:60", to: "08:00" }', 'error BOT1034 6:25'],
  ['{ from: "9 pm", to: "08:00" }', 'error BOT1034 6:25'],
  ['{ from: "21:00", to: "21:00" }', 'error BOT1034 6:38'],
  ['{ from: "21:00" }', 'error BOT1005 6:5'],
  ['{ from: "21:00", until: "08:00" }', 'error BOT1004 6:34'],
])('refuses %s', async (quietHours, expected) => {
  expect((await diagnosed(quietHours)).said).toContain(expected);
});
