import { expect, it } from 'vitest';
import { createSmtpMail } from '../../../core/network/smtp-mail.ts';
import { createFakeMailServer } from '../../kit/fake-mail-server.ts';

const signal = new AbortController().signal;
const letter = {
  id: 'evt_1',
  to: 'praxis@example.org',
  subject: 'Zahnarztpraxis: jemand wartet 🦷',
  text: 'Grüße\n.\nEnde\n',
  at: Date.UTC(2026, 10, 21, 9, 0),
};

it('hands a letter in with its login, under the same id each time', async () => {
  const login = { user: 'bots', password: 'p@ss' };
  await using server = await createFakeMailServer({ login });
  const mail = createSmtpMail({ url: `smtp://bots:p%40ss@127.0.0.1:${server.port}`, from: 'Bots <bots@example.org>' });
  expect(await mail.send(letter, signal)).toEqual({ status: 'sent' });
  expect(server.taken).toMatchObject([
    {
      from: 'bots@example.org',
      to: ['praxis@example.org'],
      user: 'bots',
      headers: {
        subject: letter.subject,
        from: 'Bots <bots@example.org>',
        'message-id': '<evt_1@example.org>',
        'auto-submitted': 'auto-generated',
        date: 'Sat, 21 Nov 2026 09:00:00 +0000',
      },
      text: letter.text,
    },
  ]);
});

it('tells an address that will never be taken from a server that is busy', async () => {
  await using server = await createFakeMailServer({});
  const mail = createSmtpMail({ url: `smtp://127.0.0.1:${server.port}`, from: 'bots@example.org' });
  server.moods.push(550, 451);
  expect(await mail.send(letter, signal)).toEqual({ status: 'refused', reason: 'SMTP 550' });
  expect(await mail.send(letter, signal)).toEqual({ status: 'failed', reason: 'SMTP 451' });
  expect(await mail.send(letter, signal)).toEqual({ status: 'sent' });
});

it('may be sent later where the password is wrong or nobody listens', async () => {
  const server = await createFakeMailServer({ login: { user: 'bots', password: 'right' } });
  const at = (password: string) =>
    createSmtpMail({ url: `smtp://bots:${password}@127.0.0.1:${server.port}`, from: 'bots@example.org' });
  expect(await at('wrong').send(letter, signal)).toEqual({ status: 'failed', reason: 'SMTP 535' });
  await server[Symbol.asyncDispose]();
  expect(await at('right').send(letter, signal)).toEqual({ status: 'failed', reason: 'ESOCKET' });
});

it('does not tell a password to a server that offers no encryption', async () => {
  await using server = await createFakeMailServer({ login: { user: 'bots', password: 'right' } });
  // 0x7f000001 is this machine by a name that is not among those that need no encryption.
  const mail = createSmtpMail({ url: `smtp://bots:right@0x7f000001:${server.port}`, from: 'bots@example.org' });
  expect(await mail.send(letter, signal)).toEqual({ status: 'failed', reason: 'SMTP 500' });
  expect(server.attempts).toBe(0);
});

it('stops at once when the process does', async () => {
  await using server = await createFakeMailServer({});
  const mail = createSmtpMail({ url: `smtp://127.0.0.1:${server.port}`, from: 'bots@example.org' });
  expect(await mail.send(letter, AbortSignal.abort(new Error('stop')))).toMatchObject({ status: 'failed' });
  expect(server.taken).toEqual([]);
});
