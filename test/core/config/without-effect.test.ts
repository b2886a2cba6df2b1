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

async function said(text: string, files: Readonly<Record<string, string>> = {}) {
  using bots = makeBots({ 'x/bot.yaml': text, ...files });
  const { diagnostics } = await bots.load('x');
  return diagnostics.map((one) => [`${one.severity} ${placeOf(one)}`, one.summary, one.suggestion]);
}

it('says that nothing says a prompt with nearly the name of one that the bot says', async () => {
  expect(await said('polyphon: 1\nprompts: { greting: Hello, farewell: Bye, x-greeting: note }\n')).toEqual([
    ['warning BOT1040 2:12', 'the bot says `greeting` by itself, and nothing named "greting"', 'greeting'],
  ]);
  expect(
    await said(
      'polyphon: 1\nchannels:\n  web: { use: web-chat, override: { prompts: { Unknown: No., greeting: Hello } } }\n',
    ),
  ).toEqual([['warning BOT1040 3:48', 'the bot says `unknown` by itself, and nothing named "Unknown"', 'unknown']]);
});

it.each(['prompts/hello.txt', 'hello.MD', 'prompts/hello.html'])(
  'says that %s is no text that is read',
  async (name) => {
    expect(await said(`polyphon: 1\nprompts: { greeting: ${name} }\n`, { 'x/prompts/hello.txt': 'Hello' })).toEqual([
      ['warning BOT1040 2:22', 'people would read the name of this file: texts come from .md files only', undefined],
    ]);
  },
);

it('takes a text that only ends like a file', async () => {
  expect(await said('polyphon: 1\nprompts: { greeting: "See terms.html" }\n')).toEqual([]);
});

it('says that a deadline for the first word which is later than that for the whole answer never passes', async () => {
  expect(await said('polyphon: 1\nllm: { deadline: { firstToken: 40s, total: 30s } }\n')).toEqual([
    [
      'warning BOT1040 2:32',
      'the first word may come later than the whole answer: this deadline never passes',
      undefined,
    ],
  ]);
  expect(await said('polyphon: 1\nllm: { deadline: { total: 5s } }\n')).toEqual([]);
});
