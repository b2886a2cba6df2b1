import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Attachment, type Channel, PolyphonError } from '../../../core/contract/index.ts';
import { postEvent } from '../../../core/conversation/events/post-event.ts';
import { dismissEvent, listUndelivered, retryEvent } from '../../../core/conversation/events/undelivered-events.ts';
import type { QueuedEvent } from '../../../core/store/event-queue.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { createFakeWebhookReceiver, FakeClock, fakeHttp } from '../../kit/index.ts';
import { recordWarnings } from './recorded-warnings.ts';
import { makeBot, makeRig, settled, signal, silentLog } from './rig.ts';
import { makeToldRig, secret } from './told-rig.ts';

const url = 'https://hooks.example/in?token=private';
const events = [{ url, secret, types: ['channel.message.received', 'channel.message.sent', 'bot.reloaded'] }];
const hourMs = 3_600_000;

function storePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'store.db');
}

it('tells an address what it wants to know, in order, and keeps nothing that has arrived', async () => {
  await using rig = await makeToldRig({ events });
  const session = await rig.session();
  await session.ask('One');
  await session.ask('Two');
  await settled();
  expect(rig.receiver.taken.map(({ type, data }) => [type, (data['message'] as { text: string }).text])).toEqual([
    ['channel.message.received', 'One'],
    ['channel.message.sent', 'Fine.'],
    ['channel.message.received', 'Two'],
    ['channel.message.sent', 'Fine.'],
  ]);
  expect(rig.receiver.taken[0]?.data).toMatchObject({ tenantId: 'acme', channel: 'web' });
  expect(rig.store.forTenant('acme').eventQueue.waiting()).toEqual([]);
});

it('names the bot in the log as all other lines do', async () => {
  const { log, lines } = recordWarnings();
  await using rig = await makeToldRig({ events }, { log });
  rig.receiver.moods.push(500, 410);
  await (await rig.session()).ask('One');
  await rig.clock.advance(10_000);
  expect(lines).toMatchObject([{ tenant: 'acme', reason: expect.stringContaining('500') }, { tenant: 'acme' }]);
  expect(JSON.stringify(lines)).not.toContain('private');
});

const photo: Attachment = { id: 'f1', kind: 'image', mediaType: 'image/jpeg', url: 'https://platform.example/f1' };
const fetchMedia: Channel['fetchMedia'] = async () => ({ bytes: new Uint8Array(), mediaType: 'image/jpeg' });

it('names where the files of a message are, as the history does, and not the platform’s own address', async () => {
  await using rig = await makeToldRig({ events });
  rig.tenant('acme').sms = { fetchMedia };
  await rig.sms('Look', { attachments: [photo] });
  await rig.clock.advance(1000);
  const conversation = (await rig.engine.list('acme', {}, signal))[0]?.id ?? '';
  const [said] = await rig.engine.messages('acme', conversation, {}, signal);
  const { url: _, ...rest } = photo;
  const media = `/v1/acme/conversations/${conversation}/messages/${said?.id}/media/0`;
  expect(rig.receiver.taken[0]?.data).toMatchObject({ message: { text: 'Look', attachments: [{ ...rest, media }] } });
  expect(JSON.stringify(rig.receiver.taken)).not.toContain('platform.example');
  expect(rig.tenant('acme').leases).toBe(0);
});

it('leaves a file that its channel does not fetch as it is', async () => {
  await using rig = await makeToldRig({ events });
  await rig.sms('Look', { attachments: [photo] });
  await rig.clock.advance(1000);
  expect(rig.receiver.taken[0]?.data).toMatchObject({ message: { attachments: [photo] } });
});

it('keeps the order while it asks a channel for its files, and asks no longer than 5 s', async () => {
  await using rig = await makeToldRig({ events });
  rig.tenant('acme').unavailable = 'for-ever';
  const told = { tenantId: 'acme', at: '2026-11-21T10:00:00.000Z', channel: 'sms', conversation: 'c1' };
  const message = {
    id: 'm1',
    role: 'contact',
    text: 'Look',
    attachments: [photo],
    actions: [],
    citations: [],
  } as const;
  const received = { ...message, channel: 'sms', createdAt: told.at };
  rig.bus.emit({ ...told, type: 'channel.message.received', message: received });
  rig.bus.emit({ ...told, type: 'channel.message.sent', message: { ...received, role: 'bot', attachments: [] } });
  await settled();
  expect(rig.receiver.taken).toEqual([]);
  await rig.clock.advance(5000);
  await settled();
  expect(rig.receiver.taken.map(({ type }) => type)).toEqual(['channel.message.received', 'channel.message.sent']);
  expect(rig.receiver.taken[0]?.data).toMatchObject({ message: { attachments: [{ media: expect.any(String) }] } });
});

it('tries again after 5 s, 5 min, 30 min, 2 h, 5 h and 10 h with the same id, then gives up and goes on with the next', async () => {
  await using rig = await makeToldRig({ events });
  rig.receiver.moods.push(500, 302, 429, 'refuses connections', 404, 503, 500);
  const session = await rig.session();
  await session.ask('One');
  await settled();
  const due: number[] = [];
  for (const pauseMs of [5000, 300_000, hourMs / 2, 2 * hourMs, 5 * hourMs, 10 * hourMs]) {
    const before = rig.receiver.attempts;
    await rig.clock.advance(pauseMs - 1);
    expect(rig.receiver.attempts).toBe(before);
    await rig.clock.advance(1);
    due.push(rig.receiver.attempts);
  }
  expect(due).toEqual([2, 3, 4, 5, 6, 8]);
  const { eventQueue } = rig.store.forTenant('acme');
  expect(eventQueue.failed(10)).toMatchObject([{ type: 'channel.message.received', attempts: 7, reason: 'HTTP 500' }]);
  expect(rig.receiver.taken.map(({ type }) => type)).toEqual(['channel.message.sent']);
  await rig.store.write(() => eventQueue.prune(rig.clock.now()));
  expect(eventQueue.failed(10)).toEqual([]);
});

it('tells why a request was not made in words, and not by a code alone', async () => {
  const row = { id: 'e', url, payload: '{}' } as QueuedEvent;
  const http = fakeHttp(async () => {
    throw new PolyphonError('NET6001', 'Outgoing request to 10.0.0.5:443: the address is not on the public internet.');
  });
  expect(await postEvent(http, row, { secret, nowMs: 0, signal })).toEqual({
    reason: 'NET6001 the address may not be reached',
    final: 'no',
  });
});

it('gives up at once where the receiver says that it is gone for good', async () => {
  await using rig = await makeToldRig({ events });
  rig.receiver.moods.push(410);
  await (await rig.session()).ask('One');
  await settled();
  expect(rig.store.forTenant('acme').eventQueue.failed(10)).toMatchObject([{ attempts: 1, reason: 'gone' }]);
});

it('sends again what was given up, or makes its next try now, when a command line says so while it serves', async () => {
  const path = storePath();
  await using rig = await makeToldRig({ events }, { path });
  await using beside = await openStore({ path, clock: rig.clock, log: silentLog });
  rig.receiver.moods.push(410, 500, 500, 500);
  await (await rig.session()).ask('One');
  await settled();
  await rig.clock.advance(310_000);
  expect(rig.receiver.attempts).toBe(4);
  const list = () => listUndelivered(beside, 'acme', 10);
  expect(list()).toMatchObject([
    {
      state: 'waiting',
      type: 'channel.message.sent',
      to: 'hooks.example',
      reason: 'HTTP 500',
      attempts: 3,
      behind: 0,
    },
    { state: 'given-up', type: 'channel.message.received', to: 'hooks.example', reason: 'gone', attempts: 1 },
  ]);
  expect(JSON.stringify(list())).not.toContain('private');
  const [waiting, gone] = list();
  await retryEvent(beside, 'acme', gone?.id ?? '');
  expect(list()).toMatchObject([{ id: waiting?.id, behind: 1 }]);
  // The next try would be in half an hour, and what was given up waits behind it.
  await rig.clock.advance(11_000);
  expect(rig.receiver.attempts).toBe(4);
  await retryEvent(beside, 'acme', waiting?.id ?? '');
  await rig.clock.advance(11_000);
  expect(rig.receiver.taken.map(({ id }) => id)).toEqual([waiting?.id, gone?.id]);
  expect(list()).toEqual([]);
  await expect(retryEvent(beside, 'acme', gone?.id ?? '')).rejects.toMatchObject({ code: 'CLI9007' });
  await expect(dismissEvent(beside, 'other', gone?.id ?? '')).rejects.toMatchObject({ code: 'CLI9007' });
});

it('goes on behind an event that was dismissed, and takes up what was given up with nothing else under way', async () => {
  const path = storePath();
  await using rig = await makeToldRig({ events }, { path });
  await using beside = await openStore({ path, clock: rig.clock, log: silentLog });
  rig.receiver.moods.push(422);
  await (await rig.session()).ask('One');
  await settled();
  const [stuck] = listUndelivered(beside, 'acme', 10);
  expect(stuck).toMatchObject({ reason: 'HTTP 422', behind: 1 });
  await dismissEvent(beside, 'acme', stuck?.id ?? '');
  await rig.clock.advance(11_000);
  expect(rig.receiver.taken.map(({ type }) => type)).toEqual(['channel.message.sent']);
  rig.receiver.moods.push(410, 410);
  await (await rig.session()).ask('Two');
  await settled();
  const lost = listUndelivered(beside, 'acme', 10);
  expect(lost.map(({ state }) => state)).toEqual(['given-up', 'given-up']);
  for (const { id } of lost.toReversed()) await retryEvent(beside, 'acme', id);
  await rig.clock.advance(11_000);
  expect(rig.receiver.taken.slice(1).map(({ type }) => type)).toEqual([
    'channel.message.received',
    'channel.message.sent',
  ]);
});

it('never lets a turn wait for a receiver that hangs, nor one address for another', async () => {
  const other = 'https://other.example/in';
  await using rig = await makeToldRig({
    events: [
      { url, secret, types: [] },
      { url: other, secret, types: ['channel.message.sent'] },
    ],
  });
  rig.receiver.moods.push('hangs');
  const session = await rig.session();
  expect((await session.ask('One')).text).toBe('Fine.');
  expect((await session.ask('Two')).text).toBe('Fine.');
  await settled();
  expect(rig.receiver.taken.map(({ type }) => type)).toEqual(['channel.message.sent', 'channel.message.sent']);
});

it('sends after a restart what the process before has left, before anything new', async () => {
  const path = storePath();
  const before = await makeToldRig({ events }, { path });
  before.receiver.moods.push(500);
  await (await before.session()).ask('One');
  await settled();
  await before[Symbol.asyncDispose]();
  expect(before.receiver.taken).toEqual([]);
  await using after = await makeToldRig({ events }, { path, seed: 2 });
  await (await after.session()).ask('Two');
  await after.clock.advance(5000);
  const texts = after.receiver.taken.map(({ data }) => (data['message'] as { text: string }).text);
  expect(texts).toEqual(['One', 'Fine.', 'Two', 'Fine.']);
});

it('tells of a reload, and drops what waits for an address that the bot no longer names', async () => {
  await using rig = await makeToldRig({ events });
  rig.bus.emit({ type: 'bot.reloaded', tenantId: 'acme', at: new Date(rig.clock.now()).toISOString(), revision: 'r2' });
  await settled();
  expect(rig.receiver.taken).toMatchObject([{ type: 'bot.reloaded', data: { revision: 'r2' } }]);
  rig.receiver.moods.push(500);
  const session = await rig.session();
  await session.ask('One');
  await settled();
  rig.tenant('acme').bot = makeBot('acme');
  await rig.clock.advance(5000);
  const failed = rig.store.forTenant('acme').eventQueue.failed(10);
  expect(failed.map(({ reason }) => reason)).toEqual(Array(2).fill('the bot does not name this address any more'));
});

it('tells nobody in a process that does not serve', async () => {
  const clock = new FakeClock();
  const receiver = createFakeWebhookReceiver({ secret, now: () => clock.now() });
  await using rig = await makeRig({
    clock,
    http: receiver.http,
    tenants: { acme: { bot: makeBot('acme', { events }) } },
  });
  await (await rig.session()).ask('One');
  await settled();
  expect(receiver.attempts).toBe(0);
});

it('notifies who is to help a person, once an address', async () => {
  const handoff = {
    inbox: 'desk',
    notify: [url, 'mailto:desk@example.org'],
    timeoutMs: 300_000,
    onTimeout: 'return' as const,
    secret,
  };
  await using rig = await makeToldRig({
    handoff,
    events: [{ url: 'https://all.example', secret, types: ['handoff.requested'] }],
  });
  await (await rig.session()).ask('I want to talk to a human.');
  await settled();
  expect(rig.receiver.taken.map(({ type, data }) => [type, data['inbox']])).toEqual([
    ['handoff.requested', 'desk'],
    ['handoff.requested', undefined],
  ]);
});
