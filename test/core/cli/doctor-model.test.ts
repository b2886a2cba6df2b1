import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../../core/cli/checks/finding.ts';
import type { Clock } from '../../../core/contract/index.ts';
import { systemClock } from '../../../core/kernel/system.ts';
import { type FakeOpenai, startFakeOpenai } from '../../kit/fake-openai.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';
import type { Ran } from './recording-terminal.ts';

/** So that a busy machine makes no model look late. */
const patient: Clock = { ...systemClock, deadline: (ms, ...rest) => systemClock.deadline(ms * 100, ...rest) };
const key = 'sk-sesame-4711';

async function startService(options: Parameters<typeof startFakeOpenai>[0] = {}) {
  const service = await startFakeOpenai({ apiKey: key, models: ['good'], ...options });
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}

function llmAt(baseUrl: string, model = 'good', more = ''): string {
  return `{ use: openai, with: { baseUrl: "${baseUrl}", apiKey: "\${secret:key}", model: ${model} }${more} }`;
}

function botWith(llm: string): string {
  return `polyphon: 1\nname: X\nllm: ${llm}\nchannels: { web: { use: web-chat } }\n`;
}

async function shopsWith(llms: Readonly<Record<string, string>>, hosts: readonly string[], secret = key) {
  const deployment = await makeDeployment({
    'config/polyphon.yaml': `polyphon: 1\nserver: { port: 0 }\nhttp: { allowPrivate: [${hosts.map((host) => `"${host}"`).join(', ')}] }\n`,
    ...Object.fromEntries(
      Object.entries(llms).flatMap(([name, llm]) => [
        [`bots/${name}/bot.yaml`, botWith(llm)],
        [`bots/${name}/.secrets.yaml`, `key: ${secret}\n`],
      ]),
    ),
  });
  onTestFinished(() => deployment[Symbol.asyncDispose]());
  return {
    doctor: (clock: Clock = patient) => deployment.run(['doctor', '--json'], { clock }),
    shown: async () => (await deployment.run(['doctor'], { clock: patient })).stdout,
  };
}

const hostOf = ({ baseUrl }: Pick<FakeOpenai, 'baseUrl'>): string => new URL(baseUrl).host;

function triedIn({ stdout }: Ran): readonly Finding[] {
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(stdout);
  return findings.filter(({ topic }) => topic === 'Model');
}

describe('polyphon doctor asks each model for a word', () => {
  it('says that it answers, and asks a service once for all bots that use it alike', async () => {
    const service = await startService();
    const llm = llmAt(service.baseUrl);
    const { doctor, shown } = await shopsWith({ a: llm, b: llm, c: '{ use: offline }' }, [hostOf(service)]);
    const ran = await doctor();
    expect(ran.code).toBe(0);
    expect(triedIn(ran)).toEqual([
      { level: 'ok', topic: 'Model', fact: 'offline for 1 bot: it needs no key and no service' },
      { level: 'ok', topic: 'Model', fact: '1 model of 2 bots answers (asked for one word each)' },
    ]);
    expect(service.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions']);
    expect(await shown()).toContain('ok    Model: 1 model of 2 bots answers');
  });

  it('leaves with the first piece, so that nobody pays for a long answer', async () => {
    const text = 'A very long answer. '.repeat(50);
    const service = await startService({ otherwise: { kind: 'text', text, stallAfterEvents: 4 } });
    const { doctor } = await shopsWith({ a: llmAt(service.baseUrl) }, [hostOf(service)]);
    expect(triedIn(await doctor())).toMatchObject([{ level: 'ok' }]);
    await service.idle();
    expect(service.leftEarly).toBe(1);
  });

  it('needs nothing where all bots answer offline', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'config/polyphon.yaml': 'polyphon: 1\nserver: { port: 0 }\n',
    });
    const { stdout } = await deployment.run(['doctor']);
    expect(stdout).toContain('ok    Model: offline for 1 bot: it needs no key and no service\n');
  });

  it('fails where the key is refused, and prints none', async () => {
    const service = await startService({ apiKey: 'another' });
    const { doctor } = await shopsWith({ a: llmAt(service.baseUrl) }, [hostOf(service)]);
    const ran = await doctor();
    expect(ran.code).toBe(69);
    expect(triedIn(ran)).toMatchObject([
      {
        level: 'fail',
        fact: `a: Model openai:good at ${hostOf(service)}: the service refused the key (401). Check llm.with.apiKey and what the key may do.`,
        next: expect.stringContaining('Correct `llm` of a'),
        details: { tenant: 'a', tenants: ['a'], place: 'llm', error: 'MDL5001' },
      },
    ]);
    expect(ran.stdout + ran.stderr).not.toContain('sesame');
  });

  it('fails where the service has no such model, has no such address, or refuses a parameter', async () => {
    const service = await startService({
      replies: [{ kind: 'error', status: 400, code: 'unsupported_value', param: 'temperature' }],
    });
    const { doctor } = await shopsWith(
      { a: llmAt(service.baseUrl), b: llmAt(service.baseUrl, 'bad'), c: llmAt(service.baseUrl.replace('/v1', '/v2')) },
      [hostOf(service)],
    );
    const ran = await doctor();
    expect(ran.code).toBe(69);
    expect(triedIn(ran)).toMatchObject([
      { level: 'fail', details: { tenant: 'a', error: 'MDL5007' } },
      {
        level: 'fail',
        fact: expect.stringContaining('does not know the model or the address'),
        details: { tenant: 'b' },
      },
      { level: 'fail', details: { tenant: 'c', error: 'MDL5002' } },
    ]);
  });

  it('fails where nobody listens at the address, or the address may not be reached', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
    const gone = await shopsWith({ a: llmAt(`http://${host}/v1`) }, [host]);
    const unreached = await gone.doctor();
    expect(unreached.code).toBe(69);
    expect(triedIn(unreached)).toMatchObject([
      { level: 'fail', fact: expect.stringContaining('the connection failed'), details: { error: 'NET6004' } },
    ]);
    const guarded = await shopsWith({ a: llmAt(`http://${host}/v1`) }, []);
    expect(triedIn(await guarded.doctor())).toMatchObject([
      { level: 'fail', fact: expect.stringContaining('http.allowPrivate'), details: { error: 'NET6001' } },
    ]);
  });

  it('only warns of a service that is busy or late now, and goes on with the others', async () => {
    const busy = await startService({ replies: [{ kind: 'error', status: 503 }] });
    const slow = await startService({ otherwise: { kind: 'text', text: 'OK', stallAfterEvents: 0 } });
    const good = await startService();
    const hosts = [busy, slow, good].map(hostOf);
    const { doctor } = await shopsWith(
      { a: llmAt(busy.baseUrl), b: llmAt(slow.baseUrl), c: llmAt(good.baseUrl) },
      hosts,
    );
    const ran = await doctor({
      ...patient,
      deadline: (ms, ...rest) => {
        if (ms !== 10_000) return patient.deadline(ms, ...rest);
        const over = new AbortController();
        void Promise.all([busy, slow, good].map((one) => one.arrived(1))).then(() =>
          systemClock.sleep(1000).then(() => over.abort()),
        );
        return { signal: over.signal, [Symbol.dispose]: () => {} };
      },
    });
    expect(ran.code).toBe(0);
    expect(triedIn(ran)).toMatchObject([
      { level: 'ok', fact: '1 model of 1 bot answers (asked for one word each)' },
      { level: 'warn', details: { tenant: 'a', error: 'MDL5005' } },
      { level: 'warn', fact: 'b: it did not begin to answer within 10 s', details: { tenant: 'b', error: 'timeout' } },
    ]);
  });

  it('tries the fallbacks too: nobody would see them fail before they are needed', async () => {
    const service = await startService();
    const fallback = `, fallback: [${llmAt(service.baseUrl, 'bad')}, { use: offline }]`;
    const { doctor } = await shopsWith({ a: llmAt(service.baseUrl, 'good', fallback) }, [hostOf(service)]);
    expect(triedIn(await doctor())).toMatchObject([
      { level: 'ok', fact: expect.stringContaining('1 model of 1 bot') },
      {
        level: 'fail',
        fact: expect.stringMatching(/^a, fallback 1: /),
        next: expect.stringContaining('`llm.fallback[0]`'),
      },
    ]);
  });
});
