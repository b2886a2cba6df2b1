import { expect, it, onTestFinished } from 'vitest';
import { startFakeEmbeddings } from '../../kit/fake-embeddings.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

const question = 'How much does a repair of a lamp cost?';
const whole = lampShop['bots/lamp-shop/bot.yaml'];

/** A shop whose documents were read with the built-in embedding, and that asks for another one now. */
async function shopThatChangedTo(embedding: string, allowed: string) {
  const deployment = await makeDeployment({
    ...lampShop,
    'config/polyphon.yaml': `polyphon: 1\nserver: { port: 0 }\nhttp: { allowPrivate: ["${allowed}"] }\n`,
    'bots/lamp-shop/.secrets.yaml': 'key: sk-sesame-4711\n',
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  expect((await deployment.run(['ingest', 'lamp-shop'])).code).toBe(0);
  await deployment.write({ 'bots/lamp-shop/bot.yaml': `${whole}retrieval: { embedding: ${embedding} }\n` });
  return deployment;
}

it('answers with what was read before while another embedding is away, and does not send it a passage', async () => {
  const service = await startFakeEmbeddings({ apiKey: 'sk-sesame-4711', models: { new: 128 } });
  onTestFinished(() => service[Symbol.asyncDispose]());
  service.fail({ status: 500 });
  const deployment = await shopThatChangedTo(
    `{ use: openai, with: { baseUrl: "http://${service.address}/v1", apiKey: "\${secret:key}", model: new, dimensions: 128 } }`,
    service.address,
  );
  const { code, stdout } = await deployment.run(['chat', 'lamp-shop', '--once', question]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('25 euros') });
  expect(new Set(service.requests.flatMap(({ input }) => input))).toEqual(new Set(['polyphon']));
});

it('answers with what was read before where another embedding does not open', async () => {
  const deployment = await shopThatChangedTo('{ use: transformers, with: { model: ./nowhere } }', '127.0.0.1:9');
  const { code, stdout } = await deployment.run(['chat', 'lamp-shop', '--once', question]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('25 euros') });
});

it('is not measured by `eval`, which would tell of what served before', async () => {
  const deployment = await shopThatChangedTo('{ use: transformers, with: { model: ./nowhere } }', '127.0.0.1:9');
  const { code, stdout, stderr } = await deployment.run(['eval', 'lamp-shop']);
  expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
  expect(stderr).toContain('PLG2006');
});
