import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import {
  type ChannelPlatform,
  channelSuite,
  type SuiteFault,
  type SuiteRequest,
  type SuiteSent,
} from '../../../kit/index.ts';
import { listen, readBody } from '../../../kit/listening-server.ts';

const address = new URL('../../../package/signed-webhook/plugin.js', import.meta.url);
const { plugin } = (await import(address.href)) as { plugin: Plugin<'channel'> };

interface Platform extends ChannelPlatform {
  readonly secret: string;
  readonly host: string;
}

/** It answers at length, and nobody needs to read it. */
async function startPlatform(): Promise<Platform> {
  const secret = `secret-${randomUUID()}`;
  const sent: SuiteSent[] = [];
  const faults: SuiteFault[] = [];
  let attempts = 0;
  const server = await listen(async (incoming, response) => {
    const { to, text } = JSON.parse(await readBody(incoming)) as { readonly to: string; readonly text: string };
    attempts += 1;
    const fault = faults.shift();
    if (fault === 'busy') return void response.writeHead(429, { 'retry-after': '3' }).end('Later.');
    if (fault === 'failing') return void response.writeHead(500).end('<h1>Oops</h1>');
    if (fault === 'refused' || text === '' || text.length > 2_000) return void response.writeHead(400).end('No.');
    sent.push({ person: Number(to.replace('person-', '')), text, media: 0, buttons: [] });
    if (fault === 'lost') return void response.destroy();
    response.writeHead(200).write('It is taken,');
    setTimeout(() => response.end(' and on its way.'), 5);
  });
  const sign = (key: string, body: string) => createHmac('sha256', key).update(body).digest('hex');
  const signed = (body: string): SuiteRequest => ({
    route: 'webhook',
    headers: { 'x-signature': sign(secret, body) },
    body,
  });
  return {
    secret,
    host: server.host,
    hosts: [server.host],
    secrets: [secret],
    sent,
    get attempts() {
      return attempts;
    },
    meet: (fault) => void faults.push(fault),
    busyForMs: 3_000,
    webhook: async (messages) =>
      messages.map(({ number, person, text }) =>
        signed(JSON.stringify({ id: `in-${number}`, from: `person-${person}`, text })),
      ),
    forged: (request) =>
      ['', sign('another', String(request.body))].map((signature) => ({
        ...request,
        headers: { 'x-signature': signature },
      })),
    unknown: () => ['{"reaction":1}', 'null', '{"id":', ''].map(signed),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe('the whole channel of plugins/README.md', () => {
  const suite = channelSuite({
    plugin,
    config: ({ secret, host }) => ({ secret, replyUrl: `http://${host}/replies` }),
    fixtures: { start: startPlatform },
  });
  for (const { name, run } of suite) it(name, run);

  it('is the one that is tested', () => {
    const bare = (text: string) =>
      text
        .replaceAll(/^\/\/ @ts-check\n|^\/\*\* @param .*\n/gm, '')
        .replaceAll(/,(?=\s*[)}\]])/g, '')
        .replaceAll(/\s+/g, '');
    const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
    const [, shown = ''] = /```js\n(import \{ createHmac.*?)```/s.exec(read('plugins/README.md')) ?? [];
    expect(bare(shown)).toBe(bare(read('test/package/signed-webhook/plugin.js')));
  });
});
