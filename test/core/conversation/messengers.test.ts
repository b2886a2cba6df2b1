import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ModelRequest } from '../../../core/contract/index.ts';
import { seededRandom } from '../../kit/index.ts';
import { done, fakeModel, makeRig, type Rig, saying, settled, signal } from './rig.ts';

/** A model that remembers what it was asked. */
function listeningModel() {
  const asked: ModelRequest[] = [];
  const model = fakeModel(async function* (request) {
    asked.push(request);
    yield { type: 'text', text: 'Nice.' };
    yield done;
  });
  return { model, asked, texts: () => asked.map((request) => request.messages.map(spoken)) };
}

function spoken(message: ModelRequest['messages'][number]): string {
  return 'text' in message ? message.text : '';
}

async function history(rig: Rig) {
  const [conversation] = await rig.engine.list('acme', {}, signal);
  return await rig.engine.messages('acme', conversation?.id ?? '', {}, signal);
}

const picture = (id: string) => ({ id, kind: 'image' as const, mediaType: 'image/jpeg' });

it('gives a pressed button to the model by its words, and by its name where the platform tells no words', async () => {
  await using rig = await makeRig();
  const { model, texts } = listeningModel();
  rig.tenant('acme').models = [model];
  const press = (id: string, action: { readonly id: string; readonly label?: string }) =>
    rig.engine.deliverer('acme', 'sms')([{ id, conversation: '+49301', contact: { id: '+49301' }, action }]);
  await press('b1', { id: 'offer_4711', label: 'The blue one' });
  await rig.clock.advance(1000);
  await press('b2', { id: 'offer_4712' });
  await rig.clock.advance(1000);
  expect(texts().map((said) => said.at(-1))).toEqual(['The blue one', 'offer_4712']);
});

it('makes one turn of an album whose pictures come as far apart as a second', async () => {
  await using rig = await makeRig();
  const { model, texts } = listeningModel();
  rig.tenant('acme').models = [model];
  await rig.sms('Look at these', { group: 'album-1', attachments: [picture('a')] });
  await rig.clock.advance(1100);
  await rig.sms('', { group: 'album-1', attachments: [picture('b')] });
  await rig.clock.advance(1100);
  await rig.sms('', { group: 'album-1', attachments: [picture('c')] });
  await rig.clock.advance(1100);
  expect(texts()).toEqual([]);
  await rig.clock.advance(200);
  expect(texts()).toEqual([['Look at these\n(image)', '(image)', '(image)']]);
  expect(rig.tenant('acme').sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Nice.']);
});

it('takes a line said behind an album into its turn, and does not begin earlier for it', async () => {
  await using rig = await makeRig();
  const { model, texts } = listeningModel();
  rig.tenant('acme').models = [model];
  await rig.sms('', { group: 'g', attachments: [picture('a')] });
  await rig.clock.advance(300);
  await rig.sms('What is this?');
  await rig.clock.advance(850);
  expect(texts()).toEqual([]);
  await rig.clock.advance(100);
  expect(texts()).toEqual([['(image)', 'What is this?']]);
});

it('takes up a half-received album after a crash, and its rest joins', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  const path = join(folder, 'store.db');
  try {
    const before = await makeRig({ path });
    await before.sms('', { id: 'a', group: 'g', attachments: [picture('a')] });
    await before[Symbol.asyncDispose]();
    await using after = await makeRig({ path, clock: before.clock, random: seededRandom(2) });
    const { model, texts } = listeningModel();
    after.tenant('acme').models = [model];
    await after.engine.recover(['acme'], signal);
    await after.clock.advance(900);
    expect(texts()).toEqual([]);
    await after.sms('', { id: 'b', group: 'g', attachments: [picture('b')] });
    await after.clock.advance(1100);
    expect(texts()).toEqual([]);
    await after.clock.advance(100);
    expect(texts()).toEqual([['(image)', '(image)']]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('keeps two albums apart, and the late picture of an answered one is a turn of its own', async () => {
  await using rig = await makeRig();
  const { model, asked } = listeningModel();
  rig.tenant('acme').models = [model];
  await rig.sms('', { group: 'g', attachments: [picture('a')] });
  await rig.clock.advance(5000);
  await rig.sms('', { group: 'g', attachments: [picture('b')] });
  await rig.clock.advance(5000);
  expect(asked).toHaveLength(2);
});

it('lets a turn that has not begun read the edited text', async () => {
  await using rig = await makeRig();
  const { model, texts } = listeningModel();
  rig.tenant('acme').models = [model];
  await rig.sms('What does a bik cost?', { id: 'm1' });
  await rig.clock.advance(200);
  const receipt = await rig.sms('What does a bike cost?', { id: 'm1:edit:1', edits: 'm1' });
  expect(receipt).toMatchObject({ status: 'stored', message: { text: 'What does a bike cost?' } });
  await rig.clock.advance(5000);
  expect(texts()).toEqual([['What does a bike cost?']]);
});

it('shows the edited text from then on, and answers nothing again', async () => {
  await using rig = await makeRig();
  const { model, texts } = listeningModel();
  rig.tenant('acme').models = [model];
  await rig.sms('A bik?', { id: 'm1', sentAt: 1000 });
  await rig.clock.advance(5000);
  await rig.sms('A bike!', { id: 'm1:edit:2', edits: 'm1', sentAt: 3000 });
  await rig.sms('A bake', { id: 'm1:edit:1', edits: 'm1', sentAt: 2000 });
  await rig.sms('A bike!', { id: 'm1:edit:2', edits: 'm1', sentAt: 3000 });
  await rig.clock.advance(5000);
  expect(texts()).toHaveLength(1);
  expect((await history(rig)).map(({ text }) => text)).toEqual(['A bike!', 'Hello, I am an AI assistant.', 'Nice.']);
  await rig.sms('And two?');
  await rig.clock.advance(5000);
  expect(texts()[1]).toEqual(['A bike!', 'Hello, I am an AI assistant.', 'Nice.', 'And two?']);
});

it('answers once where an edit has overtaken what it edits', async () => {
  await using rig = await makeRig();
  const { model, texts } = listeningModel();
  rig.tenant('acme').models = [model];
  await rig.sms('A bike?', { id: 'm1:edit:1', edits: 'm1' });
  const original = await rig.sms('A bik?', { id: 'm1' });
  expect(original).toMatchObject({ status: 'duplicate', message: { text: 'A bike?' } });
  await rig.clock.advance(5000);
  expect(texts()).toEqual([['A bike?']]);
});

const optOut = { capabilities: { consent: 'opt-out' as const } };

it('obeys a stop: what waits dies, the bot hears nothing of it, nothing more is sent until a start', async () => {
  await using rig = await makeRig();
  const { model, texts } = listeningModel();
  const tenant = rig.tenant('acme');
  tenant.models = [model];
  tenant.sms = optOut;
  tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 600_000 });
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  expect(tenant.sent).toHaveLength(1);
  const receipt = await rig.sms('STOP', { consent: 'stop' });
  expect(receipt).toMatchObject({ status: 'stored', message: { role: 'system', text: 'STOP' } });
  expect(rig.store.forTenant('acme').outbox.undelivered({ limit: 10 })).toMatchObject([
    { reason: 'opted-out' },
    { reason: 'opted-out' },
  ]);
  const unanswered = await rig.sms('Are you there?', { id: 'after-the-stop' });
  expect(await rig.sms('Are you there?', { id: 'after-the-stop' })).toMatchObject({ status: 'duplicate' });
  await rig.clock.advance(3_600_000);
  expect(tenant.sent).toHaveLength(1);
  const given = rig.store.forTenant('acme').outbox.undelivered({ limit: 10 });
  expect(rig.events.flatMap((event) => (event.type === 'delivery.failed' ? [event.messageId] : [])).toSorted()).toEqual(
    given.map(({ messageId }) => messageId).toSorted(),
  );
  // What a stopped person writes costs no model, and is there for people to read.
  expect(texts()).toHaveLength(1);
  expect((await history(rig)).map(({ text }) => text)).toContain('Are you there?');
  const silent = unanswered?.status === 'stored' ? unanswered.turnId : '';
  expect(await rig.engine.trace('acme', silent, signal)).toMatchObject({ outcome: 'silent', reason: 'consent-out' });
  await rig.sms('START', { consent: 'start' });
  await rig.sms('And now?');
  await rig.clock.advance(5000);
  expect(tenant.sent.at(-1)?.text).toBe('Nice.');
  expect(texts().flat()).not.toContain('STOP');
  expect(texts().flat()).not.toContain('START');
});

it('remembers a stop from somebody who has never written before, and over a restart of the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  const path = join(folder, 'store.db');
  try {
    const before = await makeRig({ path, tenants: { acme: { sms: optOut } } });
    await before.sms('Stop', { consent: 'stop' });
    await before[Symbol.asyncDispose]();
    await using after = await makeRig({ path, random: seededRandom(2), tenants: { acme: { sms: optOut } } });
    await after.sms('Hello there');
    await after.clock.advance(5000);
    expect(after.tenant('acme').sent).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('answers help in the words of the definition, else in its own, also after a stop, and once', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = optOut;
  await rig.sms('STOP', { consent: 'stop' });
  const receipt = await rig.sms('HELP', { id: 'h1', consent: 'help', locale: 'de-DE' });
  await rig.sms('HELP', { id: 'h1', consent: 'help', locale: 'de-DE' });
  await settled();
  expect(tenant.sent.map(({ text }) => text)).toEqual([expect.stringMatching(/Mit STOP bestellen Sie/)]);
  tenant.bot = { ...tenant.bot, prompts: { ...tenant.bot.prompts, help: { en: 'Call 030 1234.' } } };
  await rig.sms('HELP', { consent: 'help' });
  await settled();
  expect(tenant.sent.at(-1)?.text).toBe('Call 030 1234.');
  const turn = receipt?.status === 'stored' ? receipt.turnId : '';
  const outcome = await rig.engine.conversationsOf('acme', 'sms').reply(turn, signal);
  expect(outcome).toMatchObject({ status: 'completed', reply: { role: 'bot' } });
  expect(await rig.engine.trace('acme', turn, signal)).toMatchObject({ reason: 'consent-help' });
});

it('hears a stop while the session is paused and while the person writes too often', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = optOut;
  tenant.bot = { ...tenant.bot, limits: { ...tenant.bot.limits, perContact: { count: 1, perMs: 60_000 } } };
  await rig.sms('Hello there');
  expect(await rig.sms('STOP', { consent: 'stop' })).toMatchObject({ status: 'stored' });
  await rig.clock.advance(5000);
  expect(tenant.sent).toEqual([]);
});

it('takes the word for an ordinary one where the channel knows no consent', async () => {
  await using rig = await makeRig();
  const { model, texts } = listeningModel();
  rig.tenant('acme').models = [model];
  await rig.sms('STOP', { consent: 'stop' });
  await rig.clock.advance(5000);
  expect(texts()).toEqual([['STOP']]);
});

it('tells a person that it is busy, once a minute, where more comes than the bot may take', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = { ...tenant.bot, limits: { ...tenant.bot.limits, perTenant: { count: 1, perMs: 60_000 } } };
  await rig.sms('Hello there');
  await rig.clock.advance(5000);
  tenant.sent.length = 0;
  const from = (id: string) => ({ conversation: id, contact: { id } });
  expect(await rig.sms('Hallo, ist da jemand bitte?', from('+492'))).toMatchObject({ reason: 'rate-limited' });
  await rig.sms('Hallo, ist da noch jemand?', from('+492'));
  await rig.clock.advance(5000);
  expect(tenant.sent.map(({ text }) => text)).toEqual([
    'Gerade schreiben uns sehr viele. Bitte schreiben Sie in einer Minute noch einmal.',
  ]);
});

it('tells one person who writes too fast that it is too fast, in their language and behind the earlier answers', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const { limits, session } = tenant.bot;
  tenant.bot = {
    ...tenant.bot,
    limits: { ...limits, perContact: { count: 2, perMs: 60_000 } },
    session: { ...session, coalesceMs: 0 },
  };
  tenant.models = [
    fakeModel(async function* () {
      await rig.clock.sleep(2000);
      yield { type: 'text', text: 'Gern.' };
      yield done;
    }),
  ];
  for (const text of [
    'Was kostet ein Fahrrad bei Ihnen?',
    'Wann ist heute geöffnet?',
    'Und was kosten zwei davon?',
    'Hallo?',
  ]) {
    await rig.sms(text);
  }
  await rig.clock.advance(10_000);
  expect(tenant.sent.map(({ text }) => text)).toEqual([
    'Hallo, ich bin ein KI-Assistent.',
    'Gern.',
    'Gern.',
    'Das ging mir zu schnell. Bitte schreiben Sie in einer Minute noch einmal.',
  ]);
  expect((await history(rig)).at(-1)?.text).toMatch(/^Das ging mir zu schnell/);
});

it('sends a template outside the window where the bot has one, else gives up by name', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.sms = { capabilities: { replyWindowMs: 60_000 } };
  tenant.models = [
    fakeModel(async function* () {
      await rig.clock.sleep(20_000);
      yield { type: 'text', text: 'At last.' };
      yield done;
    }),
  ];
  tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 120_000 });
  await rig.sms('Hello there');
  await rig.clock.advance(300_000);
  expect(tenant.sent).toHaveLength(1);
  expect(
    rig.store
      .forTenant('acme')
      .outbox.undelivered({ limit: 10 })
      .map(({ reason }) => reason),
  ).toEqual(['window-closed', 'window-closed']);
  const template = { name: 'answer', language: 'en', parameters: ['x'] };
  tenant.sms = { ...tenant.sms, outsideWindow: (message) => ({ ...message, template }) };
  tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 120_000 });
  await rig.sms('Hello again');
  await rig.clock.advance(300_000);
  expect(tenant.sent.slice(1).map((message) => message.template?.name)).toEqual([undefined, 'answer']);
});

it('takes a send without an answer for uncertain after half a minute, and goes on', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  let calls = 0;
  tenant.sms = {
    send: async (_message, abort) => {
      calls += 1;
      if (calls > 1) return { status: 'delivered', providerMessageId: 'p' };
      return await new Promise((_, reject) => abort.addEventListener('abort', () => reject(abort.reason)));
    },
  };
  await rig.sms('Hello there');
  await rig.clock.advance(29_000);
  expect(calls).toBe(1);
  await rig.clock.advance(3000);
  expect(calls).toBe(2);
  expect(rig.events.find(({ type }) => type === 'delivery.failed')).toMatchObject({ reason: 'uncertain' });
});

it('does not wait for a channel that heeds no signal', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = { send: () => new Promise(() => {}) };
  await rig.sms('Hello there');
  await rig.clock.advance(70_000);
  expect(rig.events.filter(({ type }) => type === 'delivery.failed')).toHaveLength(2);
});

it('lets a message wait for a channel that cannot be opened: that is no attempt, and nothing doubtful', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.models = [
    fakeModel(async function* () {
      tenant.unavailable = new Error('no network');
      yield { type: 'text', text: 'Fine.' };
      yield done;
    }),
  ];
  await rig.sms('Hello there');
  await rig.clock.advance(20 * 60_000);
  expect(tenant.sent).toEqual([]);
  expect(rig.events.some(({ type }) => type === 'delivery.failed')).toBe(false);
  tenant.unavailable = undefined;
  await rig.clock.advance(31_000);
  expect(tenant.sent.map(({ text }) => text)).toEqual(['Hello, I am an AI assistant.', 'Fine.']);
  expect(tenant.leases).toBe(0);
});

it('splits at the moment of sending what has become too long, in order with what waits behind', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.models = [fakeModel(saying('First part of it. Second part of it. Third part.'))];
  tenant.sendResults.push({ status: 'rejected', reason: 'busy', retryAfterMs: 60_000 });
  await rig.sms('Hello there');
  await rig.clock.advance(5000);
  tenant.sms = { capabilities: { text: { maxLength: 20, format: 'plain' } } };
  await rig.clock.advance(120_000);
  expect(tenant.sent.slice(1).map(({ text }) => text)).toEqual([
    'Hello, I am an AI',
    'assistant.',
    'First part of it.',
    'Second part of it.',
    'Third part.',
  ]);
  expect(new Set(tenant.sent.slice(1).map(({ id }) => id)).size).toBe(5);
});
