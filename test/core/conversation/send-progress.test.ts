import { expect, it } from 'vitest';
import type { KeepProgress, OutboundMessage, SendResult } from '../../../core/contract/index.ts';
import { makeRig, type Rig, signal } from './rig.ts';

/** A channel that keeps something while it sends, and then says what became of it; a second try goes well. */
async function rigThat(keeps: unknown, result: SendResult) {
  const rig = await makeRig();
  const sent: OutboundMessage[] = [];
  let keeper: KeepProgress | undefined;
  rig.tenant('acme').sms = {
    send: async (message, _, keep) => {
      sent.push(message);
      if (sent.length > 1) return { status: 'delivered', providerMessageId: `p${sent.length}` };
      keeper = keep;
      await keep?.(keeps as string);
      return result;
    },
  };
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const id = sent[0]?.id ?? '';
  const { outbox } = rig.store.forTenant('acme');
  return Object.assign(rig, {
    sent,
    keep: async (progress: string) => await keeper?.(progress),
    row: () => outbox.byId(id),
    tries: () => sent.filter((message) => message.id === id).map(({ progress }) => progress),
  });
}

async function retry(rig: Rig, id: string): Promise<void> {
  await rig.engine.retryDeadLetter('acme', id, signal);
  await rig.clock.advance(1000);
}

it.each([
  ['is refused for now', { status: 'rejected', reason: 'busy', retryAfterMs: 1 }],
  ['is given up', { status: 'rejected', reason: 'blocked' }],
  ['is not known', { status: 'uncertain' }],
] as const)('how far a channel has come with a message that %s is kept for its next try', async (_, result) => {
  await using rig = await rigThat('1 of 2', result);
  await rig.clock.advance(60_000);
  if (rig.tries().length === 1) await retry(rig, rig.row()?.id ?? '');
  expect(rig.tries()).toEqual([undefined, '1 of 2']);
  // Out, it is no message of which a part is missing: sent again, all of it goes.
  expect(rig.row()?.payload).not.toContain('1 of 2');
});

it('it is there for the next process when this one ends between two parts', async () => {
  await using rig = await rigThat('1 of 2', { status: 'uncertain' });
  const { outbox } = rig.store.forTenant('acme');
  const row = rig.row();
  if (row === undefined) throw new Error('no row');
  await rig.store.write(() => outbox.change(row.id, { ...row, state: 'sending', reason: null }));
  await rig.engine.recover(['acme'], signal);
  await rig.clock.advance(1000);
  expect(rig.tries()).toEqual([undefined, '1 of 2']);
  expect(rig.row()).toMatchObject({ state: 'delivered', resends: 1 });
});

it.each([[7], [undefined], ['x'.repeat(4001)]])('one that is none is left out, and told: %j', async (progress) => {
  await using rig = await rigThat(progress, { status: 'rejected', reason: 'busy', retryAfterMs: 1 });
  await rig.clock.advance(60_000);
  expect(rig.tries()).toEqual([undefined, undefined]);
});

it('told when the message is settled it changes nothing', async () => {
  await using rig = await rigThat('1 of 2', { status: 'rejected', reason: 'blocked' });
  await rig.keep('2 of 2');
  await retry(rig, rig.row()?.id ?? '');
  expect(rig.tries()).toEqual([undefined, '1 of 2']);
});

it('told of a request that was given up it changes nothing', async () => {
  await using rig = await makeRig();
  const { outbox } = rig.store.forTenant('acme');
  const kept = Promise.withResolvers<void>();
  let id = '';
  rig.tenant('acme').sms = {
    send: async (message, signal, keep) => {
      id = message.id;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await keep?.('the first part may be out');
      kept.resolve();
      return { status: 'uncertain' };
    },
  };
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  await rig.engine.drain(AbortSignal.abort());
  await kept.promise;
  // The next process sends it once more, and all of it.
  expect(outbox.byId(id)).toMatchObject({ state: 'sending', payload: expect.not.stringContaining('progress') });
});

it('what a status settles goes out whole when a later one says that it failed', async () => {
  await using rig = await rigThat('1 of 2', { status: 'uncertain' });
  const message = rig.row()?.id ?? '';
  await rig.told({ providerMessageId: 'last', message, status: 'sent' });
  await rig.told({ providerMessageId: 'last', message, status: 'failed', reason: 'blocked' });
  await retry(rig, message);
  expect(rig.tries()).toEqual([undefined, undefined]);
});

it('a part that fails while the rest waits makes a dead letter, which goes out whole', async () => {
  await using rig = await rigThat('1 of 2', { status: 'rejected', reason: 'busy', retryAfterMs: 60_000 });
  const message = rig.row()?.id ?? '';
  await rig.told({ providerMessageId: 'first', message, part: true, status: 'failed', reason: 'blocked' });
  expect(rig.row()).toMatchObject({ state: 'dead', reason: 'blocked' });
  await retry(rig, message);
  expect(rig.tries()).toEqual([undefined, undefined]);
});

it.each([
  ['somebody who has opted out meanwhile gets no more of it', 'STOP', ['One'], { state: 'dead', reason: 'opted-out' }],
  ['somebody who has said something else gets all of it', 'And?', ['One', 'Two'], { state: 'delivered' }],
] as const)('%s', async (_, words, sent, row) => {
  await using rig = await makeRig();
  const shown: string[] = [];
  let id = '';
  rig.tenant('acme').sms = {
    capabilities: { consent: 'opt-out' },
    send: async (message, _, keep) => {
      if (id !== '') return { status: 'delivered', providerMessageId: 'later' };
      id = message.id;
      shown.push('One');
      await rig.sms(words, words === 'STOP' ? { consent: 'stop' } : {});
      if ((await keep?.('one')) === false) return { status: 'rejected', reason: 'opted-out' };
      shown.push('Two');
      return { status: 'delivered', providerMessageId: 'both' };
    },
  };
  await rig.sms('Hello there');
  await rig.clock.advance(3000);
  expect(shown).toEqual(sent);
  expect(rig.store.forTenant('acme').outbox.byId(id)).toMatchObject(row);
});
