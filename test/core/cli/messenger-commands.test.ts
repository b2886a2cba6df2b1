import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localDay } from '../../../core/conversation/local-time.ts';
import { createWebhookJournal } from '../../../core/conversation/webhook-log/webhook-journal.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { openStore } from '../../../core/store/open-store.ts';
import { silentLog } from '../conversation/rig.ts';
import { outboxRow } from '../store/outbox-row.ts';
import { type DeploymentFolder, lampShop, makeDeployment } from './deployment-folder.ts';

async function openStoreOf(deployment: DeploymentFolder) {
  return await openStore({ path: join(deployment.path, 'data', 'polyphon.db'), clock: systemClock, log: silentLog });
}

type Letter = readonly [id: string, state: 'dead' | 'uncertain', reason?: string];

async function withLetters(deployment: DeploymentFolder, ...letters: readonly Letter[]): Promise<void> {
  await using store = await openStoreOf(deployment);
  const { outbox } = store.forTenant('lamp-shop');
  await store.write(() => {
    for (const [id, state, named] of letters) {
      const told = { id, conversationId: 'c1', messageId: `m-${id}`, state, attempts: 8 };
      const payload = JSON.stringify({ id, text: `Your lamp ${id} is ready.` });
      const reason = named ?? (state === 'dead' ? 'blocked' : 'no-answer');
      outbox.insert(outboxRow({ ...told, payload, reason, createdAt: Date.UTC(2026, 10, 21, 8) }));
    }
  });
}

describe('polyphon conversations', () => {
  it.each([
    [{ state: 'dead', reason: 'opted-out' }, '    dead: opted-out'],
    [{ state: 'uncertain', reason: 'no-answer' }, '    uncertain: no-answer'],
    [{ state: 'dismissed', reason: 'blocked' }, '    dismissed: blocked'],
    [
      { state: 'waiting', reason: 'quiet-hours', dueAt: Date.UTC(2026, 10, 22, 8) },
      '    waiting: quiet-hours, due 2026-11-22 08:00:00Z',
    ],
    [{ state: 'sending' }, '    sending'],
    [{ state: 'dead', reason: '30003 unreachable', providerMessageId: 'late' }, '    failed: 30003 unreachable'],
    [{ state: 'delivered', providerMessageId: 'p1', resends: 1 }, '    sent once more: it may have arrived twice'],
    [{ state: 'delivered', providerMessageId: 'p1', note: '2 segments, UCS-2' }, '    2 segments, UCS-2'],
    [{ state: 'delivered', providerMessageId: 'p1' }, undefined],
  ] as const)('shows of a message how its delivery is, unless it has simply gone out: %j', async (row, line) => {
    await using deployment = await makeDeployment(lampShop);
    await deployment.run(['chat', 'lamp-shop', '--once', 'Hello there']);
    const listed = JSON.parse((await deployment.run(['conversations', 'lamp-shop', '--json'])).stdout);
    const { id: conversationId } = listed.conversations[0];
    {
      await using store = await openStoreOf(deployment);
      const { messages, outbox, deliveryStatuses } = store.forTenant('lamp-shop');
      const said = messages.after({ conversationId }, 0, 10).findLast(({ role }) => role === 'bot');
      await store.write(() => {
        outbox.insert(outboxRow({ conversationId, messageId: said?.id ?? '', attempts: 1, ...row }));
        const providerMessageId = 'late';
        deliveryStatuses.advance({
          channel: 'sms',
          providerMessageId,
          status: 'failed',
          reason: '30003 unreachable',
          at: 0,
        });
      });
    }
    const { stdout } = await deployment.run(['conversations', 'lamp-shop', conversationId]);
    const lines = stdout.split('\n').filter((one) => /^ {4}(?!turn_|\[)/.test(one));
    expect(lines).toEqual(line === undefined ? [] : [line]);
  });

  it('calls a person by the name, else by the number, as nobody knows our ids', async () => {
    await using deployment = await makeDeployment(lampShop);
    {
      await using store = await openStoreOf(deployment);
      const { contacts, conversations } = store.forTenant('lamp-shop');
      const times = { createdAt: 0, lastActiveAt: 0 };
      await store.write(() => {
        for (const [externalId, details] of [
          ['+4930111', { phone: '+4930111' }],
          ['+4930222', { phone: '+4930222', name: 'Ana' }],
        ] as const) {
          const { id: contactId } = contacts.identify({ channel: 'sms', externalId }, details, systemRandom, 0);
          const place = { id: externalId, channel: 'sms', externalId, contactId, sessionId: 's' };
          conversations.insert({ ...place, owner: 'bot', misses: 0, language: null, ...times });
        }
      });
    }
    const { stdout } = await deployment.run(['conversations', 'lamp-shop']);
    expect(stdout).toMatch(/sms +\+4930111 +closed/);
    expect(stdout).toMatch(/sms +Ana +closed/);
    expect(stdout).not.toContain('con_');
  });
});

describe('polyphon dead-letters', () => {
  it('lists what was given up, and puts back what is named', async () => {
    await using deployment = await makeDeployment(lampShop);
    expect((await deployment.run(['dead-letters', 'lamp-shop'])).stdout).toBe('lamp-shop has no dead letters.\n');
    await withLetters(deployment, ['o1', 'dead'], ['o2', 'dead'], ['o3', 'dead']);
    const listed = await deployment.run(['dead-letters', 'lamp-shop']);
    expect(listed.stdout).toMatch(/o3 +2026-11-21 08:00:00Z +sms +dead +blocked +8 +Your lamp o3/);
    expect(listed.stderr).toContain('dead-letters lamp-shop retry <id>` sends it again, `dismiss <id>` lets it rest');
    expect(listed.stderr).not.toContain('uncertain');
    expect((await deployment.run(['dead-letters', 'lamp-shop', '--json'])).stderr).toBe('');
    const retried = await deployment.run(['dead-letters', 'lamp-shop', 'retry', 'o2']);
    expect(retried).toMatchObject({ code: 0, stdout: '1 message of lamp-shop waits to be sent again.\n' });
    const all = await deployment.run(['dead-letters', 'lamp-shop', 'retry', '--all', '--json']);
    expect(JSON.parse(all.stdout).retried.map(({ id }: { id: string }) => id)).toEqual(['o1', 'o3']);
    await using store = await openStoreOf(deployment);
    expect(store.forTenant('lamp-shop').outbox.unsettledOf('c1')).toMatchObject(
      ['o2', 'o1', 'o3'].map((id) => ({ id, state: 'waiting', attempts: 0 })),
    );
  });

  it('shows what may have arrived, and sends that again only where it is asked for', async () => {
    await using deployment = await makeDeployment(lampShop);
    await withLetters(deployment, ['o1', 'uncertain'], ['o2', 'dead'], ['o3', 'uncertain'], ['o4', 'uncertain']);
    const listed = await deployment.run(['dead-letters', 'lamp-shop']);
    expect(listed.stdout).toMatch(/o3 .* uncertain +no-answer +8 .*\no2 .* dead +blocked/);
    expect(listed.stderr).toContain('may come twice');
    const uncertain = await deployment.run(['dead-letters', 'lamp-shop', '--state', 'uncertain', '--json']);
    expect(JSON.parse(uncertain.stdout).deadLetters).toMatchObject(
      ['o4', 'o3', 'o1'].map((id) => ({ id, state: 'uncertain', reason: 'no-answer' })),
    );
    const all = await deployment.run(['dead-letters', 'lamp-shop', 'retry', '--all']);
    expect(all.stdout).toBe('1 message of lamp-shop waits to be sent again.\n');
    expect(all.stderr).toContain('3 uncertain messages left');
    const one = await deployment.run(['dead-letters', 'lamp-shop', 'retry', 'o3']);
    expect(one.stderr).toContain('may come twice');
    const rest = await deployment.run([
      'dead-letters',
      'lamp-shop',
      'retry',
      '--all',
      '--state',
      'uncertain',
      '--json',
    ]);
    expect(JSON.parse(rest.stdout).retried.map(({ id }: { id: string }) => id)).toEqual(['o1', 'o4']);
    await using store = await openStoreOf(deployment);
    expect(store.forTenant('lamp-shop').outbox.unsettledOf('c1')).toMatchObject([
      { id: 'o2', state: 'waiting', resends: 0 },
      { id: 'o3', state: 'waiting', resends: 1 },
      { id: 'o1', state: 'waiting', resends: 1 },
      { id: 'o4', state: 'waiting', resends: 1 },
    ]);
  });

  it('says that who has opted out gets nothing by another try', async () => {
    await using deployment = await makeDeployment(lampShop);
    await withLetters(deployment, ['o1', 'dead', 'opted-out'], ['o2', 'dead', '21610 opted-out'], ['o3', 'dead']);
    const listed = await deployment.run(['dead-letters', 'lamp-shop']);
    expect(listed.stderr).toContain('What is opted-out goes to nobody unless the person has written START since');
    const all = await deployment.run(['dead-letters', 'lamp-shop', 'retry', '--all']);
    expect(all.stderr).toContain('2 messages of them will be given up again unless');
  });

  it('does not put back what goes to who has opted out, says so with the next step, and puts back the others', async () => {
    await using deployment = await makeDeployment(lampShop);
    await withLetters(deployment, ['o1', 'dead', 'opted-out'], ['o2', 'dead'], ['o3', 'uncertain']);
    const sayIn = async (conversation: string, consent: 'in' | 'out', ...letters: readonly string[]) => {
      await using store = await openStoreOf(deployment);
      const { contacts, conversations, outbox } = store.forTenant('lamp-shop');
      await store.write(() => {
        const address = { channel: 'sms', externalId: conversation };
        const { id: contactId } = contacts.identify(address, {}, systemRandom, 0);
        contacts.setConsent(address, consent, 1);
        if (conversations.byId(conversation) !== undefined) return;
        const place = { id: conversation, ...address, contactId, sessionId: 's' };
        const times = { createdAt: 0, lastActiveAt: 0 };
        conversations.insert({ ...place, owner: 'bot', misses: 0, language: null, ...times });
        for (const id of letters) {
          const payload = JSON.stringify({ id, text: 'Your lamp.' });
          const told = { id, conversationId: conversation, messageId: `m-${id}`, state: 'dead', attempts: 8 } as const;
          outbox.insert(outboxRow({ ...told, payload, reason: 'opted-out', createdAt: 2 }));
        }
      });
    };
    await sayIn('c1', 'out');
    await sayIn('c2', 'in', 'o4');
    for (const id of ['o1', 'o2', 'o3']) {
      const one = await deployment.run(['dead-letters', 'lamp-shop', 'retry', id]);
      expect(one).toMatchObject({ code: 1, stdout: '' });
      expect(one.stderr).toContain(`1 message is not sent, as that person has opted out (STOP): ${id}.`);
      expect(one.stderr).toContain('dead-letters lamp-shop dismiss <id>` lets it rest');
      expect(one.stderr).not.toContain('takes them up');
    }
    const some = await deployment.run(['dead-letters', 'lamp-shop', 'retry', 'o1', 'o4', 'o2', '--json']);
    expect(some.code).toBe(1);
    expect(JSON.parse(some.stdout)).toMatchObject({
      retried: [{ id: 'o4' }],
      refused: ['o1', 'o2'].map((id) => ({ id, code: 'CNV5015', reason: 'opted-out' })),
    });
    const all = await deployment.run(['dead-letters', 'lamp-shop', 'retry', '--all']);
    expect(all).toMatchObject({ code: 0, stdout: '' });
    expect(all.stderr).toContain('2 messages are not sent, as those people have opted out (STOP): o1, o2.');
    {
      await using store = await openStoreOf(deployment);
      const { outbox } = store.forTenant('lamp-shop');
      const states = ['o1', 'o2', 'o3', 'o4'].map((id) => [outbox.byId(id)?.state, outbox.byId(id)?.attempts]);
      expect(states).toEqual([
        ['dead', 8],
        ['dead', 8],
        ['uncertain', 8],
        ['waiting', 0],
      ]);
    }
    await sayIn('c1', 'in');
    const again = await deployment.run(['dead-letters', 'lamp-shop', 'retry', '--all']);
    expect(again).toMatchObject({ code: 0, stdout: '2 messages of lamp-shop wait to be sent again.\n' });
    expect(again.stderr).not.toContain('not sent');
  });

  it('lets rest what is named, and all of it', async () => {
    await using deployment = await makeDeployment(lampShop);
    await withLetters(deployment, ['o1', 'uncertain'], ['o2', 'dead'], ['o3', 'uncertain']);
    const one = await deployment.run(['dead-letters', 'lamp-shop', 'dismiss', 'o3']);
    expect(one).toMatchObject({ code: 0, stdout: '1 message of lamp-shop is left to rest.\n' });
    expect((await deployment.run(['dead-letters', 'lamp-shop', 'retry', 'o3'])).stderr).toContain('CNV5009');
    const all = await deployment.run(['dead-letters', 'lamp-shop', 'dismiss', '--all', '--json']);
    expect(JSON.parse(all.stdout)).toMatchObject({ formatVersion: 1, dismissed: [{ id: 'o1' }, { id: 'o2' }] });
    expect((await deployment.run(['dead-letters', 'lamp-shop'])).stdout).toBe('lamp-shop has no dead letters.\n');
    await using store = await openStoreOf(deployment);
    expect(store.forTenant('lamp-shop').outbox.byId('o1')).toMatchObject({ state: 'dismissed', reason: 'no-answer' });
  });

  it('says what is missing, and what there is not', async () => {
    await using deployment = await makeDeployment(lampShop);
    for (const action of ['retry', 'dismiss'])
      expect(await deployment.run(['dead-letters', 'lamp-shop', action])).toMatchObject({ code: 64 });
    const unknown = await deployment.run(['dead-letters', 'lamp-shop', 'retry', 'o9']);
    expect(unknown.code).toBe(64);
    expect(unknown.stderr).toContain('CNV5009');
  });
});

describe('polyphon webhook-log', () => {
  it('shows what platforms asked, the latest last, and JSON', async () => {
    await using deployment = await makeDeployment(lampShop);
    const none = await deployment.run(['webhook-log', 'lamp-shop']);
    expect(none.stdout).toContain('No platform has asked anything');
    await using store = await openStoreOf(deployment);
    const journal = createWebhookJournal({ store, clock: systemClock, log: silentLog });
    const call = {
      tenantId: 'lamp-shop',
      channel: 'sms',
      method: 'POST',
      route: 'webhook',
      durationMs: 1.2,
      headers: {},
      body: Buffer.from('{"a":1}'),
    };
    journal.record({ ...call, status: 200, taken: { kind: 'accepted', receipts: [], statuses: [] } });
    journal.record({ ...call, status: 401, taken: { kind: 'rejected', reason: 'bad-signature' } });
    await journal[Symbol.asyncDispose]();
    const shown = await deployment.run(['webhook-log', 'lamp-shop']);
    expect(shown.stdout).toMatch(
      / sms {2}POST webhook {2}200 accepted {2}nothing to store .*\n.* 401 rejected {2}bad-signature/,
    );
    const { stdout } = await deployment.run(['webhook-log', 'lamp-shop', '--json', '-n', '1']);
    expect(JSON.parse(stdout)).toMatchObject({ formatVersion: 1, entries: [{ status: 401, shape: { a: 'number' } }] });
  });
});

describe('polyphon webhook-log --follow', () => {
  it('goes on with what comes, one object a line, until it is stopped', async () => {
    await using deployment = await makeDeployment(lampShop);
    await deployment.run(['webhook-log', 'lamp-shop']);
    await using store = await openStoreOf(deployment);
    const stop = new AbortController();
    const following = deployment.run(['webhook-log', 'lamp-shop', '--follow', '--json'], {
      signal: stop.signal,
      onWrite: ({ stdout }) => {
        if (stdout.includes('\n')) stop.abort();
      },
    });
    const journal = createWebhookJournal({ store, clock: systemClock, log: silentLog });
    const call = {
      tenantId: 'lamp-shop',
      channel: 'sms',
      method: 'POST',
      route: 'webhook',
      durationMs: 1,
      headers: {},
    };
    journal.record({ ...call, body: Buffer.from('a'), status: 200, taken: { kind: 'ignored' } });
    await journal[Symbol.asyncDispose]();
    const { code, stdout } = await following;
    expect(code).toBe(130);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).status),
    ).toEqual([200]);
  });
});

describe('polyphon events', () => {
  it('lists what has not arrived, sends it again and forgets it', async () => {
    await using deployment = await makeDeployment(lampShop);
    expect((await deployment.run(['events', 'lamp-shop'])).stdout).toBe('lamp-shop has no undelivered events.\n');
    const url = 'https://crm.example/in?token=private';
    await using store = await openStoreOf(deployment);
    const { eventQueue } = store.forTenant('lamp-shop');
    await store.write(() => {
      for (const id of ['e1', 'e2', 'e3', 'e4']) {
        eventQueue.insert({
          id,
          url,
          type: 'turn.failed',
          payload: '{}',
          conversationId: null,
          dueAt: 0,
          createdAt: 0,
        });
        if (id < 'e3') eventQueue.fail(eventQueue.next(url)?.seq ?? 0, { attempts: 7, reason: 'HTTP 500' });
      }
      eventQueue.retry(eventQueue.next(url)?.seq ?? 0, { attempts: 2, dueAt: 60_000, reason: 'no answer' });
    });
    const { code, stdout } = await deployment.run(['events', 'lamp-shop']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^id +created +to +event +state +reason +attempts +next try\ne3 .* waiting, 1 behind it +no answer +2 +1970-01-01 00:01:00Z\ne2 .* given-up +HTTP 500 +7 +-\ne1 /,
    );
    expect(stdout).toContain('crm.example');
    expect(stdout).not.toContain('private');
    const forgotten = await deployment.run(['events', 'lamp-shop', 'dismiss', 'e1', '--json']);
    expect(JSON.parse(forgotten.stdout)).toMatchObject({ tenant: 'lamp-shop', dismissed: [{ id: 'e1' }] });
    const retried = await deployment.run(['events', 'lamp-shop', 'retry', '--all']);
    expect(retried.stdout).toBe('2 events of lamp-shop wait to be sent again.\n');
    expect(retried.stderr).toContain('within ten seconds');
    expect(eventQueue.next(url)).toMatchObject({ id: 'e3', dueAt: 0, attempts: 0 });
    expect(eventQueue.count(url)).toBe(3);
    const none = await deployment.run(['events', 'lamp-shop', 'dismiss', '--all']);
    expect(none.stdout).toBe('lamp-shop has given up no event.\n');
    expect((await deployment.run(['events', 'lamp-shop', 'retry'])).stderr).toContain('Name their ids');
    expect((await deployment.run(['events', 'lamp-shop', 'retry', 'e9'])).stderr).toContain('CLI9007');
  });
});

describe('polyphon stats', () => {
  it('counts by channel what is stored, with the median and the 95th percentile of responses', async () => {
    await using deployment = await makeDeployment(lampShop);
    expect((await deployment.run(['stats', 'lamp-shop'])).stdout).toContain('Nobody has written to lamp-shop');
    await deployment.run(['chat', 'lamp-shop', '--once', 'What does a repair cost?']);
    const { code, stdout } = await deployment.run(['stats', 'lamp-shop', '--days', '2', '--json']);
    expect(code).toBe(0);
    const printed = JSON.parse(stdout);
    expect(printed).toMatchObject({
      formatVersion: 1,
      tenant: 'lamp-shop',
      days: 2,
      channels: [
        {
          channel: 'web',
          messages: { received: 1, sent: 1 },
          turns: { answered: 1, unknown: 0, failed: 0, silent: 0 },
          handoffs: 0,
          responseMs: { median: expect.any(Number), p95: expect.any(Number) },
          deliveries: { dead: 0, uncertain: 0 },
        },
      ],
      models: [{ model: expect.stringMatching(/^offline/), turns: 1, cost: [] }],
    });
    expect((await deployment.run(['stats', 'lamp-shop'])).stdout).toMatch(
      /^channel +received +sent .*\nweb +1 +1 +1 +0 /,
    );
  });

  it('begins at midnight where the bot is, so that models and channels count the same turns', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'bots/lamp-shop/bot.yaml': `${lampShop['bots/lamp-shop/bot.yaml']}timezone: America/Los_Angeles\n`,
    });
    const { stdout } = await deployment.run(['stats', 'lamp-shop', '--days', '3', '--json']);
    expect(localDay(Date.parse(JSON.parse(stdout).since), 'America/Los_Angeles').minute).toBe(0);
  });

  it.each([
    ['stats', '--days'],
    ['unanswered', '--days'],
    ['dead-letters', '--limit'],
    ['webhook-log', '--limit'],
  ])('and others refuse more than there can be: %s %s', async (command, option) => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run([command, 'lamp-shop', option, '99999999999999999999']);
    expect(code).toBe(64);
    expect(stderr).toContain('It must be a whole number from 1 to ');
  });
});
