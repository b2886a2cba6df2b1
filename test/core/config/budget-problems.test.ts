import { expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

async function diagnosed(llm: string) {
  using bots = makeBots({
    'x/bot.yaml': `polyphon: 1\nname: X\nllm:\n${llm}`,
    'x/.secrets.yaml': 'key: "a-secret"\n',
  });
  const { bot, diagnostics } = await bots.load('x');
  return { bot, said: diagnostics.map((one) => `${one.severity} ${placeOf(one)}`), diagnostics };
}

const openai = 'use: openai, with: { model: m, apiKey: "${secret:key}" }';
const price = 'price: { input: 0.40 EUR, output: 1.60 EUR }';

it('reads prices and a budget of one currency', async () => {
  const { bot, said } = await diagnosed(
    `  use: openai\n  with: { model: m, apiKey: "\${secret:key}" }\n  ${price}\n  budget: { perDay: 15 EUR, perConversation: 0.40 EUR }\n  fallback: [{ ${openai}, ${price} }, { use: offline }]\n`,
  );
  expect(said).toEqual([]);
  expect(bot?.llm.price).toEqual({ input: 0.4, output: 1.6, currency: 'EUR' });
  expect(bot?.llm.fallback.map((one) => one.price)).toEqual([{ input: 0.4, output: 1.6, currency: 'EUR' }, undefined]);
  expect(bot?.llm.budget).toEqual({
    perDay: { amount: 15, currency: 'EUR' },
    perConversation: { amount: 0.4, currency: 'EUR' },
    onExceeded: 'handoff',
  });
});

it('warns of each model that a budget does not count, save the one that costs nothing', async () => {
  const { said, diagnostics } = await diagnosed(
    `  budget: { perDay: 15 EUR }\n  fallback:\n    - { ${openai} }\n    - { ${openai}, ${price} }\n    - { use: offline }\n`,
  );
  expect(said).toEqual(['warning BOT1037 6:9']);
  expect(diagnostics[0]?.summary).toBe('the budget does not count what openai costs');
});

it('says nothing of models without a price where nothing limits them', async () => {
  expect((await diagnosed(`  fallback: [{ ${openai} }]\n  budget: { onExceeded: unknown }\n`)).said).toEqual([]);
});

it('refuses a budget in another currency than the prices, where it stands', async () => {
  const { said } = await diagnosed(`  ${price}\n  budget: { perDay: 15 USD, perConversation: 1 EUR }\n`);
  expect(said).toEqual(['error BOT1039 5:21']);
});

it('refuses a price of two currencies, and one without a side', async () => {
  expect((await diagnosed('  price: { input: 0.40 EUR, output: 1.60 USD }\n')).said).toEqual(['error BOT1039 4:37']);
  expect((await diagnosed('  price: { input: 0.40 EUR }\n')).said).toEqual(['error BOT1005 4:3']);
  expect((await diagnosed('  price: { input: 0.40, output: 1 EUR }\n')).said).toEqual(['error BOT1009 4:19']);
});
