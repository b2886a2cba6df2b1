import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/twilio/signature-vectors.json' with { type: 'json' };
import { type FakeTwilio, fakeTwilioSignature, startFakeTwilio } from '../../../kit/index.ts';

const service = `MG${'0'.repeat(32)}`;
const number = '+4930111222';
const person = '+491701234567';
type Form = Readonly<Record<string, string | readonly string[]>>;

async function create(twilio: FakeTwilio, form: Form, authToken = twilio.authToken) {
  const body = new URLSearchParams(
    Object.entries(form).flatMap(([name, value]) => [value].flat().map((entry) => [name, entry] as [string, string])),
  );
  const response = await fetch(`${twilio.baseUrl}/2010-04-01/Accounts/${twilio.accountSid}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${twilio.accountSid}:${authToken}`).toString('base64')}` },
    body,
  });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

const right = { To: person, From: number, Body: 'Hello' };

describe('the fake Twilio', () => {
  it('takes what the specification allows, and answers as it says', async () => {
    await using twilio = await startFakeTwilio({ numbers: [number], services: [service] });
    const { status, body } = await create(twilio, {
      ...right,
      MediaUrl: ['https://a.example/1', 'https://a.example/2'],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'queued', to: person, from: number, num_media: '2', error_code: null });
    expect(body['sid']).toMatch(/^MM[0-9a-f]{32}$/);
    expect((await create(twilio, { To: person, MessagingServiceSid: service, Body: 'Hello' })).body).toMatchObject({
      status: 'accepted',
      messaging_service_sid: service,
    });
  });

  it.each<[string, Form, number]>([
    ['no recipient', { From: number, Body: 'Hello' }, 21604],
    ['no sender', { To: person, Body: 'Hello' }, 21603],
    ['nothing to say', { To: person, From: number }, 21619],
    ['a recipient that is no number', { ...right, To: '0170 1234567' }, 21211],
    ['a sender of somebody else', { ...right, From: '+4930999999' }, 21606],
    ['a service that does not exist', { To: person, Body: 'Hello', MessagingServiceSid: `MG${'1'.repeat(32)}` }, 21701],
    ['1,601 characters', { ...right, Body: 'a'.repeat(1601) }, 21617],
    [
      'eleven files',
      { ...right, MediaUrl: Array.from({ length: 11 }, (_, index) => `https://a.example/${index}`) },
      21623,
    ],
    ['a file without an address', { ...right, MediaUrl: 'lamp.png' }, 21620],
    ['a file that is not on the web', { ...right, MediaUrl: 'file:///etc/passwd' }, 21620],
    ['to itself', { ...right, To: number }, 21266],
    ['WhatsApp from a telephone number', { ...right, To: `whatsapp:${person}` }, 21910],
    ['an address for statuses on this machine', { ...right, StatusCallback: 'http://127.0.0.1:3000/status' }, 21609],
    ['a template that is none', { ...right, ContentSid: 'HX1' }, 20001],
    ['variables with a line break', { ...right, ContentVariables: '{"1":"a\\nb"}' }, 21656],
    ['variables that are no object', { ...right, ContentVariables: '[1]' }, 21656],
    ['a parameter the specification does not have', { ...right, Colour: 'red' }, 20001],
    ['a switch that is neither on nor off', { ...right, ProvideFeedback: '' }, 20001],
    ['an application without a name', { ...right, ApplicationSid: '' }, 20001],
    ['a time that is none', { ...right, SendAt: 'tomorrow' }, 20001],
    ['two bodies', { ...right, Body: ['a', 'b'] }, 20001],
    ['a person who has opted out', { ...right, To: '+491700000000' }, 21610],
  ])('refuses %s', async (_, form, code) => {
    await using twilio = await startFakeTwilio({ numbers: [number], services: [service] });
    twilio.optedOut.add('+491700000000');
    const { status, body } = await create(twilio, form);
    expect([status, body['code'], body['status']]).toEqual([400, code, 400]);
    expect(twilio.sent).toEqual([]);
    expect(twilio.requests[0]?.refusal?.code).toBe(code);
  });

  it('refuses free text on WhatsApp when the 24 hours are over, and takes a template', async () => {
    await using twilio = await startFakeTwilio();
    const to = `whatsapp:${person}`;
    twilio.windowClosed.add(to);
    const form = { To: to, From: `whatsapp:${number}` };
    expect((await create(twilio, { ...form, Body: 'Hello' })).body['code']).toBe(63016);
    expect((await create(twilio, { ...form, ContentSid: `HX${'a'.repeat(32)}` })).status).toBe(201);
  });

  it('refuses who does not know the token, and what does not exist', async () => {
    await using twilio = await startFakeTwilio();
    expect(await create(twilio, right, 'wrong')).toMatchObject({ status: 401, body: { code: 20003 } });
    const authorization = `Basic ${Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString('base64')}`;
    const other = await fetch(`${twilio.baseUrl}/2010-04-01/Accounts/AC1/Messages.json`, {
      method: 'POST',
      headers: { authorization },
    });
    expect(other.status).toBe(404);
  });

  it('signs as Twilio does, by its own vectors', () => {
    const forms = vectors.vectors.filter(({ params, paramsList }) => params !== undefined || paramsList !== undefined);
    expect(forms).toHaveLength(2);
    for (const { url, params, paramsList, signature } of forms) {
      const pairs = paramsList ?? Object.entries(params ?? {});
      const names = new Set(pairs.map(([name = '']) => name));
      const valuesOf = (name: string) => pairs.filter((pair) => pair[0] === name).map((pair) => pair[1] ?? '');
      const fields = Object.fromEntries([...names].map((name) => [name, valuesOf(name)]));
      expect(fakeTwilioSignature(vectors.authToken, url, fields)).toBe(signature);
    }
  });
});
