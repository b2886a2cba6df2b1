import { createServer } from 'node:net';
import type { SendResult } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import { PolyphonError } from '../../../../core/contract/index.ts';
import { resultOf } from '../../../../plugins/channels/twilio-messaging/failure.ts';
import { startFakeTwilio, type TwilioFault } from '../../../kit/index.ts';
import { openChannel, outbound } from './open-channel.ts';

const signal = new AbortController().signal;

describe('what is known after a send that failed', () => {
  const refuse = (status: number, code: number, retryAfterSeconds?: number): TwilioFault => ({
    kind: 'refuse',
    status,
    code,
    message: 'No.',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
  const cases: readonly (readonly [TwilioFault, SendResult])[] = [
    [refuse(400, 21610), { status: 'rejected', reason: '21610 opted-out' }],
    [refuse(400, 21211), { status: 'rejected', reason: '21211 invalid-number' }],
    [refuse(400, 21614), { status: 'rejected', reason: '21614 not-a-mobile-number' }],
    [refuse(400, 21408), { status: 'rejected', reason: '21408 region-not-allowed' }],
    [refuse(400, 63016), { status: 'rejected', reason: '63016 window-closed' }],
    [refuse(400, 21617), { status: 'rejected', reason: '21617 too-long' }],
    [refuse(400, 21266), { status: 'rejected', reason: '21266 own-number' }],
    [refuse(400, 21910), { status: 'rejected', reason: '21910 sender-not-allowed' }],
    [refuse(400, 55555), { status: 'rejected', reason: '55555 refused' }],
    [refuse(401, 20003), { status: 'rejected', reason: '20003 auth' }],
    [refuse(429, 20429), { status: 'rejected', reason: '20429 rate-limited', retryAfterMs: 3000 }],
    [refuse(429, 20429, 17), { status: 'rejected', reason: '20429 rate-limited', retryAfterMs: 17_000 }],
    [refuse(429, 14107), { status: 'rejected', reason: '14107 rate-limited', retryAfterMs: 60_000 }],
    [refuse(400, 21611), { status: 'rejected', reason: '21611 queue-full', retryAfterMs: 60_000 }],
    [refuse(400, 21730), { status: 'rejected', reason: '21730 service-unavailable', retryAfterMs: 60_000 }],
    [refuse(400, 63017), { status: 'rejected', reason: '63017 rate-limited', retryAfterMs: 3000 }],
    [refuse(500, 20500), { status: 'rejected', reason: '20500 service-failed', retryAfterMs: 3000 }],
    [refuse(503, 20503, 5), { status: 'rejected', reason: '20503 service-unavailable', retryAfterMs: 5000 }],
    [
      { kind: 'page', status: 502 },
      { status: 'rejected', reason: 'status 502', retryAfterMs: 3000 },
    ],
    [{ kind: 'page', status: 504 }, { status: 'uncertain' }],
    [{ kind: 'reset after delivery' }, { status: 'uncertain' }],
  ];
  it.each(cases)('%j', async (fault, expected) => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    twilio.meet(fault);
    expect(await opened.channel.send?.(outbound({ text: 'Hello' }), signal)).toEqual(expected);
    const { accountSid, authToken } = twilio;
    for (const secret of [authToken, Buffer.from(`${accountSid}:${authToken}`).toString('base64')])
      expect(opened.lines.join()).not.toContain(secret);
  });

  it('is that nobody listened: it may go again', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const host = `127.0.0.1:${port}`;
    await using opened = await openChannel({
      accountSid: 'AC1',
      authToken: 'token',
      baseUrl: `http://${host}`,
      hosts: [host],
    });
    expect(await opened.channel.send?.(outbound({ text: 'Hello' }), signal)).toEqual({
      status: 'rejected',
      reason: 'unreachable',
      retryAfterMs: 1000,
    });
  });

  it('is that Twilio refuses a wrong token, and the number of an opted-out person', async () => {
    await using twilio = await startFakeTwilio();
    await using wrong = await openChannel(twilio, { authToken: 'another' });
    expect(await wrong.channel.send?.(outbound({ text: 'Hello' }), signal)).toEqual({
      status: 'rejected',
      reason: '20003 auth',
    });
    await using right = await openChannel(twilio);
    twilio.optedOut.add('+491701234567');
    expect(await right.channel.send?.(outbound({ text: 'Hello' }), signal)).toEqual({
      status: 'rejected',
      reason: '21610 opted-out',
    });
  });

  it('is nothing, when the deadline passed or we stopped waiting', async () => {
    expect(resultOf(new PolyphonError('NET6002', 'Late.'))).toEqual({ status: 'uncertain' });
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    twilio.meet({ kind: 'silence after delivery' });
    const stop = new AbortController();
    const sending = opened.channel.send?.(outbound({ text: 'Hello' }), stop.signal);
    await twilio.saw(1);
    stop.abort();
    expect(await sending).toEqual({ status: 'uncertain' });
  });
});
