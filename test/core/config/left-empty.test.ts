import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

const template = 'polyphon: 1\nlabels: { a: one }\nchannels:\n  web: { use: web-chat }\n  second: { use: web-chat }\n';
const bot = 'polyphon: 1\nname: X\nextends: _templates/base\n';

async function said(own: string, overlay?: string) {
  using bots = makeBots({
    '_templates/base.yaml': template,
    'x/bot.yaml': `${bot}${own}`,
    ...(overlay === undefined ? {} : { 'x/bot.local.yaml': overlay }),
  });
  const { bot: resolved, diagnostics } = await bots.load('x');
  const inBots = (text: string) => text.replaceAll(`${bots.path}/`, '');
  return {
    channels: Object.keys(resolved?.channels ?? {}),
    diagnostics: diagnostics.map((one) => `${one.severity} ${inBots(join(one.file))} ${placeOf(one)}: ${one.summary}`),
    detail: inBots(diagnostics[0]?.detail ?? ''),
  };
}

it('warns of a section left empty that takes away what a template says, and names both places', async () => {
  const { channels, diagnostics, detail } = await said('channels:\n# web: { use: web-chat }\nlabels: { b: two }\n');
  expect(channels).toEqual([]);
  expect(diagnostics).toEqual([
    'warning x/bot.yaml BOT1044 4:1: "channels" is left empty, which takes away what it inherits',
  ]);
  expect(detail).toContain('_templates/base.yaml:3:1');
  expect(detail).toContain('`channels: null`');
});

it('warns of a key left empty further below, and of one in an overlay', async () => {
  expect((await said('channels:\n  second:\n')).diagnostics).toEqual([
    'warning x/bot.yaml BOT1044 5:3: "channels.second" is left empty, which takes away what it inherits',
  ]);
  expect((await said('', 'labels:\nchannels: { web: { override: {} } }\n')).diagnostics).toEqual([
    'warning x/bot.local.yaml BOT1044 1:1: "labels" is left empty, which takes away what it inherits',
  ]);
});

it.each([
  ['null written out', 'channels: { second: null }\nlabels: null\n'],
  ['its short form', 'channels:\n  second: ~\n'],
  ['a key left empty with nothing to inherit', 'channels: { second: null }\nvars:\nprompts:\n  greeting:\n'],
])('says nothing of %s', async (_what, own) => {
  const { channels, diagnostics } = await said(own);
  expect(channels).toEqual(['web']);
  expect(diagnostics).toEqual([]);
});
