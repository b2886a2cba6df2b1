import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quietUntil } from '../../../core/conversation/outbox/quiet-hours.ts';
import { judgeSend, type SendFacts } from '../../../core/conversation/outbox/send-policy.ts';
import { FakeClock, seededRandom } from '../../kit/index.ts';
import { makeBot, makeRig, type Rig, settled, signal } from './rig.ts';

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const hourMs = 3_600_000;

function end(from: string, to: string, now: string, timezone = 'Europe/Berlin'): string | undefined {
  const hours = { from: minutes(from), to: minutes(to) };
  const until = quietUntil({ hours, timezone, openMs: hourMs / 2 }, Date.parse(now), undefined);
  return until === undefined ? undefined : new Date(until).toISOString().slice(0, 16);
}

describe('the end of the quiet hours', () => {
  it.each([
    ['before they begin', '21:00', '08:00', '2026-11-21T19:59:59Z', undefined],
    ['as they begin', '21:00', '08:00', '2026-11-21T20:00:00Z', '2026-11-22T07:00'],
    ['in the middle of a minute', '21:00', '08:00', '2026-11-21T20:00:30Z', '2026-11-22T07:00'],
    ['after midnight', '21:00', '08:00', '2026-11-22T02:17:00Z', '2026-11-22T07:00'],
    ['in their last minute', '21:00', '08:00', '2026-11-22T06:59:59Z', '2026-11-22T07:00'],
    ['as they end', '21:00', '08:00', '2026-11-22T07:00:00Z', undefined],
    ['at noon, within one day', '12:15', '14:07', '2026-11-21T12:00:00Z', '2026-11-21T13:07'],
    ['from midnight on', '00:00', '06:00', '2026-11-20T23:00:00Z', '2026-11-21T05:00'],
    ['until midnight', '18:00', '00:00', '2026-11-21T18:00:00Z', '2026-11-21T23:00'],
    ['nearly all day', '08:05', '08:00', '2026-11-21T12:00:00Z', '2026-11-22T07:00'],
    ['in the short night of spring', '21:00', '08:00', '2026-03-28T20:00:00Z', '2026-03-29T06:00'],
    ['in the long night of autumn', '21:00', '08:00', '2026-10-24T19:00:00Z', '2026-10-25T07:00'],
    ['that never comes by the clock', '21:00', '02:30', '2026-03-29T00:30:00Z', '2026-03-29T01:00'],
    ['that comes twice: the first', '21:00', '02:30', '2026-10-24T22:00:00Z', '2026-10-25T00:30'],
  ])('%s', (_what, from, to, now, expected) => {
    expect(end(from, to, now)).toBe(expected);
  });

  it('is that of the time zone, also of one with half an hour', () => {
    expect(end('21:00', '08:00', '2026-11-21T16:00:00Z', 'Asia/Kolkata')).toBe('2026-11-22T02:30');
    expect(end('21:00', '08:00', '2026-11-21T16:00:00Z', 'America/New_York')).toBeUndefined();
  });
});

describe('the policy', () => {
  const message = { id: 'o', conversation: 'c', text: 'Ready.', attachments: [], actions: [], citations: [] };
  const nowMs = Date.parse('2026-11-21T22:00:00Z');
  const facts: SendFacts = {
    capabilities: { text: { maxLength: 160, format: 'plain' }, replyWindowMs: 24 * hourMs, consent: 'opt-out' },
    nowMs,
    lastHeardMs: nowMs - hourMs,
    consent: 'none',
    purpose: 'begin',
    quiet: { hours: { from: 1260, to: 480 }, timezone: 'Europe/Berlin', openMs: hourMs / 2 },
  };
  const template = { name: 'ready', language: 'en', parameters: [] };
  it.each<readonly [string, Partial<SendFacts>, string]>([
    ['what is begun waits', {}, 'wait'],
    ['what is begun with somebody who just wrote goes out', { lastHeardMs: nowMs - hourMs / 2 + 1 }, 'send'],
    ['what is begun when the conversation has just ended waits', { lastHeardMs: nowMs - hourMs / 2 }, 'wait'],
    ['an answer goes out', { purpose: 'reply' }, 'send'],
    ['a notice of the law goes out', { purpose: 'notice' }, 'send'],
    ['what would be refused is refused at once', { consent: 'out' }, 'refuse'],
    ['what no platform takes is refused at once', { lastHeardMs: 0 }, 'refuse'],
    ['nothing waits without quiet hours', { quiet: undefined }, 'send'],
  ])('%s', (_what, change, kind) => {
    expect(judgeSend(message, { ...facts, ...change }).kind).toBe(kind);
  });

  it('holds a template as well, and names the hour', () => {
    expect(judgeSend({ ...message, template }, { ...facts, lastHeardMs: undefined })).toEqual({
      kind: 'wait',
      reason: 'quiet-hours',
      untilMs: Date.parse('2026-11-22T07:00:00Z'),
    });
  });
});

const person = { conversation: '+49301', contact: { id: '+49301' } };
const night = Date.parse('2026-11-21T22:00:00Z');
const morning = Date.parse('2026-11-22T07:00:00Z');

function quietBot(from = 1260, to = 480) {
  const sms = { use: 'sms', with: {}, enabled: true, override: {}, quietHours: { from, to } };
  return makeBot('acme', { channels: { sms }, session: { ...makeBot('acme').session, coalesceMs: 0 } });
}

async function begin(rig: Rig, text: string): Promise<void> {
  const outbound = rig.engine.outboundOf('acme', 'sms');
  const session = await outbound.open(person, signal);
  await outbound.enqueue(session.id, { text }, signal);
  await settled();
}

const sent = (rig: Rig) => rig.tenant('acme').sent.map(({ text }) => text);

describe('a message in the night', () => {
  it('waits for the morning, and the operator sees until when', async () => {
    await using rig = await makeRig({ clock: new FakeClock(night), tenants: { acme: { bot: quietBot() } } });
    await begin(rig, 'Your lamp is ready.');
    expect(sent(rig)).toEqual([]);
    const [conversation] = await rig.engine.list('acme', {}, signal);
    expect((await rig.engine.messages('acme', conversation?.id ?? '', {}, signal))[0]?.delivery).toEqual({
      status: 'waiting',
      reason: 'quiet-hours',
      due: new Date(morning).toISOString(),
    });
    await rig.clock.advance(morning - night - 1);
    expect(sent(rig)).toEqual([]);
    await rig.clock.advance(1);
    expect(sent(rig)).toEqual(['Your lamp is ready.']);
    expect((await rig.engine.messages('acme', conversation?.id ?? '', {}, signal))[0]?.delivery).toEqual({
      status: 'accepted',
    });
  });

  it('is answered at once, with what waited before it', async () => {
    await using rig = await makeRig({ clock: new FakeClock(night), tenants: { acme: { bot: quietBot() } } });
    await begin(rig, 'Your lamp is ready.');
    await rig.sms('Is my lamp ready?');
    await settled();
    await rig.clock.advance(1000);
    expect(sent(rig)[0]).toBe('Your lamp is ready.');
    expect(sent(rig).join(' ')).toContain('Fine.');
  });

  it('from an operator goes out while the person writes, and waits when they have gone', async () => {
    await using rig = await makeRig({ clock: new FakeClock(night), tenants: { acme: { bot: quietBot() } } });
    await rig.sms('Hello');
    await settled();
    await rig.clock.advance(1000);
    const [conversation] = await rig.engine.list('acme', {}, signal);
    const say = (text: string) => rig.engine.say('acme', conversation?.id ?? '', { text }, signal);
    await say('One moment.');
    await settled();
    expect(sent(rig).at(-1)).toBe('One moment.');
    await rig.clock.advance(hourMs / 2);
    await say('I have looked it up.');
    await settled();
    expect(sent(rig).at(-1)).toBe('One moment.');
    await rig.clock.advance(morning - rig.clock.now());
    expect(sent(rig).at(-1)).toBe('I have looked it up.');
  });

  it('that is an answer which failed goes out with the morning when an operator sends it again, or when the person writes', async () => {
    await using rig = await makeRig({ clock: new FakeClock(night), tenants: { acme: { bot: quietBot() } } });
    const delivered: string[] = [];
    let isBlocked = true;
    rig.tenant('acme').sms = {
      send: async ({ text }) => {
        if (isBlocked && text === 'Fine.') return { status: 'rejected', reason: 'blocked' };
        delivered.push(text);
        return { status: 'delivered', providerMessageId: `sm_${delivered.length}` };
      },
    };
    await rig.sms('Hello');
    await settled();
    await rig.clock.advance(1000);
    isBlocked = false;
    const retry = async () => {
      const [letter] = await rig.engine.deadLetters('acme', {}, signal);
      await rig.engine.retryDeadLetter('acme', letter?.id ?? '', signal);
      await settled();
    };
    await rig.clock.advance(hourMs);
    await retry();
    expect(delivered).not.toContain('Fine.');
    await rig.clock.advance(morning - rig.clock.now());
    expect(delivered.at(-1)).toBe('Fine.');
    isBlocked = true;
    await rig.clock.advance(night + 24 * hourMs - rig.clock.now());
    await rig.sms('And today?');
    await settled();
    await rig.clock.advance(1000);
    isBlocked = false;
    await retry();
    expect(delivered.filter((text) => text === 'Fine.')).toHaveLength(2);
  });

  it('waits on after a restart, by the same hour', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'polyphon-quiet-'));
    try {
      const path = join(folder, 'polyphon.db');
      const clock = new FakeClock(night);
      const tenants = { acme: { bot: quietBot() } };
      {
        await using rig = await makeRig({ path, clock, tenants });
        await begin(rig, 'Your lamp is ready.');
      }
      await using rig = await makeRig({ path, clock, tenants, random: seededRandom(2) });
      await rig.engine.recover(['acme'], signal);
      await clock.advance(morning - night - 1);
      expect(sent(rig)).toEqual([]);
      await clock.advance(1);
      expect(sent(rig)).toEqual(['Your lamp is ready.']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('goes out soon when the definition has no quiet hours any more', async () => {
    await using rig = await makeRig({ clock: new FakeClock(night), tenants: { acme: { bot: quietBot() } } });
    await begin(rig, 'Your lamp is ready.');
    rig.tenant('acme').bot = makeBot('acme');
    await rig.clock.advance(60_000);
    expect(sent(rig)).toEqual(['Your lamp is ready.']);
  });

  it('on a channel without quiet hours goes out', async () => {
    await using rig = await makeRig({ clock: new FakeClock(night) });
    await begin(rig, 'Your lamp is ready.');
    expect(sent(rig)).toEqual(['Your lamp is ready.']);
  });
});
