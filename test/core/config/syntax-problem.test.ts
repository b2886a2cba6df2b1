import { expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

async function said(text: string) {
  using bots = makeBots({ 'x/bot.yaml': text });
  const { diagnostics } = await bots.load('x');
  return diagnostics.map((one) => [placeOf(one), one.summary, one.detail]);
}

it('says that the next line is indented too deep', async () => {
  expect(await said('polyphon: 1\nllm:\n  use: offline\n   with: { a: 1 }\n')).toEqual([
    [
      'BOT1001 3:8',
      'the next line is indented deeper and reads as a part of this value',
      'align the next line with this key, or quote the value if it goes on there',
    ],
  ]);
});

it('says that a second colon stands in one line, also where the next line is indented', async () => {
  expect(await said('polyphon: 1\nprompts:\n  greeting: Call us: now\n    or later\n')).toEqual([
    ['BOT1001 3:13', 'a second : stands in one line', 'quote the text that holds ": "'],
  ]);
});

it('knows the lines that a merge leaves behind', async () => {
  const text = 'polyphon: 1\nname: x\n<<<<<<< HEAD\ntimezone: UTC\n=======\ntimezone: Asia/Haifa\n>>>>>>> theirs\n';
  expect(await said(text)).toEqual([
    [
      'BOT1001 3:1',
      'the file holds both sides of a merge conflict',
      'keep one side, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>',
    ],
  ]);
});

it('says that a variable at the beginning of a text wants quotes', async () => {
  expect(await said('polyphon: 1\nprompts: { greeting: {{ vars.phone }} }\n')).toEqual([
    ['BOT1001 2:23', 'a text that begins with {{ is not in quotes', 'quote it, as in "{{ vars.phone }}"'],
  ]);
  expect(await said('polyphon: 1\nname: {{ vars.phone }}\n')).toEqual([
    ['BOT1001 2:8', 'a text that begins with {{ is not in quotes', 'quote it, as in "{{ vars.phone }}"'],
  ]);
});
