import { expect, it } from 'vitest';
import type { ModelEvent } from '../../../core/contract/index.ts';
import { done, fakeModel, makeRig, saying, settled, signal } from './rig.ts';

it('drops the answer that comes after a human has taken over, and is silent until given back', async () => {
  await using rig = await makeRig();
  const { promise, resolve } = Promise.withResolvers<void>();
  // Deaf to its signal, so that the late answer really comes.
  rig.tenant('acme').models = [
    fakeModel(async function* (): AsyncGenerator<ModelEvent> {
      await promise;
      yield { type: 'text', text: 'Too late.' };
      yield done;
    }),
  ];
  const session = await rig.session();
  const [receipt] = await session.deliver('1', 'Is anybody there?');
  await settled();
  const id = await session.conversation();
  expect(await rig.engine.take('acme', id, signal)).toMatchObject({ owner: 'human' });
  resolve();
  await settled();
  if (receipt?.status !== 'stored') throw new Error('not stored');
  const web = rig.engine.conversationsOf('acme', 'web');
  expect(await web.reply(receipt.turnId, signal)).toEqual({ status: 'silent' });
  const said = await rig.engine.say('acme', id, { text: 'This is Ada.' }, signal);
  expect(said.role).toBe('operator');
  const [second] = await session.deliver('2', 'Hello Ada');
  if (second?.status !== 'stored') throw new Error('not stored');
  expect(await web.reply(second.turnId, signal)).toEqual({ status: 'silent' });
  rig.tenant('acme').models = [fakeModel(saying('Back again.'))];
  expect(await rig.engine.return('acme', id, signal)).toMatchObject({ owner: 'bot' });
  await session.ask('And now?');
  const history = await web.history(session.id, {}, signal);
  expect(history.map(({ role, text }) => `${role}: ${text}`)).toEqual([
    'contact: Is anybody there?',
    'operator: This is Ada.',
    'contact: Hello Ada',
    'contact: And now?',
    'bot: Back again.',
  ]);
  expect(rig.events.map(({ type }) => type).filter((type) => type.startsWith('handoff'))).toEqual([
    'handoff.taken',
    'handoff.returned',
  ]);
});

it('takes the conversation with the first words of a human', async () => {
  await using rig = await makeRig();
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const [view] = await rig.engine.list('acme', {}, signal);
  await rig.engine.say('acme', view?.id ?? '', { text: 'Hello, this is Ada.' }, signal);
  await settled();
  expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Hello, this is Ada.');
  expect((await rig.engine.list('acme', { owner: 'human' }, signal)).map(({ id }) => id)).toEqual([view?.id]);
});

it('tells an operator at once how the delivery of the words is', async () => {
  await using rig = await makeRig();
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const id = (await rig.engine.list('acme', {}, signal))[0]?.id ?? '';
  const said = await rig.engine.say('acme', id, { text: 'This is Ada.' }, signal);
  expect(said.delivery).toEqual({ status: 'waiting' });
  rig.tenant('acme').sms = { capabilities: { replyWindowMs: 60_000 } };
  await rig.clock.advance(60_000);
  const late = await rig.engine.say('acme', id, { text: 'Are you there?' }, signal);
  expect(late.delivery).toEqual({ status: 'dead', reason: 'window-closed' });
  await settled();
  expect(rig.tenant('acme').sent.at(-1)?.text).toBe('This is Ada.');
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toMatchObject([
    { reason: 'window-closed', messageId: late.id },
  ]);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toMatchObject([{ text: 'Are you there?' }]);
});

it('says words with a key once, however often and in whatever haste they are sent again', async () => {
  await using rig = await makeRig();
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  const id = (await rig.engine.list('acme', {}, signal))[0]?.id ?? '';
  const words = { text: 'This is Ada.', key: 'mine-1' };
  const [first, second] = await Promise.all([
    rig.engine.say('acme', id, words, signal),
    rig.engine.say('acme', id, words, signal),
  ]);
  expect(second.id).toBe(first.id);
  await settled();
  await rig.engine.return('acme', id, signal);
  expect(await rig.engine.say('acme', id, words, signal)).toEqual({ ...first, delivery: { status: 'accepted' } });
  expect((await rig.engine.list('acme', {}, signal))[0]?.owner).toBe('bot');
  expect((await rig.engine.say('acme', id, { ...words, key: 'mine-2' }, signal)).id).not.toBe(first.id);
  await expect(rig.engine.say('acme', id, { ...words, text: 'This is Ben.' }, signal)).rejects.toMatchObject({
    code: 'CNV5013',
    status: 409,
  });
  expect((await rig.engine.list('acme', {}, signal))[0]?.owner).toBe('human');
  await settled();
  expect(rig.tenant('acme').sent.filter(({ text }) => text === words.text)).toHaveLength(2);
});

it('asks for a human when the contact does, in any language, where somebody is there', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const handoff = { inbox: 'desk', notify: [], timeoutMs: 300_000, onTimeout: 'return' as const };
  tenant.bot = { ...tenant.bot, handoff };
  const session = await rig.session();
  expect((await session.ask('Kann ich bitte mit einem Menschen sprechen?')).text).toBe(
    'Ich gebe Ihre Frage an einen Menschen weiter.',
  );
  expect(rig.events.at(-1)).toMatchObject({ type: 'handoff.requested', reason: 'asked' });
  const [receipt] = await session.deliver('x', 'Hello?');
  await settled();
  expect(
    receipt?.status === 'stored' && (await rig.engine.conversationsOf('acme', 'web').reply(receipt.turnId, signal)),
  ).toEqual({ status: 'silent' });
  await rig.clock.advance(300_001);
  expect((await session.ask('Is nobody coming at all?')).text).toBe('Fine.');
});

it('knows no conversation of another tenant', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  const id = await session.conversation();
  for (const verb of ['take', 'return'] as const) {
    await expect(rig.engine[verb]('other', id, signal)).rejects.toMatchObject({ code: 'CNV5001', status: 404 });
  }
  await expect(rig.engine.say('other', id, { text: 'x' }, signal)).rejects.toMatchObject({ code: 'CNV5001' });
});
