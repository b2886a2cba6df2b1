import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createCallerReader } from '../../../core/http/caller.ts';

function request(remoteAddress: string, headers: Readonly<Record<string, string>>): IncomingMessage {
  return { socket: { remoteAddress }, headers: { host: 'bot.example', ...headers } } as unknown as IncomingMessage;
}

describe('the caller', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['198.51.100.7:4711', '198.51.100.7'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['spoofed, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
    ['6.6.6.6, not an address, 10.0.0.2', '10.0.0.2'],
    ['10.0.0.3', '10.0.0.3'],
    ['', '10.0.0.1'],
  ])('behind proxies of ours, with x-forwarded-for "%s", is %s', (forwardedFor, expected) => {
    const read = createCallerReader({ trustedProxies: ['10.0.0.0/8'] });
    expect(read(request('::ffff:10.0.0.1', { 'x-forwarded-for': forwardedFor })).remoteAddress).toBe(expected);
  });

  it.each([
    ['127.0.0.1', { host: 'localhost:3000' }, true],
    ['::1', { host: '[::1]:3000' }, true],
    ['127.0.0.1', { host: 'rebind.evil.example:3000' }, false],
    ['127.0.0.1', { host: 'localhost:3000', 'x-forwarded-for': '203.0.113.9' }, false],
    ['192.168.1.5', { host: 'localhost:3000' }, false],
  ])('from %s with %j is local: %s', (address, headers, local) => {
    expect(createCallerReader({ trustedProxies: [] })(request(address, headers)).local).toBe(local);
  });

  it.each(['a b', 'evil.example/x', 'user@host', '"quoted"', '[::1', 'x'.repeat(10).concat('\\')])(
    'is refused with the Host %j',
    (host) => {
      expect(() => createCallerReader({ trustedProxies: [] })(request('127.0.0.1', { host }))).toThrow(
        expect.objectContaining({ code: 'HTP4004' }),
      );
    },
  );

  it('cannot be read with a proxy that is no address', () => {
    expect(() => createCallerReader({ trustedProxies: ['10.0.0.0/99'] })).toThrow(
      expect.objectContaining({ code: 'HTP4015' }),
    );
  });
});
