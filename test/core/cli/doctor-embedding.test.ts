import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../../core/cli/checks/finding.ts';
import type { Clock } from '../../../core/contract/index.ts';
import { systemClock } from '../../../core/kernel/system.ts';
import { startFakeEmbeddings } from '../../kit/fake-embeddings.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';
import type { Ran } from './recording-terminal.ts';

/** So that a busy machine makes no service look late. */
const patient: Clock = { ...systemClock, deadline: (ms, ...rest) => systemClock.deadline(ms * 100, ...rest) };

function botWith(embedding: string): string {
  return `${lampShop['bots/lamp-shop/bot.yaml']}retrieval: { embedding: ${embedding} }\n`;
}

function openaiAt(host: string): string {
  return `{ use: openai, with: { baseUrl: "http://${host}/v1", apiKey: "\${secret:key}", model: new, dimensions: 128 } }`;
}

async function shopWith(embedding: string, allowed: string = '127.0.0.1:9') {
  const deployment = await makeDeployment({
    ...lampShop,
    'config/polyphon.yaml': `polyphon: 1\nserver: { port: 0 }\nhttp: { allowPrivate: ["${allowed}"] }\n`,
    'bots/lamp-shop/bot.yaml': botWith(embedding),
    'bots/lamp-shop/.secrets.yaml': 'key: sk-sesame-4711\n',
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  const doctor = (clock: Clock = patient) => deployment.run(['doctor', '--json'], { clock });
  return { deployment, doctor };
}

async function startService() {
  const service = await startFakeEmbeddings({ apiKey: 'sk-sesame-4711', models: { new: 128 } });
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}

function triedIn({ stdout }: Ran): readonly Finding[] {
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(stdout);
  return findings.filter(({ topic }) => topic === 'Embedding');
}

/** That it ended with the code, and said of embeddings this and nothing else. */
function expectTried(ran: Ran, code: number, finding: object): void {
  expect({ code: ran.code, tried: triedIn(ran) }).toMatchObject({ code, tried: [finding] });
}

describe('polyphon doctor has the embedding of each bot make a vector', () => {
  it('says that it answers, and keeps nothing of it', async () => {
    const service = await startService();
    const { deployment, doctor } = await shopWith(openaiAt(service.address), service.address);
    const ran = await doctor();
    expect(ran.code).toBe(0);
    expect(triedIn(ran)).toEqual([{ level: 'ok', topic: 'Embedding', fact: 'answers for 1 bot' }]);
    expect(service.requests).toMatchObject([{ input: ['polyphon'] }]);
    expect(existsSync(join(deployment.path, 'data'))).toBe(true);
    expect(await readdir(join(deployment.path, 'data'))).toEqual([]);
  });

  it('fails where the model that is to run here cannot be had, in the words of the plugin', async () => {
    const { deployment } = await shopWith('{ use: transformers, with: { folder: /no/such/folder } }');
    const { code, stdout } = await deployment.run(['doctor'], { clock: patient });
    expect(code).toBe(69);
    expect(stdout).toMatch(
      /fail {2}Embedding: lamp-shop: Embedding transformers: the (package|model) .*\. (Run|Check) .*\n {6}→ Correct `retrieval\.embedding` of lamp-shop/,
    );
    expect(stdout).toContain('1 to repair');
    expect(stdout).not.toContain('All is well.');
  });

  it('fails where the service refuses the key, and prints none', async () => {
    const service = await startService();
    const { doctor } = await shopWith(openaiAt(service.address), service.address);
    service.fail({ status: 401 });
    const ran = await doctor();
    expectTried(ran, 69, {
      level: 'fail',
      fact: expect.stringMatching(
        /^lamp-shop: Embedding openai:new at .*: it refused the key \(401\)\. Check `apiKey`/,
      ),
      details: { tenant: 'lamp-shop', error: 'EMB8201' },
    });
    expect(ran.stdout + ran.stderr).not.toContain('sesame');
  });

  it('fails where nobody listens at the address, or the address may not be reached', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
    const reached = await shopWith(openaiAt(host), host);
    const gone = {
      level: 'fail',
      fact: expect.stringContaining('it cannot be reached'),
      details: { error: 'EMB8206' },
    };
    expectTried(await reached.doctor(), 69, gone);
    const guarded = await shopWith(openaiAt(host));
    const refused = {
      level: 'fail',
      fact: expect.stringContaining('http.allowPrivate'),
      details: { error: 'NET6001' },
    };
    expectTried(await guarded.doctor(), 69, refused);
  });

  it('only warns of a service that fails or is late now', async () => {
    const service = await startService();
    const { doctor } = await shopWith(openaiAt(service.address), service.address);
    service.fail({ status: 503 });
    const later = { level: 'warn', next: 'Run `polyphon doctor` again in a moment.', details: { error: 'EMB8204' } };
    expectTried(await doctor(), 0, later);
    service.fail({ status: 200, silent: 'yes' });
    const late = await doctor({
      ...patient,
      deadline: (ms, ...rest) => {
        if (ms !== 3000) return patient.deadline(ms, ...rest);
        const over = new AbortController();
        void service.arrived(2).then(() => over.abort());
        return { signal: over.signal, [Symbol.dispose]: () => {} };
      },
    });
    expectTried(late, 0, { level: 'warn', fact: expect.stringContaining('within 3 s') });
  });

  it('gives each bot that has trouble its own line, and asks nothing of one that reads no documents', async () => {
    const service = await startService();
    const { deployment, doctor } = await shopWith('{ use: hashed }', service.address);
    const [head = ''] = botWith(openaiAt(service.address)).split('knowledge:');
    const broken = botWith('{ use: transformers, with: { folder: /no/such/folder } }');
    await deployment.write({
      'bots/sofa-shop/bot.yaml': broken.replace('tests: tests/*.yaml\n', ''),
      'bots/sofa-shop/knowledge/shop.md': '# Sofas\n\nA sofa costs 900 euros.\n',
      'bots/mute-shop/bot.yaml': `${head}channels:\n  web: { use: web-chat }\nretrieval: { embedding: ${openaiAt(service.address)} }\n`,
      'bots/mute-shop/.secrets.yaml': 'key: sk-sesame-4711\n',
    });
    expect(triedIn(await doctor())).toMatchObject([
      { level: 'ok', fact: 'answers for 1 bot' },
      { level: 'fail', details: { tenant: 'sofa-shop', error: 'EMB8208' } },
    ]);
    expect(service.requests).toEqual([]);
  });
});
