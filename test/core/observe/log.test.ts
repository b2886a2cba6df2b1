import { describe, expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { createLog, type LogOptions } from '../../../core/observe/log.ts';

const secret = 'S3cret/with+odd "chars" äöü';

function log(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const made = createLog({ level: 'debug', format: 'json', write: (line) => void lines.push(line), ...options });
  return { log: made, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> };
}

/** As a platform's answer is quoted in another. */
const inJson = (to: string): string => JSON.stringify({ body: JSON.stringify({ to }) });

describe('a line of the log', () => {
  it('is one JSON object with time, level, tenant, sentence and fields', () => {
    const { log: made, lines, last } = log();
    made
      .forTenant('praxis', [])
      .with({ channel: 'web' })
      .info('A turn ended.', { elapsedMs: 12, nested: { ok: true } });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      tenant: 'praxis',
      channel: 'web',
      msg: 'A turn ended.',
      elapsedMs: 12,
      nested: { ok: true },
    });
  });

  it('is written from its level on', () => {
    const { log: made, lines } = log({ level: 'warn' });
    made.info('no');
    made.with({ a: 1 }).debug('no');
    made.warn('yes');
    made.forTenant('a', []).error('yes');
    expect(lines).toHaveLength(2);
  });

  it('survives whatever it is given', () => {
    const { log: made, last } = log();
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    let deep: unknown = 'bottom';
    for (let level = 0; level < 50; level += 1) deep = { deep };
    const broken = {
      get value() {
        throw new Error('no');
      },
    };
    made.info('Odd.', {
      circle,
      deep,
      broken,
      big: 10n,
      none: undefined,
      call: () => 1,
      bytes: Buffer.alloc(10),
      map: new Map([['a', 1]]),
      list: Array.from({ length: 100 }, (_, index) => index),
      long: 'x'.repeat(100_000),
      lone: '\ud800',
      level: 'fake',
      time: 0,
      msg: 'fake',
    });
    const line = last();
    expect(line).toMatchObject({
      level: 'info',
      msg: 'Odd.',
      circle: { name: 'circle', self: '[circular]' },
      broken: { value: '[unreadable]' },
      big: '10',
      bytes: '[10 bytes]',
      map: { a: 1 },
      'field.level': 'fake',
      'field.msg': 'fake',
    });
    expect(line['list']).toHaveLength(65);
    expect(JSON.stringify(line).length).toBeLessThan(20_000);
  });

  it('shows an error with its code, data, causes and a short stack', () => {
    const { log: made, last } = log();
    const cause = new Error('connect ECONNREFUSED');
    made.error('Failed.', { error: new PolyphonError('NET6004', 'Outgoing: it failed.', { cause }) });
    expect(last()['error']).toMatchObject({
      name: 'PolyphonError',
      code: 'NET6004',
      message: 'Outgoing: it failed.',
      cause: { name: 'Error', message: 'connect ECONNREFUSED' },
    });
  });
});

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

describe('what people write', () => {
  const fields = {
    'pii.text': 'Ich habe Zahnschmerzen',
    pii: { phone: '+49 30 1' },
    nested: { 'pii.name': 'Mia' },
    kept: 1,
  };

  it('is dropped unless told', () => {
    const { log: made, lines, last } = log();
    made.with({ 'pii.bound': 'Mia' }).info('Received.', fields);
    expect(lines.join('')).not.toMatch(/Zahn|\+49|Mia/);
    expect(last()).toMatchObject({ kept: 1, nested: {} });
  });

  it('is masked on request', () => {
    const { log: made, last, lines } = log({ pii: 'mask' });
    made.info('Received.', fields);
    expect(last()).toMatchObject({
      'pii.text': '[22 characters]',
      pii: '[object]',
      nested: { 'pii.name': '[3 characters]' },
    });
    expect(lines.join('')).not.toMatch(/Zahn|\+49|Mia/);
  });

  it('is kept on request, without secrets', () => {
    const { log: made, last } = log({ pii: 'keep' });
    made.forTenant('a', ['hunter22']);
    made.info('Received.', { 'pii.text': 'my password is hunter22' });
    expect(last()['pii.text']).toBe('my password is [secret]');
  });
});

describe('the pretty format', () => {
  it('is one line for a person, with the origin of an error', () => {
    const { log: made, lines } = log({ format: 'pretty' });
    made
      .forTenant('praxis', [])
      .warn('A reload was rejected.', { code: 'BOT1004', file: 'bots/praxis/bot.yaml', detail: 'two words' });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d warn {2}praxis A reload was rejected\. code=BOT1004 file=bots\/praxis\/bot\.yaml detail="two words"\n$/,
    );
    made.error('Failed.', { error: new Error('outer', { cause: new Error('inner') }) });
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d error Failed\. error=Error: outer <- Error: inner\n {6}at /);
  });

  it('cannot be forged or repaint the terminal', () => {
    const { log: made, lines } = log({ format: 'pretty' });
    made.info('Hello\n12:00:00 error Forged', { a: '\u001b[31mred\u001b[0m\nnext', b: '\u202eright' });
    expect(lines[0]?.match(/\n/g)).toHaveLength(1);
    expect(lines[0]).not.toContain('\u001b');
    expect(lines[0]).not.toContain('\u202e');
  });

  it('has colours when asked', () => {
    const { log: made, lines } = log({ format: 'pretty', color: 'always' });
    made.info('Hello');
    expect(lines[0]).toContain('\u001b[32minfo');
  });
});
