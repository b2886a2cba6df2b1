import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSignatureCheck } from '../../../../plugins/channels/twilio-messaging/signature.ts';
import vectors from '../../../fixtures/twilio/signature-vectors.json' with { type: 'json' };
import { fakeTwilioSignature, startFakeTwilio } from '../../../kit/index.ts';
import { openChannel } from './open-channel.ts';

const form = 'application/x-www-form-urlencoded; charset=UTF-8';

function request(url: string, body: string, signature: string | undefined, contentType = form) {
  const headers = new Headers({ 'content-type': contentType });
  if (signature !== undefined) headers.set('x-twilio-signature', signature);
  return { url, headers, body: Buffer.from(body) };
}

type Pairs = [string, string][];

/** The form of a vector; some name that of another. */
function pairsOf(vector: (typeof vectors.vectors)[number]): Pairs {
  if (vector.paramsList !== undefined) return vector.paramsList as Pairs;
  const source = vectors.vectors.find(({ name }) => name === vector.paramsOf) ?? vector;
  return Object.entries(source.params ?? {}) as Pairs;
}

describe('the signature of a webhook', () => {
  it.each([
    [
      { address: 'https://bots.example/v1/lamps/sms' },
      'https://bots.example',
      'authToken is not the primary auth token',
    ],
    [{}, 'http://127.0.0.1:3000', 'set server.publicOrigin'],
  ])('that is wrong is told once with what it was held against: %j', async (grants, origin, next) => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio, {}, grants);
    const route = opened.channel.routes?.find(({ path }) => path === 'webhook');
    const { url, headers, body } = request('http://127.0.0.1:3000/v1/lamps/sms/webhook', 'Body=Hi', 'x'.repeat(28));
    for (const _ of [1, 2]) {
      const call = { body, params: {}, query: new URLSearchParams(), signal: opened.signal };
      const delivery = await route?.handle(new Request(url, { method: 'POST', headers }), call as never);
      expect(delivery).toEqual({ kind: 'rejected', reason: 'bad-signature' });
    }
    const told = opened.lines.filter((line) => line.includes('if it is Twilio’s'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`"checkedAgainst":"${origin}/v1/lamps/sms/webhook"`);
    expect(told[0]).toContain(next);
  });

  for (const vector of vectors.vectors) {
    it(`is right by Twilio's own vector: ${vector.name}`, async () => {
      const check = await createSignatureCheck(vectors.authToken, undefined);
      const body = vector.rawBody ?? new URLSearchParams(pairsOf(vector)).toString();
      const contentType = vector.rawBody === undefined ? form : 'application/json';
      expect(check(request(vector.url, body, vector.signature, contentType)) !== undefined).toBe(vector.valid);
      const altered = vector.rawBody === undefined ? `${body}&Digits=9` : `${body} `;
      expect(check(request(vector.url, altered, vector.signature, contentType))).toBeUndefined();
    });
  }

  for (const { authToken, signedUrl, presentedUrl, valid } of vectors.equivalenceCases) {
    it(`over ${signedUrl} is ${valid ? 'right' : 'wrong'} where ${presentedUrl} was called`, async () => {
      const check = await createSignatureCheck(authToken, undefined);
      const fields = { Body: 'Hello', From: '+491701234567' };
      const signature = fakeTwilioSignature(authToken, signedUrl, fields);
      const body = new URLSearchParams(fields).toString();
      expect(check(request(presentedUrl, body, signature)) !== undefined).toBe(valid);
    });
  }

  it('is the same with and without the port of https, in both directions', async () => {
    const check = await createSignatureCheck('token', undefined);
    const fields = { Body: 'Grüße, עולם 🌍', From: '+491701234567' };
    const body = new URLSearchParams(fields).toString();
    const plain = 'https://bots.example/v1/acme/sms/webhook';
    const port = 'https://bots.example:443/v1/acme/sms/webhook';
    for (const [signed, presented] of [
      [plain, port],
      [port, plain],
      [port, port],
      [plain, plain],
    ] as const) {
      const found = check(request(presented, body, fakeTwilioSignature('token', signed, fields)));
      expect(found?.['Body']).toBe(fields.Body);
    }
  });

  it('is made over the public origin, whatever name a proxy on the same machine passes on', async () => {
    const check = await createSignatureCheck('token', 'https://bots.example');
    const fields = { Body: 'Hello' };
    const path = '/v1/acme/sms/webhook?a=1';
    const signature = fakeTwilioSignature('token', `https://bots.example${path}`, fields);
    for (const seen of ['http://127.0.0.1:3000', 'http://localhost', 'https://bots.example']) {
      expect(check(request(seen + path, 'Body=Hello', signature))).toBeDefined();
    }
    const elsewhere = fakeTwilioSignature('token', `https://evil.example${path}`, fields);
    expect(check(request(`https://bots.example${path}`, 'Body=Hello', elsewhere))).toBeUndefined();
  });

  it('is wrong when it is missing, empty, cut, longer, of another token, another path or another host', async () => {
    const check = await createSignatureCheck('token', undefined);
    const url = 'https://bots.example/v1/acme/sms/webhook';
    const fields = { Body: 'Hello' };
    const right = fakeTwilioSignature('token', url, fields);
    expect(check(request(url, 'Body=Hello', right))).toBeDefined();
    const wrong = [
      undefined,
      '',
      right.slice(0, -1),
      right.slice(1),
      `${right}=`,
      right.toLowerCase(),
      fakeTwilioSignature('another', url, fields),
      fakeTwilioSignature('token', url.replace('acme', 'other'), fields),
      fakeTwilioSignature('token', url.replace('bots.', 'evil.'), fields),
      fakeTwilioSignature('token', url.replace('https', 'http'), fields),
    ];
    for (const signature of wrong) expect(check(request(url, 'Body=Hello', signature))).toBeUndefined();
  });

  it('of a form holds no field that was added under a name which objects know', async () => {
    const check = await createSignatureCheck('token', undefined);
    const url = 'https://bots.example/v1/acme/sms/webhook';
    const signature = fakeTwilioSignature('token', url, { Body: 'Hello' });
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(check(request(url, `Body=Hello&${name}=x`, signature))).toBeUndefined();
    }
  });

  it('of a body that is no form covers its bytes', async () => {
    const check = await createSignatureCheck('token', undefined);
    const body = '{"MessageSid":"SM1","Body":"Hello"}';
    const digest = createHash('sha256').update(body).digest('hex');
    const url = `https://bots.example/v1/acme/sms/webhook?bodySHA256=${digest}`;
    const signature = fakeTwilioSignature('token', url, {});
    expect(check(request(url, body, signature, 'application/json'))?.['Body']).toBe('Hello');
    expect(check(request(url, body.replace('Hello', 'Hullo'), signature, 'application/json'))).toBeUndefined();
    expect(check(request(url.slice(0, -2), body, signature, 'application/json'))).toBeUndefined();
  });

  it('of a body that nobody can read is right all the same: it is left out, not refused as a forgery', async () => {
    const check = await createSignatureCheck('token', undefined);
    for (const body of ['{"Body":"Hel', '', '[]', 'null']) {
      const digest = createHash('sha256').update(body).digest('hex');
      const url = `https://bots.example/v1/acme/sms/webhook?bodySHA256=${digest}`;
      const signature = fakeTwilioSignature('token', url, {});
      expect(check(request(url, body, signature, 'application/json'))).toEqual({});
      expect(check(request(url, `${body} `, signature, 'application/json'))).toBeUndefined();
      expect(check(request(url, body, signature.toLowerCase(), 'application/json'))).toBeUndefined();
    }
  });
});
