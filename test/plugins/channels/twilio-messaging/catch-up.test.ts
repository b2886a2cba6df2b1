import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboundMessage, Receipt } from 'polyphon/plugin';
import { describe, expect, it } from 'vitest';
import {
  FakeClock,
  type FakeTwilio,
  fakeTwilioFields,
  fakeTwilioSid,
  fakeTwilioSignature,
  startFakeTwilio,
} from '../../../kit/index.ts';
import { answersOf, deployShops, eventually, publicOrigin, webhookOf } from './candle-shop.ts';
import { openChannel } from './open-channel.ts';

const person = '+491701234567';
const number = '+4930111222';
const service = `MG${'0'.repeat(32)}`;
const minute = 60_000;

let counted = 0;
function message(body: string, more: { readonly from?: string; readonly to?: string; readonly at?: number } = {}) {
  counted += 1;
  const sid = fakeTwilioSid('SM', `missed ${counted}`);
  return { url: webhookOf('candles'), sid, from: person, to: number, body, ...more };
}

/** Nobody listens: Twilio has the message, and tells nobody. */
async function missed(twilio: FakeTwilio, ...messages: readonly Parameters<FakeTwilio['receive']>[0][]) {
  twilio.reach(publicOrigin, 'http://127.0.0.1:9');
  for (const each of messages) await expect(twilio.receive(each)).rejects.toThrow('ECONNREFUSED');
}

/** Listens until `done`, with a clock that is pushed on; gives what was delivered. */
async function listened(
  twilio: FakeTwilio,
  { config = {}, lastTakenAt, done, receipt }: Listening,
): Promise<{ readonly messages: readonly InboundMessage[]; readonly lines: readonly string[] }> {
  const clock = new FakeClock(Date.now());
  await using opened = await openChannel(twilio, config, { clock, lastTakenAt });
  const messages: InboundMessage[] = [];
  const stop = new AbortController();
  const listening = opened.channel.listen?.(
    async (told) => {
      messages.push(...told);
      return [receipt?.(messages) ?? ({ status: 'stored' } as Receipt)];
    },
    stop.signal,
    () => {},
  );
  await eventually(() => {
    void clock.advance(minute);
    done(messages, opened.lines);
  });
  stop.abort(new Error('enough'));
  await listening?.catch(() => undefined);
  return { messages, lines: opened.lines };
}

interface Listening {
  readonly config?: Parameters<typeof openChannel>[1];
  readonly lastTakenAt: () => number | undefined;
  readonly done: (messages: readonly InboundMessage[], lines: readonly string[]) => void;
  readonly receipt?: (messages: readonly InboundMessage[]) => Receipt;
}

describe('what was written while nobody listened', () => {
  it('is answered after the restart, each once, and its words of the law are obeyed', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-missed-'));
    await using twilio = await startFakeTwilio({ numbers: [number] });
    {
      await using _ = await deployShops([{ tenantId: 'candles', twilio }], { dataDirectory });
      await twilio.receive(message('What does the red candle cost?'));
      await eventually(() => expect(answersOf(twilio)).toHaveLength(1));
    }
    const other = '+491701230000';
    await missed(
      twilio,
      message('How long does the delivery take?'),
      message('What does the red candle cost?', { from: other }),
      message('STOP', { from: other }),
    );
    const answersTo = (to: string) => answersOf(twilio).filter((answer) => answer.to === to);
    {
      await using _ = await deployShops([{ tenantId: 'candles', twilio }], { dataDirectory });
      await eventually(() => expect(answersTo(person)).toHaveLength(2));
      expect(answersTo(person)[1]?.body).toContain('two days');
    }
    const before = answersTo(other).length;
    await using _ = await deployShops([{ tenantId: 'candles', twilio }], { dataDirectory });
    await eventually(() => expect(twilio.requests.filter(({ method }) => method === 'GET')).toHaveLength(2));
    await twilio.receive(message('What does the red candle cost?', { from: other }));
    await twilio.receive(message('What does the red candle cost?'));
    await eventually(() => expect(answersTo(person)).toHaveLength(3));
    expect(answersTo(other)).toHaveLength(before);
    await rm(dataDirectory, { recursive: true, force: true });
  });

  it('is asked for since the last message that is known, and comes with its files and its time', async () => {
    await using twilio = await startFakeTwilio({ numbers: [number] });
    const at = Date.now() - 20 * minute;
    const url = twilio.file({ bytes: new Uint8Array([1]), mediaType: 'image/png' });
    const fields = { NumMedia: '1', MediaUrl0: url, MediaContentType0: 'image/png' };
    await missed(twilio, message('long ago', { at: at - 30 * minute }), { ...message('Look', { at }), fields });
    await missed(twilio, message('to another', { to: '+4930999999', at }));
    const { messages } = await listened(twilio, {
      lastTakenAt: () => at,
      done: (told) => expect(told).toHaveLength(1),
    });
    const [{ attachments, text, sentAt } = {} as InboundMessage] = messages;
    expect([text, attachments?.[0]?.url, attachments?.[0]?.kind]).toEqual(['Look', url, 'image']);
    expect(sentAt).toBe(Math.floor(at / 1000) * 1000);
  });

  it('is not asked for by a bot that has never heard anything: what its number got before is another’s', async () => {
    await using twilio = await startFakeTwilio({ numbers: [number] });
    await missed(twilio, message('Hello'));
    await listened(twilio, { lastTakenAt: () => undefined, done: () => undefined });
    expect(twilio.requests).toEqual([]);
  });

  it('is asked for at every number of a Messaging Service, and page by page', async () => {
    const senders = ['+4930333444', '12345', 'whatsapp:+4930555666'];
    await using twilio = await startFakeTwilio({ services: [service], serviceSenders: senders });
    for (const [index, to] of [...senders, ...senders].entries()) {
      const from = to.startsWith('whatsapp:') ? `whatsapp:${person}` : person;
      await missed(twilio, message(`question ${index}`, { to, from }));
    }
    for (let index = 0; index < 120; index += 1) await missed(twilio, message(`many ${index}`, { to: '12345' }));
    const { messages } = await listened(twilio, {
      config: { messagingServiceSid: service },
      lastTakenAt: () => Date.now(),
      done: (told) => expect(told).toHaveLength(126),
    });
    expect(new Set(messages.map(({ conversation }) => conversation))).toEqual(new Set([person, `whatsapp:${person}`]));
    const many = messages.flatMap(({ text = '' }) => (text.startsWith('many') ? [text] : []));
    expect(many).toEqual(Array.from({ length: 120 }, (_, index) => `many ${index}`));
  });

  it('is asked for again where Twilio refuses, and comes again where the bot takes no more for now', async () => {
    await using twilio = await startFakeTwilio({ numbers: [number] });
    await missed(twilio, message('Hello'));
    const { lines } = await listened(
      { ...twilio, authToken: 'wrong' },
      { lastTakenAt: () => Date.now(), done: (_, told) => expect(told.length).toBeGreaterThan(1) },
    );
    expect(lines[0]).toContain('20003 auth');
    const { messages } = await listened(twilio, {
      lastTakenAt: () => Date.now(),
      done: (told) => expect(told).toHaveLength(3),
      receipt: (told) =>
        told.length < 3
          ? { status: 'refused', reason: 'rate-limited', retryAfterMs: 3_000 }
          : ({ status: 'stored' } as Receipt),
    });
    expect(new Set(messages.map(({ id }) => id)).size).toBe(1);
  });

  it('is asked for again after the store refused what a webhook brought', async () => {
    await using twilio = await startFakeTwilio({ numbers: [number] });
    const clock = new FakeClock(Date.now());
    await using opened = await openChannel(twilio, {}, { clock, address: 'https://bots.example/v1/candles/sms' });
    const told: string[] = [];
    const stop = new AbortController();
    const listening = opened.channel.listen?.(
      async (messages) => {
        told.push(...messages.map(({ text = '' }) => text));
        return [];
      },
      stop.signal,
      () => {},
    );
    const route = opened.channel.routes?.find(({ path }) => path === 'webhook');
    const handle = async (text: string) => {
      const inbound = message(text);
      await missed(twilio, inbound);
      const fields = fakeTwilioFields(inbound, twilio.accountSid);
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': fakeTwilioSignature(twilio.authToken, inbound.url, fields),
      };
      const body = Buffer.from(new URLSearchParams(fields).toString());
      const call = { parameters: {}, body, remoteAddress: '203.0.113.7', signal: stop.signal };
      return route?.handle(new Request(inbound.url, { method: 'POST', headers, body }), call);
    };
    const kept = await handle('kept');
    expect(kept?.kind).toBe('accepted');
    if (kept?.kind === 'accepted') await kept.respond([]);
    await clock.advance(10 * minute);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(twilio.requests).toEqual([]);
    expect((await handle('refused'))?.kind).toBe('accepted');
    await eventually(() => {
      void clock.advance(minute);
      expect(told).toContain('refused');
    });
    stop.abort(new Error('enough'));
    await listening?.catch(() => undefined);
  });
});
