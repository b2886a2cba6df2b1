import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeEmbeddings } from '../../kit/fake-embeddings.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

async function makeShop() {
  const service = await startFakeEmbeddings({ apiKey: 'none', models: { new: 128 } });
  onTestFinished(() => service[Symbol.asyncDispose]());
  const deployment = await makeDeployment({
    ...lampShop,
    'config/polyphon.yaml': `polyphon: 1\nserver: { port: 0 }\nhttp: { allowPrivate: ["${service.address}"] }\n`,
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const choose = (embedding: string) =>
    deployment.write({
      'bots/lamp-shop/bot.yaml': `${lampShop['bots/lamp-shop/bot.yaml']}retrieval: { embedding: ${embedding} }\n`,
    });
  const remote = `{ use: openai, with: { baseUrl: "${service.origin}/v1", model: new, dimensions: 128 } }`;
  return { service, deployment, choose, remote };
}

describe('after another embedding is chosen', () => {
  it('`ingest` makes its vectors and reads no document again', async () => {
    const { deployment, choose } = await makeShop();
    await deployment.run(['ingest']);
    await choose('{ with: { dimensions: 256 } }');
    const { code, stdout } = await deployment.run(['ingest']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/lamp-shop {2}1 unchanged, 2 chunks.*\n {2}✓ 2 chunks embedded anew; they serve now/);
    expect((await deployment.run(['ingest'])).stdout).not.toContain('embedded');
  });

  it('`ingest --dry-run` and `plan` say what would be embedded, also where no price is known', async () => {
    const { service, deployment, choose, remote } = await makeShop();
    const embeddingIn = ({ stdout }: { readonly stdout: string }) => /embedding: .*|embedding\n.*/.exec(stdout)?.[0];
    const dryRun = () => deployment.run(['ingest', '--dry-run']);
    await deployment.run(['apply']);
    expect(embeddingIn(await dryRun())).toBeUndefined();
    await choose('{ with: { dimensions: 256 } }');
    expect(embeddingIn(await dryRun())).toBe('embedding: 2 chunks anew, about 41 tokens');

    await choose(remote);
    expect(embeddingIn(await dryRun())).toBe('embedding: 2 chunks anew, about 41 tokens');
    expect(embeddingIn(await deployment.run(['plan']))).toBe('embedding\n    ~ 2 chunks anew, about 41 tokens');
    const estimate = { chunks: 2, anew: 2, tokens: 41 };
    const { reports } = JSON.parse((await deployment.run(['ingest', '--dry-run', '--json'])).stdout);
    expect(reports[0].estimate).toEqual(estimate);
    const { tenants } = JSON.parse((await deployment.run(['plan', '--json'])).stdout);
    expect(tenants[0].estimate).toEqual(estimate);

    await deployment.write({ 'bots/lamp-shop/knowledge/more.md': '# Gifts\n\nWe wrap gifts for free.\n' });
    expect(embeddingIn(await dryRun())).toBe('embedding: 3 chunks, 2 of them anew, about 51 tokens');
    await choose(remote.replace('dimensions', 'pricePerMillionTokens: 2 EUR, dimensions'));
    expect(embeddingIn(await dryRun())).toBe('embedding: 3 chunks, 2 of them anew, about 51 tokens, 0.0001 EUR');
    expect(service.requests).toEqual([]);

    await choose(remote);
    await deployment.run(['ingest']);
    expect(service.requests.flatMap(({ input }) => input)).toHaveLength(3);
    expect(embeddingIn(await dryRun())).toBeUndefined();
  });

  it('`ingest` ends with 1 and `doctor` warns while the service refuses', async () => {
    const { service, deployment, choose, remote } = await makeShop();
    await deployment.run(['ingest']);
    await choose(remote);
    service.fail({ status: 401 });
    const refused = await deployment.run(['ingest']);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('✗ 0 chunks embedded anew, 2 to go; hashed-1-512 answers until then  EMB8201');
    const { stdout } = await deployment.run(['doctor']);
    expect(stdout).toContain('warn  Embeddings: lamp-shop: 0 of 2 chunks have vectors of openai:new:128; hashed-');
    expect(stdout).toContain('answers until then; the last attempt failed: Embedding');
    expect(stdout).toContain('`polyphon ingest lamp-shop` makes the rest');

    expect((await deployment.run(['ingest'])).stdout).toContain('✓ 2 chunks embedded anew');
    expect((await deployment.run(['doctor'])).stdout).not.toContain('Embeddings');
  });

  it('`apply` ends with 1 and says what is missing while the service refuses, and makes it when called again', async () => {
    const { service, deployment, choose, remote } = await makeShop();
    await deployment.run(['apply']);
    await choose(remote);
    service.fail({ status: 401 });
    const refused = await deployment.run(['apply']);
    expect(refused.code).toBe(1);
    expect(refused.stdout).not.toContain('applied.');
    expect(refused.stderr).toContain('✗ 0 chunks embedded anew, 2 to go; hashed-1-512 answers until then  EMB8201');
    expect(refused.stderr).toContain('lamp-shop: the definition is applied; not all is embedded.');

    const planned = await deployment.run(['plan', '--exit-code']);
    expect({ code: planned.code, stdout: planned.stdout }).toEqual({
      code: 2,
      stdout: expect.stringMatching(/definition unchanged[\s\S]*2 chunks anew/),
    });

    service.fail({ status: 401 });
    const again = await deployment.run(['apply', '--json']);
    expect(again.code).toBe(1);
    const { backfill } = JSON.parse(again.stdout).tenants[0];
    expect(backfill).toMatchObject({ made: 0, missing: 2, error: { code: 'EMB8201' } });
    service.fail({ status: 401 });
    expect(JSON.parse((await deployment.run(['ingest', '--json'])).stdout).reports[0].backfill).toEqual(backfill);

    expect(await deployment.run(['apply'])).toMatchObject({ code: 0, stderr: '' });
    expect((await deployment.run(['doctor'])).stdout).not.toContain('Embeddings');
  });

  it('a command that asks the bot makes them first: it is about what the files say now', async () => {
    const { service, deployment, choose, remote } = await makeShop();
    await deployment.run(['ingest']);
    await choose(remote);
    const { stdout } = await deployment.run(['search', 'lamp-shop', 'What does a repair cost?']);
    expect(stdout).toContain('A repair of a lamp costs 25 euros');
    // Whether it answers, the passages, the question.
    expect(service.requests.map(({ input }) => input.length)).toEqual([1, 2, 1]);
  });

  describe('that cannot be used', () => {
    const question = 'How much does a repair of a lamp cost?';

    it('`chat` answers with what was read before while it is away, and sends it no passage', async () => {
      const { service, deployment, choose, remote } = await makeShop();
      await deployment.run(['ingest']);
      await choose(remote);
      service.fail({ status: 500 });
      const { code, stdout, stderr } = await deployment.run(['chat', 'lamp-shop', '--once', question]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('25 euros') });
      expect(stderr).toMatch(
        /! lamp-shop: 2 chunks without a vector of openai:new:128 yet; hashed-\S+ answers until then\n +EMB8204/,
      );
      expect(new Set(service.requests.flatMap(({ input }) => input))).toEqual(new Set(['polyphon']));
    });

    it('`chat` answers with what was read before where it does not open, and `eval` does not measure that', async () => {
      const { deployment, choose } = await makeShop();
      await deployment.run(['ingest']);
      await choose('{ use: transformers, with: { model: ./nowhere } }');
      const { code, stdout } = await deployment.run(['chat', 'lamp-shop', '--once', question]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('25 euros') });
      const measured = await deployment.run(['eval', 'lamp-shop']);
      expect({ code: measured.code, stdout: measured.stdout }).toEqual({ code: 69, stdout: '' });
      expect(measured.stderr).toContain('PLG2006');
    });
  });

  it('`dev` tells that it is not made, and why', async () => {
    const { service, deployment, choose, remote } = await makeShop();
    await deployment.run(['ingest']);
    await choose(remote);
    service.fail(...Array.from({ length: 20 }, () => ({ status: 401 })));
    const stopping = new AbortController();
    const { stderr } = await deployment.run(['dev', '--port', '0'], {
      signal: stopping.signal,
      onWrite: ({ stdout }) => {
        if (stdout.includes('Ctrl-C ends')) stopping.abort(new DOMException('Stopped by SIGINT.', 'AbortError'));
      },
    });
    expect(stderr).toContain(
      '! lamp-shop: 2 chunks without a vector of openai:new:128 yet; hashed-1-512 answers until then\n    EMB8201  Embedding',
    );
  });

  it('the first one that is away leaves the answers to words, and each command says so', async () => {
    const { service, deployment, choose, remote } = await makeShop();
    await choose(remote);
    const away = () => service.fail(...Array.from({ length: 8 }, () => ({ status: 401 })));
    away();
    const found = await deployment.run(['search', 'lamp-shop', 'What does a repair of a lamp cost?']);
    expect({ code: found.code, stdout: found.stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('25 euros'),
    });
    const told = /2 chunks without a vector of openai:new:128 yet; words find what has no vector\n +EMB8201/;
    expect(found.stderr).toMatch(told);

    away();
    const read = await deployment.run(['ingest']);
    expect(read.code).toBe(1);
    expect(read.stdout).toMatch(/✗ 0 chunks embedded, 2 to go; words find what has no vector {2}EMB8201/);
    expect((await deployment.run(['ingest', '--dry-run'])).stdout).toContain('embedding: 2 chunks, about 41 tokens');
    away();
    expect((await deployment.run(['doctor'])).stdout).toMatch(
      /lamp-shop: 0 of 2 chunks have vectors of openai:new:128; words find the others until then; the last attempt failed/,
    );
  });

  it('`plan` makes none', async () => {
    const { service, deployment, choose, remote } = await makeShop();
    await deployment.run(['apply']);
    await choose(remote);
    expect((await deployment.run(['plan'])).stdout).toContain('embedding');
    expect(service.requests).toEqual([]);
  });
});
