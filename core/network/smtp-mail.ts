import type { SMTPTransportOptions } from 'nodemailer';

/** Where letters are handed in. */
export interface SmtpSettings {
  /** As in smtps://user:password@mail.example:465; with smtp: the connection is upgraded before the password is told. */
  readonly url: string;
  /** As in `Bots <bots@example.org>`. */
  readonly from: string;
}

interface Letter {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly at: number;
}
type Outcome = { readonly status: 'sent' } | { readonly status: 'refused' | 'failed'; readonly reason: string };

const timeoutMs = 15_000;
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Hands letters to a mail server, one connection each: there are few of them. Nothing is tried twice in here. */
export function createSmtpMail(settings: SmtpSettings): {
  send(letter: Letter, signal: AbortSignal): Promise<Outcome>;
} {
  const options = optionsOf(settings.url);
  const domain = /@([^\s@>]+)>?\s*$/.exec(settings.from)?.[1] ?? 'localhost';
  return {
    send: async (letter, signal) => {
      // Most deployments send no mail, and the library is large.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(options);
      const stopped = Promise.withResolvers<never>();
      const stop = (): void => {
        transport.close();
        stopped.reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
      try {
        signal.throwIfAborted();
        const sending = transport.sendMail({
          from: settings.from,
          to: { name: '', address: letter.to },
          subject: letter.subject,
          text: letter.text,
          messageId: `<${letter.id}@${domain}>`,
          date: new Date(letter.at),
          // Nobody's absence notice answers a program (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        sending.catch(() => {});
        await Promise.race([sending, stopped.promise]);
        return { status: 'sent' };
      } catch (error) {
        return outcomeOf(error);
      } finally {
        signal.removeEventListener('abort', stop);
        transport.close();
      }
    },
  };
}

function optionsOf(written: string): SMTPTransportOptions {
  const url = new URL(written);
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    // A password never crosses a network in the clear.
    requireTLS: !secure && user !== '' && !loopback.test(url.hostname),
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
}

/** Only codes: what a server says may repeat the address. */
function outcomeOf(error: unknown): Outcome {
  const { code, responseCode, command } = error as { code?: unknown; responseCode?: unknown; command?: unknown };
  if (typeof responseCode === 'number') {
    // A wrong password is mended by the operator while the letter waits; an address that does not exist stays so.
    const final = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
    return { status: final ? 'refused' : 'failed', reason: `SMTP ${responseCode}` };
  }
  return { status: 'failed', reason: typeof code === 'string' ? code : 'no answer' };
}
