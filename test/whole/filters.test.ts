import { expect, it, onTestFinished } from 'vitest';
import { openChat } from './chat-client.ts';
import { type Deployment, deploy } from './deployment.ts';

const never = new AbortController().signal;

const bot = (filters: string) => `polyphon: 1
name: Shop
languages: { default: en, supported: [en, de], detect: true }
prompts: { unknown: { en: "I do not know that.", de: "Das weiß ich nicht." } }
knowledge:
  public: { use: files, with: { path: "public/*.md" }, tags: [customers] }
  inside: { use: files, with: { path: "inside/*.md" } }
${filters}channels: { web: { use: web-chat } }
`;
const files = {
  'public/en.md':
    '# Guarantee\n\nThe guarantee for every lamp that you buy in our shop is 24 months from the day of delivery.\n',
  'public/de.md':
    '# Rückgabe\n\nJede Lampe können Sie innerhalb von 30 Tagen im Laden zurückgeben, auch ohne die Verpackung.\n',
  'inside/en.md':
    '# Purchase\n\nThe purchase price of the lamp Aurora is 11 euros for the shop, and nobody outside may know that.\n',
};

async function startShop(filters: string): Promise<Deployment> {
  const named = Object.entries(files).map(([path, text]) => [`shop/${path}`, text]);
  const deployment = await deploy({ files: { ...Object.fromEntries(named), 'shop/bot.yaml': bot(filters) } });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  return deployment;
}

const purchase = 'What is the purchase price of the lamp Aurora?';
/** German, about what stands in an English leaflet only. */
const mixed = 'Was ist der purchase price für die Aurora?';
const guarantee = 'How long is the guarantee for a lamp?';

it('without filters a turn answers from every source', async () => {
  const { url } = await startShop('');
  const chat = await openChat(url, 'shop');
  expect((await chat.ask(purchase)).reply?.text).toContain('11 euros');
  expect((await chat.ask(mixed)).reply?.text).toContain('11 euros');
});

it.each(['{ sources: [public] }', '{ tags: [customers] }'])('a turn answers from nothing but %s', async (filters) => {
  const { url, application } = await startShop(`retrieval: { filters: ${filters} }\n`);
  const chat = await openChat(url, 'shop');
  expect((await chat.ask(purchase)).reply?.text).toContain('I do not know that.');
  expect((await chat.ask(guarantee)).reply).toMatchObject({
    text: expect.stringContaining('24 months'),
    citations: [{ source: 'public', document: 'public/en.md' }],
  });
  // What an operator searches for is what the bot would find, unless the search says more.
  const { kernel } = application;
  expect(await kernel.search('shop', { text: purchase }, never)).toEqual([]);
  expect(await kernel.search('shop', { text: purchase, filters: 'ignored' }, never)).toMatchObject([
    { source: 'inside' },
  ]);
  const asked = await kernel.search('shop', { text: purchase, where: { sources: ['inside'] } }, never);
  expect(asked).toMatchObject([{ source: 'inside' }]);
});

it('a turn answers in the language of the question from passages in that language alone', async () => {
  const { url } = await startShop('retrieval: { filters: { language: same } }\n');
  const chat = await openChat(url, 'shop');
  const german = await chat.ask('Kann ich die Lampe zurückgeben, auch ohne die Verpackung?');
  expect(german.reply?.citations).toMatchObject([{ document: 'public/de.md' }]);
  const english = await chat.ask(guarantee);
  expect(english.reply?.citations).toMatchObject([{ document: 'public/en.md' }]);
  expect((await chat.ask(mixed)).reply?.text).not.toContain('11 euros');
});

it('filters that name a source that is not there keep the last good revision, with the place of the mistake', async () => {
  const deployment = await startShop('retrieval: { filters: { sources: [public] } }\n');
  await deployment.write('shop/bot.yaml', bot('retrieval: { filters: { sources: [publik] } }\n'));
  const { outcome, diagnostics } = await deployment.application.kernel.reload('shop', never);
  expect(outcome).toBe('rejected');
  expect(diagnostics).toMatchObject([
    { code: 'BOT1007', suggestion: 'public', range: { start: { line: 8, column: 35 } } },
  ]);
});
