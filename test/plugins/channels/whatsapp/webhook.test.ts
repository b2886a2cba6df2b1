import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSigned } from '../../../../plugins/channels/whatsapp/signature.ts';
import {
  type FakeWhatsapp,
  fakeWhatsappSignature,
  fakeWhatsappWebhook,
  startFakeWhatsapp,
} from '../../../kit/index.ts';
import type { Deployment } from '../../../whole/deployment.ts';
import { decodedSamples } from './decoded-samples.ts';
import { channelUrl, deployShops, eventually, shopFiles } from './lamp-shop.ts';
import { samples } from './samples.ts';

const published = JSON.parse(
  readFileSync(new URL('../../../fixtures/whatsapp/x-hub-signature-256.json', import.meta.url), 'utf8'),
) as { readonly secret: string; readonly payload: string; readonly header: string };

describe('a signature', () => {
  const { secret, payload, header } = published;
  const body = Buffer.from(payload);

  it('as published is right', () => expect(isSigned(body, header, secret)).toBe(true));

  it.each([
    ['none', null],
    ['an empty one', ''],
    ['one without its scheme', header.slice(7)],
    ['one of the older scheme', header.replace('sha256', 'sha1')],
    ['half of it', header.slice(0, 40)],
    ['one digit less', header.slice(0, -1)],
    ['one digit more', `${header}0`],
    ['one digit changed', `${header.slice(0, -1)}8`],
    ['zeros', `sha256=${'0'.repeat(64)}`],
    ['no hexadecimal', `sha256=${'g'.repeat(64)}`],
  ])('%s is wrong', (_, given) => expect(isSigned(body, given, secret)).toBe(false));

  it('of another body or another secret is wrong', () => {
    expect(isSigned(Buffer.from(`${payload} `), header, secret)).toBe(false);
    expect(isSigned(body, header, `${secret}!`)).toBe(false);
  });
});

describe('the webhook', () => {
  let meta: FakeWhatsapp;
  let deployment: Deployment;
  let url: string;
  beforeAll(async () => {
    meta = await startFakeWhatsapp();
    deployment = await deployShops([{ tenantId: 'lamps', meta }]);
    url = channelUrl(deployment, 'lamps');
  });
  afterAll(async () => {
    await deployment[Symbol.asyncDispose]();
    await meta[Symbol.asyncDispose]();
  });

  const challenge = (query: Readonly<Record<string, string>>) =>
    fetch(
      `${url}/webhook?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', ...query })}`,
    );
  const conversations = () => deployment.application.store.forTenant('lamps').conversations.list({ limit: 1000 });

  it('proves to Meta whose it is', async () => {
    const response = await challenge({ 'hub.verify_token': meta.verifyToken });
    expect([response.status, await response.text()]).toEqual([200, '1158201444']);
    expect(response.headers.get('content-type')).toContain('text/plain');
  });

  it.each([
    ['a wrong token', { 'hub.verify_token': 'wrong' }],
    ['an empty token', { 'hub.verify_token': '' }],
    ['no token', {}],
    ['another mode', { 'hub.verify_token': 'verify-token-of-the-fake', 'hub.mode': 'unsubscribe' }],
    ['markup to echo', { 'hub.verify_token': 'verify-token-of-the-fake', 'hub.challenge': '<script>' }],
  ])('refuses %s', async (_, query) => {
    const response = await challenge(query);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain('1158201444');
  });

  it('says what to compare where the verify token is a wrong one', async () => {
    const response = await challenge({ 'hub.verify_token': 'wrong' });
    const { detail } = (await response.json()) as { readonly detail: string };
    expect(detail).toContain('Compare the one in Meta’s webhook form with the secret behind `verifyToken`');
    expect(detail).not.toContain(meta.verifyToken);
    expect(deployment.lines.join('')).toContain('the verify token is not the one of this channel');
    const other = await challenge({ 'hub.verify_token': meta.verifyToken, 'hub.mode': 'unsubscribe' });
    expect(await other.text()).toContain('no request to verify a webhook');
  });

  it('refuses 500 bodies that are not signed by this app, and stores nothing', async () => {
    const message = meta.message('16505550001', 'What does the blue lamp cost?');
    const body = JSON.stringify(fakeWhatsappWebhook(meta.phoneNumberId, { messages: [message] }));
    const right = fakeWhatsappSignature(meta.appSecret, body);
    const wrong: readonly (string | undefined)[] = [
      undefined,
      '',
      right.slice(7),
      right.slice(0, 50),
      right.replace('sha256', 'sha1'),
      fakeWhatsappSignature('the-secret-of-another-app', body),
      fakeWhatsappSignature(meta.appSecret, `${body} `),
      fakeWhatsappSignature('', body),
      `${right}0`,
      `sha256=${'0'.repeat(64)}`,
    ];
    for (let round = 0; round < 50; round += 1) {
      const statuses = await Promise.all(
        wrong.map(async (signature) => {
          const headers = {
            'content-type': 'application/json',
            ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
          };
          return (await fetch(`${url}/webhook`, { method: 'POST', headers, body })).status;
        }),
      );
      expect(new Set(statuses)).toEqual(new Set([401]));
    }
    expect(conversations()).toEqual([]);
    expect(meta.requests).toEqual([]);
  });

  it('takes every published sample, addressed to this number, and logs by name what it leaves out', async () => {
    for (const { name, body, phoneNumberId } of samples) {
      const before = deployment.lines.length;
      const text = JSON.stringify(body).replaceAll(phoneNumberId, meta.phoneNumberId);
      expect((await meta.post(url, text)).status, name).toBe(200);
      const lines = deployment.lines.slice(before).join('');
      const leftOut = (decodedSamples[name] ?? '').split(' | ').flatMap((part) => /^- (.*)$/.exec(part)?.[1] ?? []);
      for (const kind of leftOut) expect(lines, name).toContain(`"kind":"${kind}"`);
      expect(lines.includes('was left out'), name).toBe(leftOut.length > 0);
    }
    expect(deployment.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    expect(conversations().length).toBeGreaterThan(0);
  });

  it('leaves out what is for another number', async () => {
    const before = conversations().length;
    const message = meta.message('16505550002', 'What does the blue lamp cost?');
    const response = await meta.post(url, fakeWhatsappWebhook('999999999', { messages: [message] }));
    expect(response.status).toBe(200);
    expect(conversations()).toHaveLength(before);
    expect(deployment.lines.join('')).toContain('"kind":"foreign-number"');
    await meta.post(url, fakeWhatsappWebhook('999999999', { messages: [message] }));
    const warnings = deployment.lines.filter((line) => line.includes('999999999'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('"level":"warn"');
    expect(warnings[0]).toContain(`phone number id 999999999, and this channel has ${meta.phoneNumberId}`);
  });

  it('acknowledges statuses that come alone, and twice', async () => {
    const status = { id: 'wamid.unknown', status: 'failed', to: '16505550001', at: meta.now(), code: 131047 } as const;
    const responses = await meta.deliver(url, { statuses: [status], times: 2 });
    expect(responses.map((response) => response.status)).toEqual([200, 200]);
  });

  it('acknowledges what the limits of the bot refuse, tells the person once, and is not asked again', async () => {
    await using crowded = await startFakeWhatsapp();
    const files = shopFiles({ tenantId: 'lamps', meta: crowded });
    const limited = (files['lamps/bot.yaml'] ?? '').replace('perContact: 100000/min', 'perContact: 2/min');
    await using small = await deployShops([{ tenantId: 'lamps', meta: crowded }], {
      files: { ...files, 'lamps/bot.yaml': limited },
    });
    const messages = [1, 2, 3, 4, 5].map((number) => crowded.message('16505550003', `Question ${number}`));
    for (const message of messages) {
      const [response] = await crowded.deliver(channelUrl(small, 'lamps'), { messages: [message] });
      expect(response?.status).toBe(200);
    }
    await eventually(() =>
      expect(crowded.sent.filter(({ text }) => text.startsWith('That was too fast'))).toHaveLength(1),
    );
    expect(small.lines.join('')).toContain('"reason":"rate-limited"');
  });

  it('refuses more than 3 MB', async () => {
    expect((await meta.post(url, `{"object":"${'x'.repeat(3_200_000)}"}`)).status).toBe(413);
  });

  it('answers 400 damaged bodies with the right signature, and never with a fault of its own', async () => {
    const seen = new Set<number>();
    for (const bodies of inTens(fc.sample(damagedBody(meta.phoneNumberId), { numRuns: 400, seed: 20_261_121 }))) {
      const statuses = await Promise.all(
        bodies.map(async (body) => {
          const { status } = await meta.post(url, body);
          return status;
        }),
      );
      for (const status of statuses) seen.add(status);
    }
    expect([...seen].filter((status) => status >= 500)).toEqual([]);
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(200);
  }, 90_000);
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A published sample in which some values are dropped, retyped, nested, enlarged or doubled; or not JSON at all. */
function damagedBody(phoneNumberId: string): fc.Arbitrary<string> {
  const strange: fc.Arbitrary<Json> = fc.oneof(
    fc.constantFrom<Json>(null, true, '', ' ', 0, -1, 1e308, '\u0000', '\ud800', 'ä'.repeat(5000), [], {}, [[]]),
    fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  );
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    kind: fc.constantFrom('drop', 'retype', 'nest', 'double', 'rename', 'deepen'),
    value: strange,
  });
  const whole = fc
    .tuple(fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([{ body, phoneNumberId: own }, changes]) => {
      const text = JSON.stringify(body).replaceAll(own, phoneNumberId);
      const damaged = JSON.parse(text) as Json;
      for (const { at, kind, value } of changes) damage(damaged, at, kind, value);
      return JSON.stringify(damaged);
    });
  const cut = fc.tuple(whole, fc.nat()).map(([text, at]) => text.slice(0, at % text.length));
  return fc.oneof(
    { weight: 18, arbitrary: whole },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.string() },
  );
}

function damage(root: Json, at: number, kind: string, value: Json): void {
  const places: { readonly holder: Record<string, Json>; readonly key: string }[] = [];
  const visit = (node: Json): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push({ holder: node as Record<string, Json>, key });
      if (places.length < 5000) visit(child);
    }
  };
  visit(root);
  const place = places[Math.floor(at * places.length)];
  if (place === undefined) return;
  const { holder, key } = place;
  const before = holder[key] ?? null;
  if (kind === 'drop') delete holder[key];
  else if (kind === 'retype') holder[key] = value;
  else if (kind === 'nest') holder[key] = { [key]: before };
  else if (kind === 'double') holder[key] = [before, before, value];
  else if (kind === 'rename') holder[`${key}_`] = before;
  else for (let depth = 0; depth < 200; depth += 1) holder[key] = [holder[key] ?? null];
}

function inTens<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / 10) }, (_, index) => items.slice(index * 10, index * 10 + 10));
}
