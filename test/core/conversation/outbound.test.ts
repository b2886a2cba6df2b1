import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PolyphonError } from '../../../core/contract/index.ts';
import { makeRig, type Rig, settled, signal } from './rig.ts';

const person = { conversation: '+49301', contact: { id: '+49301', name: 'Ana', phone: '+49301' } };
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof PolyphonError ? error.code : String(error)),
  );

async function withRig(run: (rig: Rig) => Promise<void>): Promise<void> {
  await using rig = await makeRig();
  await run(rig);
}

it('a person who never wrote is written to, and what they answer goes on in the same session', () =>
  withRig(async (rig) => {
    const outbound = rig.engine.outboundOf('acme', 'sms');
    const session = await outbound.open(person, signal);
    expect(session).toMatchObject({ state: 'active', owner: 'bot', channel: 'sms' });
    const { id } = await outbound.enqueue(session.id, { text: 'Your lamp is ready.' }, signal);
    await settled();
    expect(rig.tenant('acme').sent).toMatchObject([{ conversation: '+49301', text: 'Your lamp is ready.' }]);
    expect(rig.tenant('acme').sent[0]).not.toHaveProperty('template');

    await rig.sms('Thanks');
    const [conversation, ...others] = await rig.engine.list('acme', {}, signal);
    expect(others).toEqual([]);
    expect(conversation).toMatchObject({
      session: session.id,
      owner: 'bot',
      contact: { name: 'Ana', phone: '+49301' },
    });
    const messages = await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
    expect(messages.slice(0, 2)).toMatchObject([
      { id, role: 'operator', text: 'Your lamp is ready.' },
      { role: 'contact', text: 'Thanks' },
    ]);
  }));

it('the conversation with a person is opened once, however often it is asked for', () =>
  withRig(async (rig) => {
    const outbound = rig.engine.outboundOf('acme', 'sms');
    const opened = await Promise.all([outbound.open(person, signal), outbound.open(person, signal)]);
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    expect(rig.events.filter(({ type }) => type === 'channel.session.created')).toHaveLength(1);
    await rig.sms('Hello');
    expect((await outbound.open(person, signal)).id).toBe(opened[0]?.id);
  }));

it('a session that was idle for too long is closed, and the next one belongs to the same conversation', () =>
  withRig(async (rig) => {
    const outbound = rig.engine.outboundOf('acme', 'sms');
    const first = await outbound.open(person, signal);
    await rig.clock.advance(1_800_001);
    expect(await outbound.session(first.id, signal)).toMatchObject({ state: 'closed' });
    expect(await codeOf(outbound.enqueue(first.id, { text: 'Hi' }, signal))).toBe('CNV5003');
    const second = await outbound.open(person, signal);
    expect(second.id).not.toBe(first.id);
    expect(await rig.engine.list('acme', {}, signal)).toHaveLength(1);
  }));

it('a message under a key that was used before is the message of then, and nothing is sent', () =>
  withRig(async (rig) => {
    const outbound = rig.engine.outboundOf('acme', 'sms');
    const { id } = await outbound.open(person, signal);
    const send = (text: string, key: string) => outbound.enqueue(id, { text, key }, signal);
    const [first, again] = await Promise.all([send('Ready.', 'order-7'), send('Ready.', 'order-7')]);
    expect(again).toEqual(first);
    await settled();
    expect(await send('Ready.', 'order-7')).toMatchObject({ id: first.id, delivery: { status: 'accepted' } });
    expect(await codeOf(send('Ready!', 'order-7'))).toBe('CNV5013');
    expect(await send('Ready.', 'order-8')).not.toEqual(first);
    await settled();
    expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual(['Ready.', 'Ready.']);
    const other = await outbound.open({ conversation: '+49302', contact: { id: '+49302' } }, signal);
    expect(await outbound.enqueue(other.id, { text: 'Ready.', key: 'order-7' }, signal)).not.toEqual(first);
  }));

it('what will not go out is told at once, with the reason, as it is in an event', () =>
  withRig(async (rig) => {
    const tenant = rig.tenant('acme');
    tenant.sms = { capabilities: { consent: 'opt-out' } };
    await rig.sms('STOP');
    const outbound = rig.engine.outboundOf('acme', 'sms');
    const { id } = await outbound.open(person, signal);
    const refused = await outbound.enqueue(id, { text: 'Your lamp is ready.', key: 'k' }, signal);
    expect(refused.delivery).toEqual({ status: 'dead', reason: 'opted-out' });
    expect(await outbound.enqueue(id, { text: 'Your lamp is ready.', key: 'k' }, signal)).toEqual(refused);
    await settled();
    expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toMatchObject([
      { channel: 'sms', reason: 'opted-out', messageId: refused.id },
    ]);
    await rig.sms('START');
    const taken = await outbound.enqueue(id, { text: 'Your lamp is ready.' }, signal);
    expect(taken.delivery).toEqual({ status: 'waiting' });
  }));

it('a template goes out whole, and its text is kept for the history', () =>
  withRig(async (rig) => {
    const outbound = rig.engine.outboundOf('acme', 'sms');
    const { id } = await outbound.open(person, signal);
    const template = { name: 'order_ready', language: 'en', parameters: ['7'] };
    await outbound.enqueue(id, { text: 'order_ready '.repeat(40), template }, signal);
    await settled();
    expect(rig.tenant('acme').sent).toMatchObject([{ template }]);
  }));

it('a text longer than the channel takes goes out in order, and under a key only once', () =>
  withRig(async (rig) => {
    const outbound = rig.engine.outboundOf('acme', 'sms');
    const { id } = await outbound.open(person, signal);
    const text = Array.from({ length: 60 }, (_, index) => `Word ${index}.`).join(' ');
    await outbound.enqueue(id, { text, key: 'k' }, signal);
    await outbound.enqueue(id, { text, key: 'k' }, signal);
    await settled();
    expect(
      rig
        .tenant('acme')
        .sent.map((message) => message.text)
        .join(' '),
    ).toBe(text);
  }));

it('a session of another channel, another bot or nobody is unknown', () =>
  withRig(async (rig) => {
    const web = await rig.session();
    const sms = await rig.engine.outboundOf('acme', 'sms').open(person, signal);
    for (const [tenantId, channel, session] of [
      ['acme', 'sms', web.id],
      ['acme', 'web', sms.id],
      ['other', 'sms', sms.id],
      ['acme', 'sms', 'ses_none'],
    ] as const) {
      const outbound = rig.engine.outboundOf(tenantId, channel);
      expect(await outbound.session(session, signal)).toBeUndefined();
      expect(await codeOf(outbound.enqueue(session, { text: 'Hi' }, signal))).toBe('CNV5002');
    }
    expect(rig.tenant('acme').sent).toEqual([]);
  }));

it('what was left to be sent is durable: it goes out after a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'polyphon-outbound-'));
  const path = join(directory, 'store.db');
  try {
    {
      await using rig = await makeRig({ path });
      rig.tenant('acme').sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 60_000 });
      const outbound = rig.engine.outboundOf('acme', 'sms');
      const { id } = await outbound.open(person, signal);
      await outbound.enqueue(id, { text: 'Your lamp is ready.' }, signal);
      await settled();
    }
    await using rig = await makeRig({ path });
    await rig.engine.recover(['acme'], signal);
    await rig.clock.advance(120_000);
    expect(rig.tenant('acme').sent).toMatchObject([{ text: 'Your lamp is ready.' }]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
