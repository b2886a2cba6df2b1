import { expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

async function locking(...paths: readonly string[]) {
  using bots = makeBots({
    '_templates/base.yaml': `polyphon: 1\nlock: [${paths.join(', ')}]\n`,
    'x/bot.yaml': 'polyphon: 1\nextends: _templates/base\n',
  });
  const { diagnostics } = await bots.load('x');
  return diagnostics.map((one) => [placeOf(one), one.summary, one.suggestion]);
}

it('refuses a lock on what the language does not have', async () => {
  expect(await locking('lmm.budget')).toEqual([
    ['BOT1007 2:8', '"lmm.budget" locks nothing: the language has no "lmm" there', 'llm'],
  ]);
  expect(await locking('guardrails.disclosur')).toEqual([
    ['BOT1007 2:8', '"guardrails.disclosur" locks nothing: the language has no "disclosur" there', 'disclosure'],
  ]);
});

it('takes every path that a bot could write', async () => {
  expect(
    await locking('llm', 'llm.with.model', 'channels.web.with.origins', 'prompts.own.de', 'labels.a', 'x-note'),
  ).toEqual([]);
});

it('says what to do with a file of another ending', async () => {
  using bots = makeBots({ 'x/bot.yml': 'polyphon: 1\n' });
  const { diagnostics } = await bots.load('x');
  expect(diagnostics.map(({ code, detail }) => [code, detail])).toEqual([['BOT1018', 'rename bot.yml to bot.yaml']]);
});
