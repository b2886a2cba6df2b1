import { expect, it, onTestFinished } from 'vitest';
import { deploy } from './deployment.ts';

const never = new AbortController().signal;

const bot = (more: string) => `polyphon: 1
name: Shop
languages: { default: en }
knowledge: { docs: { use: files, with: { path: "docs/*.md" } } }
retrieval: { with: { topK: 5, minScore: 0.05 }${more} }
channels: { web: { use: web-chat } }
`;
const rooms = ['kitchen', 'bathroom', 'garden', 'cellar', 'hall', 'attic'];
const handbook = rooms
  .map((room) => `## Lamps in the ${room}\n\nThe guarantee for a lamp in the ${room} is 24 months.\n`)
  .join('\n');

/** Six sections of one document say the same of six rooms, and a leaflet says it too, a little less to the point. */
async function documentsFound(more = ''): Promise<readonly string[]> {
  const deployment = await deploy({
    files: {
      'shop/bot.yaml': bot(more),
      'shop/docs/handbook.md': handbook,
      'shop/docs/leaflet.md':
        'We are glad that you bought something. The guarantee for each lamp from our own workshop is longer.\n',
    },
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const found = await deployment.application.kernel.search('shop', { text: 'guarantee for a lamp' }, never);
  expect(found).toHaveLength(5);
  return found.map(({ document }) => document);
}

it('one long document does not take all the places, unless the definition says so', async () => {
  const found = await documentsFound();
  expect(found.slice(0, 3)).toEqual(['docs/handbook.md', 'docs/handbook.md', 'docs/handbook.md']);
  expect(found).toContain('docs/leaflet.md');
  expect(await documentsFound(', perDocument: 5')).toEqual(Array(5).fill('docs/handbook.md'));
});
