import { describe, expect, it } from 'vitest';
import { log } from './written-lines.ts';

const secret = 'S3cret/with+odd "chars" äöü';

/** As a platform's answer is quoted in another. */
const inJson = (to: string): string => JSON.stringify({ body: JSON.stringify({ to }) });

describe('redaction by value', () => {
  const bytes = Buffer.from(secret);
  const forms: readonly (readonly [string, string])[] = [
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded in lower case', encodeURIComponent(secret).replace(/%../g, (octet) => octet.toLowerCase())],
    ['as a form field', new URLSearchParams({ v: secret }).toString()],
    ['inside JSON', JSON.stringify({ v: secret })],
    ['in base64', bytes.toString('base64')],
    ['in base64url', bytes.toString('base64url')],
    ['in Basic authorisation', Buffer.from(`user:${secret}`).toString('base64')],
    ['in Basic authorisation, other alignment', Buffer.from(`me:${secret}x`).toString('base64')],
    ['in hex', bytes.toString('hex')],
  ];

  it.each(forms)('hides a secret %s, wherever it stands', (_name, form) => {
    const { log: made, lines } = log();
    const tenant = made.forTenant('praxis', [secret]);
    const error = new Error(`failed with ${form}`, { cause: new Error(`because of ${form}`) });
    tenant.with({ bound: form }).error(`Message with ${form}.`, {
      text: `before ${form} after`,
      nested: { list: [{ url: new URL(`https://api.example/${encodeURIComponent(form)}`) }, form] },
      [form]: 'as a key',
      error,
      map: new Map([[form, form]]),
    });
    const line = lines[0] ?? '';
    const inner = form.slice(4, -4);
    expect(line).toContain('[secret]');
    expect(line).not.toContain(inner);
    expect(line).not.toContain(JSON.stringify(inner).slice(1, -1));
    expect(JSON.parse(line)).toMatchObject({ tenant: 'praxis', level: 'error' });
  });

  it("hides a tenant's secret from the lines of the process and of others too", () => {
    const { log: made, lines } = log({ secretValues: ['operator-token-1'] });
    made.forTenant('a', ['canary-a-123']);
    const b = made.forTenant('b', ['canary-b-456', '']);
    b.info('Of b.', { text: 'canary-a-123 canary-b-456 operator-token-1' });
    made.info('Of the process: canary-b-456.');
    expect(lines.join('')).not.toMatch(/canary|operator-token/);
  });

  it.each([
    ['+49 30 1234567', '[phone]'],
    ['tel:+49301234567,', 'tel:[phone],'],
    ['whatsapp:+1 (555) 000-1111 is not valid', 'whatsapp:[phone] is not valid'],
    ['Ada <ada.l+x@mail.shop.example> wrote', 'Ada <[email]> wrote'],
    ['at 2026-11-21T17:00:00+01:00 it took +12 ms', 'at 2026-11-21T17:00:00+01:00 it took +12 ms'],
    [
      'vitest@5.1.1 of @scope/name, 491701234567, a+1234567890',
      'vitest@5.1.1 of @scope/name, 491701234567, a+1234567890',
    ],
  ])('hides people’s addresses by their form: %s', (text, shown) => {
    const { log: made, last } = log();
    made.forTenant('a', []).warn(text, { text, error: new Error(text) });
    expect(last()).toMatchObject({ msg: shown, text: shown, error: { message: shown } });
    made.info(text);
    expect(last()).toMatchObject({ msg: shown });
  });

  it.each([
    ['{"to":"491701234567","type":"text"}', '{"to":"[phone]","type":"text"}'],
    [inJson('491701234567'), inJson('[phone]')],
    ['"wa_id": "15550001111", "recipient_id":4915112345678', '"wa_id": "[phone]", "recipient_id":[phone]'],
    ['the platform knows no wa_id=33612345678.', 'the platform knows no wa_id=[phone].'],
    [
      'https://api.example/Messages.json?To=%2B493012345&From=15550001111',
      'https://api.example/Messages.json?To=[phone]&From=[phone]',
    ],
    ['open https://wa.me/491701234567 or whatsapp:491701234567', 'open https://wa.me/[phone] or whatsapp:[phone]'],
  ])('hides numbers without a + where what stands before them names them: %s', (text, shown) => {
    const { log: made, last } = log();
    made.forTenant('a', []).warn(text, { error: new Error(text) });
    expect(last()).toMatchObject({ msg: shown, error: { message: shown } });
  });

  it('hides numbers without a + by the name of their field', () => {
    const { log: made, last } = log();
    const numbers = { wa_id: '491701234567', recipient_id: 4915112345678, from: '15550001111', phone: '030 123 45 67' };
    made.forTenant('a', []).info('Of a.', { contact: numbers, to: '33612345678' });
    const hidden = Object.fromEntries(Object.keys(numbers).map((name) => [name, '[phone]']));
    expect(last()).toMatchObject({ contact: hidden, to: '[phone]' });
    made.forTenant('a', [], ['email']).info('Of a.', numbers);
    expect(last()).toMatchObject(numbers);
  });

  it('leaves counts, times, dates and ids alone', () => {
    const { log: made, last } = log();
    const fields = {
      count: 491701234567,
      bytes: 1048576000,
      from: '1795290000',
      to: '1795290000123',
      since: { from: '20261121', to: '2026-11-21', sender: 4917012345678 },
      phoneNumberId: '106540352242922',
      id: 'wamid.HBgNNDkxNzAxMjM0NTY3',
      chat: 1234567890,
    };
    const text =
      'from 1795290000 to 1795293600, {"from":1795290000,"to":1795293600}, ?from=20261121&to=1795290000123, phone_number_id=106540352242922, 491701234567 bytes';
    made.forTenant('a', []).info(text, fields);
    expect(last()).toMatchObject({ msg: text, ...fields });
  });

  it('hides of those what the bot names, and all of them in lines of the process', () => {
    const { log: made, last } = log();
    const text = 'ada@shop.example +49301234567';
    made.forTenant('a', [], ['phone']).info('Of a.', { text });
    expect(last()['text']).toBe('ada@shop.example [phone]');
    made.forTenant('a', [], []).with({ bound: text }).info('Of a.', { text });
    expect(last()).toMatchObject({ bound: text, text });
    made.with({ tenant: 'a' }).info('Of the process.', { text });
    expect(last()['text']).toBe('[email] [phone]');
  });

  it('hides a longer secret whole when a shorter one begins it', () => {
    const { log: made, last } = log();
    made.forTenant('a', ['abcdef', 'abcdefghij']);
    made.info('x', { text: 'abcdefghij abcdef' });
    expect(last()['text']).toBe('[secret] [secret]');
  });

  it('leaves words alone that a tiny secret would hide', () => {
    const { log: made, last } = log();
    made.forTenant('a', ['on', 'a', '12']);
    made.info('Port 12 is on.');
    expect(last()['msg']).toBe('Port 12 is on.');
  });

  it('hides credentials it does not know by the name of their field or their form', () => {
    const { log: made, last } = log();
    made.info('x', {
      headers: { authorization: 'Bearer unknown-token-abc', Cookie: 'sid=1' },
      apiKey: 'unknown',
      text: 'sent Bearer unknown-token-abc to https://x.example/?token=unknown-2&a=1',
      hasToken: true,
    });
    expect(last()).toMatchObject({
      headers: { authorization: '[secret]', Cookie: '[secret]' },
      apiKey: '[secret]',
      text: 'sent Bearer [secret] to https://x.example/?token=[secret]&a=1',
      hasToken: true,
    });
  });

  it('costs less than a millisecond a line with the secrets of a thousand tenants', () => {
    const { log: made, lines } = log();
    for (let tenant = 0; tenant < 1_000; tenant += 1) {
      made.forTenant(
        `t${tenant}`,
        Array.from({ length: 5 }, (_, index) => `sk-live-${tenant}-${index}-${'k'.repeat(20)}`),
      );
    }
    const startedMs = performance.now();
    for (let count = 0; count < 200; count += 1) made.info('A turn ended.', { text: 'sk-live none '.repeat(40) });
    expect(performance.now() - startedMs).toBeLessThan(200);
    expect(lines).toHaveLength(200);
  });
});
