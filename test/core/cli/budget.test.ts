import { expect, it } from 'vitest';
import { startFakeOpenai } from '../../kit/fake-openai.ts';
import { makeDeployment } from './deployment-folder.ts';

it('a budget holds from one process to the next, and statistics and traces name the cost', async () => {
  await using service = await startFakeOpenai();
  await using deployment = await makeDeployment({
    'config/polyphon.yaml': `polyphon: 1\nhttp: { allowPrivate: ["${new URL(service.baseUrl).host}"] }\n`,
    'bots/lamp-shop/bot.yaml': `polyphon: 1
name: The lamp shop
llm:
  use: openai
  with: { model: small, apiKey: "\${secret:key}", baseUrl: "${service.baseUrl}" }
  price: { input: 2000 EUR, output: 8000 EUR }
  budget: { perDay: 0.01 EUR, onExceeded: unknown }
prompts: { budget: No more for today. }
channels:
  web: { use: web-chat }
`,
    'bots/lamp-shop/.secrets.yaml': 'key: sk-test\n',
  });
  const first = await deployment.run(['chat', 'lamp-shop', '--once', 'How are you?', '--trace']);
  expect(first.stdout).toContain('Hello from the fake service.');
  expect(first.stdout + first.stderr).toMatch(/tokens · \d+\.\d\d EUR/);
  const asked = service.requests.length;
  const second = await deployment.run(['chat', 'lamp-shop', '--once', 'How are you?', '--trace']);
  expect(second.stdout).toContain('No more for today.');
  expect(second.stdout + second.stderr).toContain('budget of the day');
  expect(service.requests).toHaveLength(asked);

  const { models } = JSON.parse((await deployment.run(['stats', 'lamp-shop', '--json'])).stdout);
  expect(models).toMatchObject([{ model: 'openai:small', turns: 1, cost: [{ currency: 'EUR' }] }]);
  const { inputTokens, outputTokens, cost } = models[0];
  expect(cost[0].amount).toBeCloseTo((inputTokens * 2000 + outputTokens * 8000) / 1e6, 6);
  expect((await deployment.run(['stats', 'lamp-shop'])).stdout).toMatch(/\nmodel .*\nopenai:small +1 .* EUR/);
});
