import { expect, it, onTestFinished } from 'vitest';
import { deploy } from './deployment.ts';

const never = new AbortController().signal;

const bot = `polyphon: 1
name: Lamps
knowledge: { docs: { use: files, with: { path: "knowledge/*.md" } } }
channels: { web: { use: web-chat } }
`;

it('a question that has to load its index first is told apart in the metrics', async () => {
  const deployment = await deploy({
    files: { 'shop/bot.yaml': bot, 'shop/knowledge/a.md': '# Lamps\n\nThe lamp Aurora costs 40 euros.' },
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const { kernel } = deployment.application;
  const counts = async (): Promise<readonly string[]> =>
    (await deployment.metrics.text()).match(/^polyphon_search_seconds_count.*$/gm) ?? [];
  expect(await counts()).toEqual([]);
  for (let time = 0; time < 3; time += 1) await kernel.search('shop', { text: 'lamp Aurora' }, never);
  expect(await counts()).toEqual([
    'polyphon_search_seconds_count{index="cold"} 1',
    'polyphon_search_seconds_count{index="open"} 2',
  ]);
});
