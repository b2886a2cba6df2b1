import { describe, expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { log } from './written-lines.ts';

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
