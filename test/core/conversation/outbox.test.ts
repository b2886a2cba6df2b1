import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { piecesOfText } from '../../../core/conversation/outbox/pieces-of-text.ts';
import { splitText } from '../../../core/conversation/outbox/split-text.ts';
import { seededRandom } from '../../kit/index.ts';
import { outboxRow } from '../store/outbox-row.ts';
import { recordWarnings } from './recorded-warnings.ts';
import { fakeModel, makeRig, saying, settled, signal } from './rig.ts';

it('tries again after the time it was told, in order, and then goes on', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 10_000 });
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  expect(tenant.sent).toHaveLength(1);
  await rig.clock.advance(8000);
  expect(tenant.sent).toHaveLength(1);
  await rig.clock.advance(5000);
  expect(tenant.sent.map(({ text }) => text)).toEqual([
    'Hello, I am an AI assistant.',
    'Hello, I am an AI assistant.',
    'Fine.',
  ]);
  expect(tenant.sent[0]?.id).toBe(tenant.sent[1]?.id);
  expect(rig.events.filter(({ type }) => type === 'channel.message.sent')).toHaveLength(2);
});

it('gives up what is refused for good, and says so', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sendResults.push({ status: 'rejected', reason: 'blocked' });
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const [letter] = rig.store.forTenant('acme').outbox.undelivered({ limit: 10 });
  expect(rig.events.find(({ type }) => type === 'delivery.failed')).toMatchObject({
    reason: 'blocked',
    messageId: letter?.messageId,
  });
  expect(rig.store.forTenant('acme').outbox.undelivered({ limit: 10 })).toHaveLength(1);
  expect(tenant.sent.at(-1)?.text).toBe('Fine.');
});

it('warns of what was given up, and once of what waits long, with nothing of what was said', async () => {
  const { log, lines } = recordWarnings();
  await using rig = await makeRig({ log });
  const busy = { status: 'rejected', reason: 'busy', retryAfterMs: 1 } as const;
  rig.tenant('acme').sendResults.push(busy, busy, { status: 'rejected', reason: '401 auth' });
  await rig.sms('Hello there');
  await rig.clock.advance(60_000);
  expect(lines).toEqual([
    {
      message: 'a message was given up; `polyphon dead-letters` lists it and sends it again',
      tenant: 'acme',
      channel: 'sms',
      letter: expect.stringMatching(/^out_/),
      reason: '401 auth',
    },
  ]);
  rig.tenant('acme').sendResults.push(busy, busy, busy, busy);
  await rig.sms('Are you there?', { id: 'second' });
  await rig.clock.advance(600_000);
  expect(lines.slice(1)).toMatchObject([
    { message: 'a platform does not take a message, which waits and is tried again', reason: 'busy' },
  ]);
  const [row] = rig.store.forTenant('acme').outbox.ofMessage(sentMessage());
  await rig.told({ providerMessageId: row?.providerMessageId ?? '', status: 'failed', reason: '30007 filtered' });
  expect(lines.slice(2)).toMatchObject([{ letter: row?.id, reason: '30007 filtered' }]);

  function sentMessage(): string {
    const event = rig.events.findLast(({ type }) => type === 'channel.message.sent');
    return event?.type === 'channel.message.sent' ? event.message.id : '';
  }
});

it('goes on trying for hours, in order, and then gives up', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  for (let index = 0; index < 150; index += 1)
    tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 1 });
  await rig.sms('Hello there');
  await rig.clock.advance(3 * 3_600_000);
  expect(tenant.sent.length).toBeGreaterThan(30);
  expect(new Set(tenant.sent.map(({ text }) => text))).toEqual(new Set(['Hello, I am an AI assistant.']));
  const { outbox } = rig.store.forTenant('acme');
  expect(outbox.undelivered({ limit: 10 })).toEqual([]);
  await rig.clock.advance(10 * 3_600_000);
  expect(outbox.undelivered({ limit: 10 })).toMatchObject([{ attempts: 150, reason: 'busy' }]);
});

it('gives up the rest of a message with a piece that is refused, and sends it whole when it is retried', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const words = Array.from({ length: 60 }, (_, index) => `This is sentence ${index}.`).join(' ');
  tenant.models = [fakeModel(saying(words))];
  tenant.sendResults.push({ status: 'delivered', providerMessageId: 'p1' }, { status: 'rejected', reason: 'blocked' });
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  expect(tenant.sent).toHaveLength(2);
  const letters = await rig.engine.deadLetters('acme', {}, signal);
  expect(letters.length).toBeGreaterThan(2);
  expect(new Set(letters.map(({ reason }) => reason))).toEqual(new Set(['blocked']));
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toHaveLength(1);
  for (const { id } of letters.toReversed()) await rig.engine.retryDeadLetter('acme', id, signal);
  await rig.clock.advance(1000);
  expect(
    tenant.sent
      .slice(2)
      .map(({ text }) => text)
      .join(' '),
  ).toBe(words);
});

it('does not repeat what may have arrived', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sendResults.push({ status: 'uncertain' });
  await rig.sms('Hello there');
  await rig.clock.advance(60_000);
  expect(tenant.sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Fine.']);
});

it('sends at the next start what the process before has left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  const path = join(folder, 'store.db');
  try {
    const before = await makeRig({ path });
    before.tenant('acme').sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 3_600_000 });
    await before.sms('Hello there');
    await before.clock.advance(1000);
    await before.engine.drain(AbortSignal.abort());
    await before.store[Symbol.asyncDispose]();
    await using after = await makeRig({ path, random: seededRandom(2) });
    await after.engine.recover(['acme'], signal);
    await after.clock.advance(2 * 3_600_000);
    expect(after.tenant('acme').sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Fine.']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('sends once more at the next start what had no answer yet when the process had to stop', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  const path = join(folder, 'store.db');
  try {
    const before = await makeRig({ path });
    const asked: string[] = [];
    before.tenant('acme').sms = {
      send: (message) => {
        asked.push(message.text);
        return new Promise(() => {});
      },
    };
    await before.sms('Hello there');
    await before.clock.advance(1000);
    await before.engine.drain(AbortSignal.abort());
    await before.store[Symbol.asyncDispose]();
    expect(asked).toEqual(['Hello, I am an AI assistant.']);
    await using after = await makeRig({ path, random: seededRandom(2) });
    await after.engine.recover(['acme'], signal);
    await after.clock.advance(60_000);
    const { sent } = after.tenant('acme');
    expect(sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Fine.']);
    const { outbox } = after.store.forTenant('acme');
    expect(sent.map(({ id }) => outbox.byId(id)?.resends)).toEqual([1, 0]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('cuts a long answer to what the channel takes', async () => {
  await using rig = await makeRig();
  const long = 'A sentence of some length stands here. '.repeat(12).trim();
  rig.tenant('acme').models = [fakeModel(saying(long))];
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  await settled();
  const texts = rig
    .tenant('acme')
    .sent.slice(1)
    .map(({ text }) => text);
  expect(texts.every((text) => text.length <= 160 && text.endsWith('.'))).toBe(true);
  expect(texts.join(' ')).toBe(long);
});

it('cuts bold words into rows of their own, and repeats none of them after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  const path = join(folder, 'store.db');
  const capabilities = { text: { maxLength: 60, format: 'markdown' } } as const;
  const sent: string[] = [];
  try {
    const before = await makeRig({ path });
    before.tenant('acme').models = [fakeModel(saying(`**${'bold words '.repeat(12).trim()}**`))];
    before.tenant('acme').sms = {
      capabilities,
      send: async ({ text }) => {
        if (sent.some((part) => part.includes('bold')))
          return { status: 'rejected', reason: 'busy', retryAfterMs: 3_600_000 };
        sent.push(text);
        return { status: 'delivered', providerMessageId: `sm_${sent.length}` };
      },
    };
    await before.sms('Hello there');
    await before.clock.advance(1000);
    await before.engine.drain(AbortSignal.abort());
    await before.store[Symbol.asyncDispose]();
    await using after = await makeRig({ path, random: seededRandom(2) });
    after.tenant('acme').sms = { capabilities };
    await after.engine.recover(['acme'], signal);
    await after.clock.advance(2 * 3_600_000);
    const parts = [...sent, ...after.tenant('acme').sent.map(({ text }) => text)].filter((text) =>
      text.includes('bold'),
    );
    expect(parts.every((part) => /^\*\*[^*]+\*\*$/.test(part))).toBe(true);
    expect(parts.map((part) => part.slice(2, -2)).join(' ')).toBe('bold words '.repeat(12).trim());
    expect(parts.length).toBeGreaterThan(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('never cuts inside a character', () => {
  expect(splitText('😀'.repeat(5), 3)).toEqual(['😀', '😀', '😀', '😀', '😀']);
  expect(splitText('', 10)).toEqual(['']);
  expect(splitText('abcdef', 1)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('cuts no blank piece, which no platform takes, and with which the words after it would be given up', () => {
  expect(splitText(`${'\n'.repeat(25)}Hello`, 10)).toEqual(['Hello']);
  expect(splitText(`Hello${' '.repeat(25)}there`, 10)).toEqual(['Hello', 'there']);
  expect(splitText(' '.repeat(25), 10)).toEqual(['']);
});

it('greets once when the first reply is the greeting itself', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.models = [fakeModel(saying('Hello, I am an AI assistant.'))];
  await rig.sms('Hello');
  await rig.clock.advance(1000);
  expect(tenant.sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.']);
});

it('leaves the room that actions need in the message that carries them, and cuts the rest no smaller for it', () => {
  const limits = { maxLength: 40, maxLengthWithActions: 12, format: 'plain' } as const;
  const actions = [{ id: 'a', label: 'A' }];
  const text = 'One sentence. Two sentences. Three. And four of them. At last five. End?';
  const pieces = piecesOfText({ text, actions }, limits);
  expect(pieces).toEqual(['One sentence. Two sentences. Three.', 'And four of them. At last', 'five. End?']);
  expect(piecesOfText({ text, actions: [] }, limits)).toEqual([
    'One sentence. Two sentences. Three.',
    'And four of them. At last five. End?',
  ]);
  expect(piecesOfText({ text: 'Short enough', actions }, limits)).toEqual(['Short enough']);
  expect(piecesOfText({ text: '', actions }, limits)).toEqual(['']);
  expect(piecesOfText({ text: 'x'.repeat(30), actions }, limits)).toEqual(['x'.repeat(24), 'x'.repeat(6)]);
});

it('begins to send a few messages in each round of the event loop, the fewest at first, however many wait', async () => {
  await using rig = await makeRig();
  const { outbox } = rig.store.forTenant('acme');
  const rows = Array.from({ length: 40 }, (_, index) => `o${index}`);
  await rig.store.write(() => {
    for (const id of rows) {
      const message = { id, conversation: id, text: 'Hello', attachments: [], actions: [], citations: [] };
      outbox.insert(outboxRow({ id, conversationId: `of ${id}`, messageId: id, payload: JSON.stringify(message) }));
    }
  });
  const { sent } = rig.tenant('acme');
  const recovering = rig.engine.recover(['acme'], signal);
  const perRound: number[] = [];
  for (let round = 0; round < 200; round += 1) {
    const before = sent.length;
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (sent.length > before) perRound.push(sent.length - before);
  }
  await recovering;
  expect(sent).toHaveLength(rows.length);
  // One commit may hold what began in two or three rounds.
  expect(perRound[0]).toBeLessThanOrEqual(1 + 2 + 3);
  expect(Math.max(...perRound)).toBeLessThanOrEqual(3 * 8);
});
