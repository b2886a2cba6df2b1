import { expect, it } from 'vitest';
import type { InboundMessage } from '../../../core/contract/index.ts';
import { builtInTexts } from '../../../core/conversation/texts/built-in-texts.ts';
import { fakeModel, makeBot, makeRig, type Rig, saying, signal } from './rig.ts';

const story = (more: Partial<InboundMessage> = {}): Partial<InboundMessage> => ({
  attachments: [{ id: 'unsupported', kind: 'unsupported', mediaType: 'application/octet-stream', name: 'story' }],
  ...more,
});
const words = builtInTexts.unsupported;

function counted(rig: Rig): { readonly calls: () => number } {
  let calls = 0;
  const tenant = rig.tenant('acme');
  const script = saying('Fine.');
  tenant.models = [
    fakeModel((request, stop) => {
      calls += 1;
      return script(request, stop);
    }),
  ];
  tenant.bot = makeBot('acme', { guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [] } } });
  return { calls: () => calls };
}

/** But for the greeting, with which every conversation begins. */
const said = (rig: Rig): readonly string[] => {
  const { sent, bot } = rig.tenant('acme');
  const greetings = Object.values(bot.prompts['greeting'] ?? {});
  return sent.map(({ text }) => text).filter((text) => !greetings.includes(text));
};

it('says in the person’s language that it cannot read a message, asks no model, and keeps it for people to see', async () => {
  await using rig = await makeRig();
  const model = counted(rig);
  await rig.sms('', story({ locale: 'de', id: 'one' }));
  await rig.clock.advance(5000);
  expect(said(rig)).toEqual([words.de]);
  expect(model.calls()).toBe(0);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  const shown = await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
  expect(shown[0]).toMatchObject({ role: 'contact', text: '', attachments: [{ kind: 'unsupported', name: 'story' }] });

  // Told again by the platform, it is not answered again.
  expect(await rig.sms('', story({ locale: 'de', id: 'one' }))).toMatchObject({ status: 'duplicate' });
  await rig.clock.advance(5000);
  expect(said(rig)).toHaveLength(1);
});

it('says so once a minute, whatever number comes', async () => {
  await using rig = await makeRig();
  counted(rig);
  for (let sent = 0; sent < 5; sent += 1) {
    await rig.sms('', story());
    await rig.clock.advance(5000);
  }
  expect(said(rig)).toEqual([words.en]);
  await rig.clock.advance(60_000);
  const receipt = await rig.sms('', story());
  await rig.clock.advance(5000);
  expect(said(rig)).toEqual([words.en, words.en]);
  expect(receipt?.status).toBe('stored');
  const silent = await rig.sms('', story());
  await rig.clock.advance(5000);
  const turn = silent?.status === 'stored' ? silent.turnId : '';
  expect(await rig.engine.trace('acme', turn, signal)).toMatchObject({ outcome: 'silent', reason: 'CNV5012' });
});

it('answers the question that came with it', async () => {
  await using rig = await makeRig();
  const model = counted(rig);
  await rig.sms('', story());
  await rig.sms('What does the lamp cost?');
  await rig.clock.advance(5000);
  expect(said(rig)).toEqual(['Fine.']);
  expect(model.calls()).toBe(1);
});

it('says it in the words of the definition', async () => {
  await using rig = await makeRig();
  counted(rig);
  const { prompts, ...bot } = rig.tenant('acme').bot;
  rig.tenant('acme').bot = { ...bot, prompts: { ...prompts, unsupported: { en: 'Stories? Write to us!' } } };
  await rig.sms('', story());
  await rig.clock.advance(5000);
  expect(said(rig)).toEqual(['Stories? Write to us!']);
});

it('is silent where a person answers', async () => {
  await using rig = await makeRig();
  counted(rig);
  await rig.sms('Hello');
  await rig.clock.advance(5000);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  await rig.engine.take('acme', conversation?.id ?? '', signal);
  await rig.sms('', story());
  await rig.clock.advance(5000);
  expect(said(rig)).toEqual(['Fine.']);
});
