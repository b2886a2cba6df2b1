import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { done, fakeModel, makeBot, makeRig, signal } from './rig.ts';

const dayMs = 86_400_000;

/** A bot by SMS that forgets after two days, and everything its model was asked. */
async function listening(path?: string) {
  const bot = makeBot('acme', {
    guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [], retentionMs: 2 * dayMs } },
    prompts: { ...makeBot('acme').prompts, greeting: {} },
  });
  const sms = { capabilities: { consent: 'opt-out', optOutNotice: 'ours' } } as const;
  const rig = await makeRig({ tenants: { acme: { bot, sms } }, ...(path === undefined ? {} : { path }) });
  const asked: string[] = [];
  rig.tenant('acme').models = [
    fakeModel(async function* ({ messages }) {
      const last = messages.at(-1);
      asked.push(last !== undefined && 'text' in last ? last.text : '');
      yield { type: 'text', text: 'Fine.' };
      yield done;
    }),
  ];
  await rig.engine.recover(['acme'], signal);
  const tenant = rig.store.forTenant('acme');
  return Object.assign(rig, {
    asked,
    outgoing: () => rig.tenant('acme').sent.map(({ text }) => text),
    says: async (text: string, more: Parameters<typeof rig.sms>[1] = {}) => {
      const receipt = await rig.sms(text, more);
      await rig.clock.advance(3000);
      return receipt;
    },
    weWrite: async (number = '+49301') => {
      const outbound = rig.engine.outboundOf('acme', 'sms');
      const { id } = await outbound.open({ conversation: number, contact: { id: number } }, signal);
      const { delivery } = await outbound.enqueue(id, { text: 'Our autumn sale begins!' }, signal);
      await rig.clock.advance(5000);
      return delivery;
    },
    erase: async (externalId = '+49301') => {
      const contact = tenant.people.at({ channel: 'sms', externalId }) ?? '';
      await rig.store.write(() => tenant.personalData.erase(contact));
      expect(tenant.people.at({ channel: 'sms', externalId })).toBeUndefined();
    },
  });
}

it('outlive retention: nothing goes to who has left', async () => {
  await using rig = await listening();
  await rig.says('Hello there');
  await rig.says('STOP');
  const sent = rig.outgoing().length;
  expect(await rig.weWrite()).toMatchObject({ status: 'dead', reason: 'opted-out' });
  await rig.clock.advance(4 * dayMs);
  expect(rig.store.forTenant('acme').people.list({ limit: 10 })).toEqual([]);
  expect(await rig.weWrite()).toMatchObject({ status: 'dead', reason: 'opted-out' });
  // Who was written to in vain is forgotten again, and has left still.
  await rig.clock.advance(4 * dayMs);
  expect(await rig.weWrite()).toMatchObject({ status: 'dead', reason: 'opted-out' });
  expect(rig.outgoing()).toHaveLength(sent);
});

it('outlive `person erase`: what is written then is kept for people and answered by nobody, until START', async () => {
  await using rig = await listening();
  await rig.says('Hello there');
  await rig.says('STOP');
  await rig.erase();
  const sent = rig.outgoing().length;
  expect(await rig.says('What are your hours?')).toMatchObject({ status: 'stored' });
  expect(await rig.says('Are you there?')).toMatchObject({ status: 'stored' });
  // Told to be gone once; it is not said again to who has gone.
  await rig.says('STOP');
  expect([rig.asked, rig.outgoing().length]).toEqual([['Hello there'], sent]);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
  const [conversation] = await rig.engine.list('acme', {}, signal);
  const kept = await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
  expect(kept.map(({ text }) => text)).toEqual(['What are your hours?', 'Are you there?', 'STOP']);
  await rig.says('START');
  expect(rig.outgoing().at(-1)).toContain('Reply STOP');
  await rig.says('And now?');
  expect(rig.asked).toEqual(['Hello there', 'And now?']);
  await rig.erase();
  await rig.says('Once more');
  expect(rig.asked.at(-1)).toBe('Once more');
});

it('are not taken back by a START of before STOP that is told late', async () => {
  await using rig = await listening();
  const noon = rig.clock.now();
  await rig.says('Hello there');
  await rig.says('STOP', { sentAt: noon + 2000 });
  await rig.erase();
  await rig.says('START', { sentAt: noon + 1000 });
  await rig.says('What are your hours?');
  expect(rig.asked).toEqual(['Hello there']);
  await rig.erase();
  await rig.says('START', { sentAt: rig.clock.now() });
  await rig.says('What are your hours?');
  expect(rig.asked).toEqual(['Hello there', 'What are your hours?']);
});

it('are kept of each number of a person, and as no number that can be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-opt-outs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  await using rig = await listening(path);
  const second = { conversation: '+49307781002', contact: { id: '+49307781002' } };
  await rig.says('Hello there', { conversation: '+49307781001', contact: { id: '+49307781001' } });
  await rig.says('Hello from my other number', second);
  const { people } = rig.store.forTenant('acme');
  const [one, other] = people.list({ limit: 2 });
  await rig.store.write(() => people.merge(one?.id ?? '', other?.id ?? ''));
  await rig.says('STOP', second);
  await rig.erase('+49307781002');
  await rig.store.scrub('file');
  expect(readFileSync(path).includes('+4930778100')).toBe(false);
  for (const number of ['+49307781001', '+49307781002']) {
    expect(await rig.weWrite(number)).toMatchObject({ status: 'dead', reason: 'opted-out' });
  }
  expect(await rig.weWrite('+49307781003')).toMatchObject({ status: 'waiting' });
});

it('send no code to who has left and been erased', async () => {
  await using rig = await listening();
  await rig.says('STOP');
  await rig.erase();
  const chat = await rig.session();
  const claim = { channel: 'sms', address: '+49301' };
  const sent = rig.outgoing().length;
  expect(await rig.engine.conversationsOf('acme', 'web').requestSwitch(chat.id, claim, signal)).toMatchObject({
    method: 'word',
  });
  expect(rig.outgoing()).toHaveLength(sent);
});

it('hold for who left in a group and writes alone for the first time', async () => {
  await using rig = await listening();
  const inGroup = { conversation: '-100', contact: { id: 'ada' }, audience: 'several' } as const;
  await rig.says('When are you open?', inGroup);
  await rig.says('STOP', inGroup);
  await rig.says('Hello?', { conversation: 'ada', contact: { id: 'ada' } });
  await rig.says('And who answers Ben?', { ...inGroup, contact: { id: 'ben' } });
  expect(rig.asked.map((text) => text.replace(/^.*: /, ''))).toEqual(['When are you open?', 'And who answers Ben?']);
});

it('are all that is kept of who said nothing but STOP in a group', async () => {
  await using rig = await listening();
  const by = (id: string) => ({ conversation: '-100', contact: { id, name: id }, audience: 'several' }) as const;
  await rig.says('STOP', by('ada'));
  await rig.says('STOP', by('eve'));
  await rig.erase('eve');
  const [group] = await rig.engine.list('acme', {}, signal);
  const said = await rig.engine.messages('acme', group?.id ?? '', {}, signal);
  expect(said.filter(({ role }) => role === 'system').map(({ author, text }) => [author, text])).toEqual([
    ['ada', 'STOP'],
  ]);
  await rig.clock.advance(4 * dayMs);
  expect(rig.store.forTenant('acme').people.list({ limit: 10 })).toEqual([]);
  for (const id of ['ada', 'eve']) expect(await rig.weWrite(id)).toMatchObject({ status: 'dead', reason: 'opted-out' });
});

it('let nobody be told of a limit', async () => {
  await using rig = await listening();
  await rig.says('STOP');
  await rig.erase();
  const tenant = rig.tenant('acme');
  tenant.bot = { ...tenant.bot, limits: { ...tenant.bot.limits, perContact: { count: 0, perMs: 60_000 } } };
  const sent = rig.outgoing().length;
  expect(await rig.says('Hello?')).toMatchObject({ status: 'refused' });
  expect(rig.outgoing()).toHaveLength(sent);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
});

it('keep a dead letter one, told at once when an operator tries it again, until START', async () => {
  await using rig = await listening();
  await rig.says('Hello there');
  await rig.says('STOP');
  await rig.weWrite();
  const [letter] = await rig.engine.deadLetters('acme', {}, signal);
  const failed = rig.events.filter(({ type }) => type === 'delivery.failed').length;
  const retry = () => rig.engine.retryDeadLetter('acme', letter?.id ?? '', signal);
  await expect(retry()).rejects.toMatchObject({ code: 'CNV5015', message: expect.stringContaining('Dismiss it') });
  await rig.clock.advance(5000);
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([letter]);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toHaveLength(failed);
  await rig.says('START');
  await retry();
  await rig.clock.advance(5000);
  expect(rig.outgoing().at(-1)).toBe('Our autumn sale begins!');
  expect(await rig.engine.deadLetters('acme', {}, signal)).toEqual([]);
});
