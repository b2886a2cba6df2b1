import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ResolvedBot } from '../../../core/contract/index.ts';
import type { Letter, Mail, MailOutcome } from '../../../core/conversation/events/mail.ts';
import { createSmtpMail } from '../../../core/network/smtp-mail.ts';
import { createFakeMailServer } from '../../kit/fake-mail-server.ts';
import { createFakeWebhookReceiver, FakeClock, seededRandom } from '../../kit/index.ts';
import { makeBot, makeRig, settled, signal } from './rig.ts';

const handoff: NonNullable<ResolvedBot['handoff']> = {
  inbox: 'front-desk',
  notify: ['mailto:praxis@example.org'],
  timeoutMs: 300_000,
  onTimeout: 'callback',
};
const bot = makeBot('acme', { handoff, name: { en: 'Dental\r\npractice' } });

/** A mail server that answers as it is told, and else takes everything. */
function fakeMail() {
  const letters: Letter[] = [];
  const outcomes: MailOutcome[] = [];
  const mail: Mail = {
    send: async (letter) => {
      letters.push(letter);
      return outcomes.shift() ?? { status: 'sent' };
    },
  };
  return { letters, outcomes, mail };
}

async function rigWith(
  mail: Mail | undefined,
  options: {
    readonly path?: string;
    readonly seed?: number;
    readonly bot?: ResolvedBot;
    readonly clock?: FakeClock;
  } = {},
) {
  const clock = options.clock ?? new FakeClock();
  const receiver = createFakeWebhookReceiver({ secret: 's', now: () => clock.now() });
  const rig = await makeRig({
    clock,
    http: receiver.http,
    random: seededRandom(options.seed ?? 1),
    tenants: { acme: { bot: options.bot ?? bot } },
    ...(mail === undefined ? {} : { mail }),
    ...(options.path === undefined ? {} : { path: options.path }),
  });
  await rig.engine.recover(['acme'], signal);
  return rig;
}

const plea = 'I want to speak to a human, my name is Ada Lovelace';

it('tells the operator by mail that somebody waits, and nothing of what was said', async () => {
  const { mail, letters } = fakeMail();
  await using rig = await rigWith(mail);
  const session = await rig.session();
  await session.ask(plea);
  await settled();
  expect(letters).toMatchObject([{ to: 'praxis@example.org', subject: 'Dental practice: somebody asks for a person' }]);
  expect(letters[0]?.text).toBe(
    `Somebody is waiting for a person to answer.

Bot: Dental practice (acme)
Inbox: front-desk
Channel: web
Why: asked for a person
When: Nov 20, 2026, 10:00 AM
Conversation: ${await session.conversation()}
`,
  );
  expect(JSON.stringify(letters)).not.toContain('Ada');
  expect(rig.store.forTenant('acme').eventQueue.waiting()).toEqual([]);
});

it("writes in the bot's language, in its time zone", async () => {
  const { mail, letters } = fakeMail();
  const german = makeBot('acme', { handoff, languages: { default: 'de', supported: ['de'], detect: false } });
  await using rig = await rigWith(mail, { bot: german });
  await (await rig.session()).ask('Ich möchte mit einem Menschen sprechen');
  await settled();
  expect(letters[0]?.text).toContain('Warum: hat nach einem Menschen gefragt');
  expect(letters[0]?.text).toContain('Wann: 20.11.2026, 10:00');
});

it('tries again with the same id while the server is busy, and not where the address is refused', async () => {
  const { mail, letters, outcomes } = fakeMail();
  outcomes.push({ status: 'failed', reason: 'SMTP 451' }, { status: 'refused', reason: 'SMTP 550' });
  await using rig = await rigWith(mail);
  await (await rig.session()).ask(plea);
  await settled();
  expect(letters).toHaveLength(1);
  await rig.clock.advance(5000);
  expect(letters.map(({ id }) => id)).toEqual([letters[0]?.id, letters[0]?.id]);
  const { eventQueue } = rig.store.forTenant('acme');
  expect(eventQueue.failed(10)).toMatchObject([{ type: 'handoff.requested', attempts: 2, reason: 'SMTP 550' }]);
  expect(eventQueue.waiting()).toEqual([]);
});

it('sends after a restart what the process before could not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-letters-'));
  try {
    const path = join(folder, 'polyphon.db');
    const clock = new FakeClock();
    const first = fakeMail();
    first.outcomes.push({ status: 'failed', reason: 'ESOCKET' });
    {
      await using rig = await rigWith(first.mail, { path, clock });
      await (await rig.session()).ask(plea);
      await settled();
    }
    const second = fakeMail();
    await using rig = await rigWith(second.mail, { path, clock, seed: 2 });
    expect(second.letters).toEqual([]);
    await rig.clock.advance(5000);
    expect(second.letters.map(({ id }) => id)).toEqual(first.letters.map(({ id }) => id));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('queues nothing where the deployment has no mail server', async () => {
  await using rig = await rigWith(undefined);
  await (await rig.session()).ask(plea);
  await settled();
  expect(rig.events.some(({ type }) => type === 'handoff.requested')).toBe(true);
  expect(rig.store.forTenant('acme').eventQueue.waiting()).toEqual([]);
});

it('reaches a real mail server', async () => {
  await using server = await createFakeMailServer({});
  const mail = createSmtpMail({ url: `smtp://127.0.0.1:${server.port}`, from: 'Bots <bots@example.org>' });
  await using rig = await rigWith(mail);
  await (await rig.session()).ask(plea);
  await expect.poll(() => server.taken.length).toBe(1);
  expect(server.taken[0]).toMatchObject({
    to: ['praxis@example.org'],
    headers: { subject: 'Dental practice: somebody asks for a person' },
  });
  expect(server.taken[0]?.text).toContain('Inbox: front-desk');
});
