import { expect, it, onTestFinished } from 'vitest';
import { openChat } from './chat-client.ts';
import { deploy } from './deployment.ts';

it('name the bot, the conversation and the turn whose model gives no answer', async () => {
  const bot = `polyphon: 1
name: Shop
languages: { default: en }
llm: { use: openai, with: { model: gpt-5, apiKey: "\${secret:OPENAI_API_KEY}", baseUrl: "http://127.0.0.1:9/v1" } }
channels: { web: { use: web-chat } }
`;
  const deployment = await deploy({
    files: { 'shop/bot.yaml': bot, 'shop/.secrets.yaml': 'OPENAI_API_KEY: a-key-that-nobody-knows\n' },
    settings: 'polyphon: 1\nhttp: { allowPrivate: ["127.0.0.1:9"] }\n',
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const chat = await openChat(deployment.url, 'shop');
  const { turn } = await chat.ask('Do you sell lamps?');
  const lines = deployment.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.find(({ msg }) => msg === 'a model gave no answer')).toMatchObject({
    level: 'warn',
    tenant: 'shop',
    conversation: expect.any(String),
    turn,
  });
  const answered = lines.filter(
    ({ msg, route }) => msg === 'A request was answered.' && String(route).startsWith('/v1/'),
  );
  expect(answered.length).toBeGreaterThan(0);
  for (const line of answered) expect(line['tenant']).toBe('shop');
});
