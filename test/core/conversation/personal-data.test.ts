import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../../core/contract/index.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { forgettingBegins } from '../../../core/store/personal-data.ts';
import { impersonalTables } from '../../../core/store/personal-tables.ts';
import { createFakeWebhookReceiver, FakeClock } from '../../kit/index.ts';
import { done, fakeModel, makeBot, makeRig, type Rig, settled, signal, silentLog } from './rig.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polyphon-'));
  path = join(folder, 'store.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const dayMs = 86_400_000;
const handoff = { inbox: 'desk', notify: [], timeoutMs: 300_000, onTimeout: 'return' as const };

/** Files in which the text stands, the write-ahead log included. */
function filesWith(text: string): readonly string[] {
  const bytes = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch {
      return Buffer.alloc(0);
    }
  };
  return [path, `${path}-wal`].filter((file) => bytes(file).includes(text));
}

async function twoPeople() {
  const clock = new FakeClock();
  const receiver = createFakeWebhookReceiver({ secret: 's', now: () => clock.now() });
  receiver.moods.push(...Array(50).fill(500));
  const bot = makeBot('acme', {
    handoff,
    events: [{ url: 'https://hooks.example', secret: 's', types: [] }],
    guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [], retentionMs: 2 * dayMs } },
  });
  const rig = await makeRig({ path, clock, http: receiver.http, tenants: { acme: { bot } } });
  await rig.engine.recover(['acme'], signal);
  const web = rig.engine.conversationsOf('acme', 'web');
  const { session } = await web.createSession(
    { contact: { name: 'Ada Lovelace-7781', email: 'ada7781@example.org' } },
    signal,
  );
  const say = async (id: string, text: string) => {
    await rig.engine.deliverer('acme', 'web')([{ id, text, conversation: session.id, contact: { id: session.id } }]);
    await settled();
  };
  await say('a', 'My meter number is ZX-7781-ADA.');
  await web.requestSwitch(session.id, { channel: 'sms', address: '+49307781001' }, signal);
  await say('b', /\d{6}/.exec(rig.tenant('acme').sent.at(-1)?.text ?? '')?.[0] ?? '');
  rig.tenant('acme').sendResults.push({ status: 'delivered', providerMessageId: 'SM-7781' });
  await rig.sms('And by message: ZX-7781-SMS, I want to talk to a human', {
    conversation: '+49307781001',
    contact: { id: '+49307781001' },
  });
  await clock.advance(1000);
  await rig.sms('I am somebody else: QQ-2222.', {
    conversation: '+49302222',
    contact: { id: '+49302222', name: 'Grace 2222' },
  });
  await clock.advance(1000);
  const store = rig.store.forTenant('acme');
  const ada = store.people.list({ limit: 10 }).find(({ name }) => name === 'Ada Lovelace-7781')?.id ?? '';
  return Object.assign(rig, { ada, tenantStore: store });
}

describe('one person', () => {
  it('is exported from every table, over all channels', async () => {
    await using rig = await twoPeople();
    const found = rig.tenantStore.personalData.export(rig.ada);
    expect(Object.keys(found ?? {})).toEqual(
      expect.arrayContaining([
        'contacts',
        'identities',
        'conversations',
        'sessions',
        'messages',
        'turns',
        'inbox',
        'outbox',
        'handoffs',
        'stream_events',
        'event_queue',
        'switches',
        'session_links',
      ]),
    );
    const text = JSON.stringify(found);
    for (const mine of ['ZX-7781-ADA', 'ZX-7781-SMS', 'ada7781@example.org', '+49307781001'])
      expect(text).toContain(mine);
    for (const others of ['QQ-2222', 'Grace 2222', 'tokenHash', 'secretHash']) expect(text).not.toContain(others);
    expect(found?.['messages']?.[0]).toMatchObject({ role: 'contact', attachments: [] });
  });

  it('is erased from every table, and no byte of it is left in the file or its log', async () => {
    await using rig = await twoPeople();
    const texts = ['ZX-7781', 'Lovelace-7781', 'ada7781', '+49307781001', rig.ada];
    for (const text of texts) expect(filesWith(text), text).not.toEqual([]);
    const erased = await rig.store.write(() => rig.tenantStore.personalData.erase(rig.ada));
    expect(Object.keys(erased ?? {})).toEqual(
      expect.arrayContaining(['contacts', 'messages', 'outbox', 'turns', 'event_queue', 'stream_events', 'switches']),
    );
    await rig.store.scrub('file');
    for (const text of texts) expect(filesWith(text), text).toEqual([]);
    for (const text of ['QQ-2222', 'Grace 2222']) expect(filesWith(text), text).not.toEqual([]);
    expect(await rig.store.write(() => rig.tenantStore.personalData.erase(rig.ada))).toBeUndefined();
    expect(rig.tenantStore.personalData.export(rig.ada)).toBeUndefined();
    expect(await rig.store.verify(signal)).toBe('ok');
    await rig.sms('It is me again.', { conversation: '+49307781001', contact: { id: '+49307781001' } });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Fine.');
  });

  it('leaves nothing but that its messages are known when the platform delivers them again', async () => {
    await using rig = await twoPeople();
    const from = { conversation: '+49307781001', contact: { id: '+49307781001' } };
    await rig.sms('One more thing.', { ...from, id: 'SM-again' });
    await rig.clock.advance(1000);
    await rig.store.write(() => rig.tenantStore.personalData.erase(rig.ada));
    const sent = rig.tenant('acme').sent.length;
    expect(await rig.sms('One more thing.', { ...from, id: 'SM-again' })).toEqual({
      status: 'refused',
      reason: 'not-found',
    });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent).toHaveLength(sent);
    expect(rig.tenantStore.people.at({ channel: 'sms', externalId: '+49307781001' })).toBeUndefined();
    // Also when the person has written since.
    expect(await rig.sms('It is me again.', from)).toMatchObject({ status: 'stored' });
    expect(await rig.sms('One more thing.', { ...from, id: 'SM-again' })).toMatchObject({ status: 'refused' });
    const other = { conversation: '+49309999', contact: { id: '+49309999' } };
    expect(await rig.sms('Hello', { ...other, id: 'SM-again' })).toMatchObject({ status: 'stored' });
    const sqlite = new BetterSqlite3(path, { readonly: true });
    const rows = sqlite.prepare('SELECT * FROM erased_messages').all();
    sqlite.close();
    expect(rows.length).toBeGreaterThan(0);
    expect(Object.keys(rows[0] as object)).toEqual(['tenant_id', 'digest', 'received_at']);
    await rig.store.write(() => rig.tenantStore.inbox.pruneErased(rig.clock.now() + 1));
    expect(rig.tenantStore.inbox.wasErased({ channel: 'sms', conversation: '+49307781001', id: 'SM-again' })).toBe(
      false,
    );
  });

  it('can be erased by another process while the bot serves', async () => {
    await using rig = await twoPeople();
    {
      await using other = await openStore({ path, clock: rig.clock, log: silentLog });
      await other.write(() => other.forTenant('acme').personalData.erase(rig.ada));
      await other.scrub('file');
    }
    for (const text of ['ZX-7781', 'ada7781']) expect(filesWith(text), text).toEqual([]);
    await rig.sms('Still there?', { conversation: '+49302222', contact: { id: '+49302222' } });
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent.at(-1)?.text).toBe('Fine.');
    for (const text of ['ZX-7781', 'ada7781']) expect(filesWith(text), text).toEqual([]);
  });

  it('is not to be had by another tenant', async () => {
    await using rig = await twoPeople();
    const { personalData } = rig.store.forTenant('other');
    expect(personalData.export(rig.ada)).toBeUndefined();
    expect(await rig.store.write(() => personalData.erase(rig.ada))).toBeUndefined();
  });
});

it('reaches every table of the file that is not known to hold nothing of a person', async () => {
  await using rig = await makeRig({ path });
  const sqlite = new BetterSqlite3(path, { readonly: true });
  const tables = sqlite
    .prepare(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'kysely_%'`,
    )
    .pluck()
    .all() as string[];
  sqlite.close();
  expect(tables.length).toBeGreaterThan(15);
  const reached = new Set(rig.store.forTenant('acme').personalData.tables());
  expect(tables.filter((table) => !reached.has(table) && !impersonalTables.has(table))).toEqual([]);
});

describe('retention', () => {
  it('erases conversations that have rested for so long, and their contacts', async () => {
    await using rig = await twoPeople();
    await rig.clock.advance(1.5 * dayMs);
    await rig.sms('Still there: QQ-3333', { conversation: '+49302222', contact: { id: '+49302222' } });
    await rig.clock.advance(dayMs);
    expect(rig.tenantStore.people.list({ limit: 10 }).map(({ name }) => name)).toEqual(['Grace 2222']);
    for (const text of ['ZX-7781', 'ada7781', 'QQ-2222']) expect(filesWith(text), text).toEqual([]);
    expect(filesWith('QQ-3333')).not.toEqual([]);
  });

  it('keeps no address that was claimed and never proved, where everything else is kept', async () => {
    await using rig = await makeRig({ path });
    await rig.engine.recover(['acme'], signal);
    const session = await rig.session();
    const claim = { channel: 'sms', address: '+49307781001' };
    await rig.engine.conversationsOf('acme', 'web').requestSwitch(session.id, claim, signal);
    await rig.clock.advance(2.5 * dayMs);
    const kept = { sessionId: session.id, ...claim };
    expect(rig.store.forTenant('acme').switches.count(kept, 0).ofAddress).toBe(0);
  });

  it('empties what was said in a conversation that lives on, and still knows a message that comes again', async () => {
    await using rig = await makeRig({
      path,
      tenants: {
        acme: {
          bot: makeBot('acme', {
            guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [], retentionMs: 1.5 * dayMs } },
          }),
        },
      },
    });
    await rig.engine.recover(['acme'], signal);
    await rig.sms('Old: QQ-2222', { id: 'old' });
    for (let day = 0; day < 3; day += 1) {
      await rig.clock.advance(dayMs);
      await rig.sms(`Day ${day}`);
      await rig.clock.advance(1000);
    }
    const [view] = await rig.engine.list('acme', {}, signal);
    const texts = (await rig.engine.messages('acme', view?.id ?? '', {}, signal)).map(({ text }) => text);
    expect(texts).not.toContain('Old: QQ-2222');
    expect(texts).toContain('Day 2');
    const before = rig.tenant('acme').sent.length;
    expect((await rig.sms('Old: QQ-2222', { id: 'old' }))?.status).toBe('duplicate');
    await rig.clock.advance(1000);
    expect(rig.tenant('acme').sent).toHaveLength(before);
    const { personalData } = rig.store.forTenant('acme');
    const limits = { before: rig.clock.now() - dayMs, idsKeptSince: rig.clock.now() };
    let place = forgettingBegins;
    while (place.at !== 'done') place = await rig.store.write(() => personalData.forget(place, limits));
    const left = await rig.engine.messages('acme', view?.id ?? '', {}, signal);
    expect(left.map(({ text }) => text)).toEqual(['Day 2', 'Hello, I am an AI assistant.', 'Fine.']);
    await rig.store.scrub('log');
    expect(filesWith('QQ-2222')).toEqual([]);
  });
});

describe('of a group', () => {
  const inGroup = async (rig: Rig, name: string, text: string, more: Partial<InboundMessage> = {}): Promise<void> => {
    const contact = { id: name.toLowerCase(), name };
    await rig.sms(text, { conversation: '-100', conversationName: 'Lamps', contact, audience: 'several', ...more });
    await rig.clock.advance(2000);
  };
  const people = (rig: Rig) => rig.store.forTenant('acme').people;
  const idOf = (rig: Rig, externalId: string) => people(rig).at({ channel: 'sms', externalId }) ?? '';
  const textsOf = async (rig: Rig): Promise<readonly string[]> => {
    const [conversation] = await rig.engine.list('acme', {}, signal);
    return (await rig.engine.messages('acme', conversation?.id ?? '', {}, signal)).map(({ text }) => text);
  };

  it("one person's words go with their answers, what others said stays without the quotations, and nothing comes again", async () => {
    await using rig = await makeRig({ path });
    const tenant = rig.tenant('acme');
    tenant.bot = { ...tenant.bot, prompts: { ...tenant.bot.prompts, greeting: {} } };
    tenant.models = [
      fakeModel(async function* ({ messages }) {
        const last = messages.at(-1);
        yield { type: 'text', text: `Answer to ${last !== undefined && 'words' in last ? last.words : ''}` };
        yield done;
      }),
    ];
    await inGroup(rig, 'Ada', 'My meter is ZX-7781.', { id: 'a1' });
    await inGroup(rig, 'Ben', 'Mine is QQ-2222.', { id: 'b1', quotes: { id: 'a1' } });
    const ada = idOf(rig, 'ada');
    const { personalData } = rig.store.forTenant('acme');
    const exported = personalData.export(ada)?.['messages']?.map((row) => row['text']);
    expect(exported).toEqual(['My meter is ZX-7781.', expect.stringContaining('Answer to My meter is ZX-7781.')]);
    const erased = await rig.store.write(() => personalData.erase(ada));
    expect(erased).toMatchObject({ messages: 2, inbox: 1, turns: 1, outbox: 1, contacts: 1 });
    await rig.store.scrub('file');
    expect([filesWith('ZX-7781'), filesWith('QQ-2222')]).toEqual([[], [path]]);
    expect(await textsOf(rig)).toEqual(['Mine is QQ-2222.', expect.stringContaining('Answer to Mine is QQ-2222.')]);
    await inGroup(rig, 'Ada', 'My meter is ZX-7781.', { id: 'a1' });
    expect(await textsOf(rig)).toHaveLength(2);
    await inGroup(rig, 'Ada', 'Hello again.', { id: 'a2' });
    expect(await textsOf(rig)).toHaveLength(4);
  });

  it('who wrote there is forgotten with what they said last, also where the group goes on', async () => {
    const bot = makeBot('acme', {
      guardrails: { disclosure: 'never', refuse: [], pii: { redactLogs: [], retentionMs: 2 * dayMs } },
    });
    await using rig = await makeRig({ path, tenants: { acme: { bot } } });
    await rig.engine.recover(['acme'], signal);
    await inGroup(rig, 'Ada', 'One?');
    await rig.clock.advance(1.5 * dayMs);
    await inGroup(rig, 'Ben', 'Two?');
    await rig.clock.advance(dayMs);
    expect([idOf(rig, 'ada') !== '', idOf(rig, 'ben') !== '', idOf(rig, '-100') !== '']).toEqual([false, true, true]);
    await rig.clock.advance(4 * dayMs);
    expect(people(rig).list({ limit: 10 })).toEqual([]);
  });
});
