import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makePdf } from '../core/knowledge/make-files.ts';
import { openChat } from './chat-client.ts';
import { deploy } from './deployment.ts';

const bot = `polyphon: 1
name: Shop
languages: { default: en }
knowledge:
  terms: { use: files, with: { path: "terms/*.{md,pdf}" } }
  prices: { use: files, with: { path: "prices.csv", row: "{{ article }}: {{ price }} euros, {{ colour }}" } }
channels: { web: { use: web-chat } }
`;

/** The offline model answers in the words of the documents. */
async function startShop() {
  const deployment = await deploy({
    files: {
      'shop/bot.yaml': bot,
      'shop/prices.csv': 'article,price,colour\nLamp Aurora,40,blue\nLamp Borealis,55,green\nLantern Corona,70,red\n',
      'shop/terms/returns.md':
        '# Returns\n\nLamps come back to us in their own box. You have thirty days to send a lamp back. The parcel costs you nothing. We pay within a week.\n',
    },
    prepare: async (directory) => {
      const folder = join(directory, 'bots', 'shop', 'terms');
      await mkdir(folder, { recursive: true });
      await writeFile(
        join(folder, 'guarantee.pdf'),
        makePdf([
          'This leaflet is for all who still have their receipt.',
          'The guarantee ends after 24 months. Bulbs are not covered by it.',
        ]),
      );
    },
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const chat = await openChat(deployment.url, 'shop');
  return async (question: string) => (await chat.ask(question)).reply?.citations ?? [];
}

it('point to the sentence that was used, and to the page or the row it stands on', async () => {
  const cited = await startShop();
  expect(await cited('How many days do I have to send a lamp back?')).toMatchObject([
    { source: 'terms', document: 'terms/returns.md', quote: 'You have thirty days to send a lamp back.' },
  ]);
  const [guarantee] = await cited('Are bulbs covered by the guarantee?');
  expect(guarantee).toMatchObject({ document: 'terms/guarantee.pdf', page: 2 });
  expect(guarantee?.quote).toContain('Bulbs are not covered by it.');
  expect(guarantee?.quote).not.toContain('24 months');
  const [price] = await cited('What is the price of the lamp Borealis?');
  expect(price).toMatchObject({ source: 'prices', row: 2, quote: 'Lamp Borealis: 55 euros, green' });
});
