import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A letter as a mail server takes it. */
export interface ReceivedLetter {
  readonly from: string;
  readonly to: readonly string[];
  /** The sender gave the password. */
  readonly user: string | undefined;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What the server does with the next letter: takes it, or answers with this status when it is told whom it is for. */
export type MailMood = 250 | 451 | 550;

/** A mail server on a free port of this machine; the protocol is that of `smtp-server`, which is strict. */
export async function createFakeMailServer(options: {
  /** Asked for where it is given. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly encryption?: 'offered' | 'not offered';
}): Promise<
  {
    readonly port: number;
    readonly taken: readonly ReceivedLetter[];
    /** Every letter that began, also those that were refused. */
    readonly attempts: number;
    readonly moods: MailMood[];
  } & AsyncDisposable
> {
  const taken: ReceivedLetter[] = [];
  const moods: MailMood[] = [];
  let attempts = 0;
  const { login } = options;
  const server = new SMTPServer({
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disabledCommands: options.encryption === 'offered' ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, callback) => {
      if (login !== undefined && username === login.user && password === login.password) {
        callback(null, { user: username });
      } else callback(Object.assign(new Error('Wrong password'), { responseCode: 535 }));
    },
    onRcptTo: (_address, _session, callback) => {
      attempts += 1;
      const mood = moods.shift() ?? 250;
      if (mood === 250) callback();
      else callback(Object.assign(new Error('Not now, or not at all'), { responseCode: mood }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: typeof session.user === 'string' ? session.user : undefined,
          ...parse(Buffer.concat(chunks).toString()),
        });
        callback();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    taken,
    moods,
    get attempts() {
      return attempts;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function parse(raw: string): Pick<ReceivedLetter, 'headers' | 'text'> {
  const at = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, at)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      decodeWords(line.slice(line.indexOf(':') + 1).trim()),
    ]),
  );
  const body = raw.slice(at + 4);
  return { headers, text: decodeBody(body, headers['content-transfer-encoding'] ?? '7bit') };
}

/** RFC 2047. */
function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?(.*?)\?=/gi, (_all, how: string, text: string) =>
      how.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : quoted(text.replaceAll('_', ' ')),
    );
}

function decodeBody(body: string, encoding: string): string {
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : encoding === 'quoted-printable'
        ? quoted(body.replace(/=\r\n/g, ''))
        : body;
  return text.replaceAll('\r\n', '\n');
}

function quoted(text: string): string {
  return Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();
}
