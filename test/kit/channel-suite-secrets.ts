import { inspect } from 'node:util';
import { addressOf, Bench } from './channel-suite-bench.ts';
import {
  type ChannelPlatform,
  expectThat,
  type SuiteFault,
  type SuiteRequest,
  type SuiteRun,
} from './channel-suite-face.ts';
import { watchOutput } from './channel-suite-output.ts';
import { patiently, unlessHung } from './channel-suite-patience.ts';

const faults: readonly SuiteFault[] = ['busy', 'failing', 'refused', 'lost'];

export async function secrets(run: SuiteRun): Promise<void> {
  using output = watchOutput();
  await using bench = await Bench.open(run);
  const { platform, channel } = bench;
  const canary = 'marzipan-canary';
  const shown: { readonly where: string; readonly words: string; readonly ownWords?: true }[] = [];
  expectThat(
    platform.secrets.length > 0,
    'The fixtures name in `secrets` what nobody may see: the token, the key that signs, and the like.',
  );
  if (platform.tell !== undefined) await platform.tell([{ number: 1, person: 1, text: canary }]);
  for (const request of platform.tell === undefined ? await requestsOf(platform, canary) : []) {
    // That a route gives no delivery is for other checks.
    const taken = await unlessHung(bench.take(request));
    if (!(taken instanceof Error)) shown.push({ where: 'the answer to a request', words: taken.words });
  }
  if (channel.send !== undefined) {
    const conversation = await bench.conversationWith(1);
    for (const fault of [undefined, ...faults]) {
      if (fault !== undefined) platform.meet(fault);
      const result = await unlessHung(bench.send(conversation, { text: canary }));
      const where = `what \`send\` gives${fault === undefined ? '' : ` when it meets “${fault}”`}`;
      shown.push({ where, words: wordsOf(result), ownWords: true });
    }
  }
  // Behind it files are asked for that lie elsewhere, which is for `media`.
  const wentOut = [...bench.wire.wentOut];
  for (const { where, ask } of otherWords(bench, run.plugin.name))
    shown.push({ where, words: wordsOf(await unlessHung(ask())) });
  for (const secret of platform.secrets.flatMap(formsOf)) {
    const line = bench.lines.find(({ message, fields }) => `${message} ${wordsOf(fields)}`.includes(secret));
    const at = line === undefined || line.message.includes(secret) ? '' : ` of the line “${line.message}”`;
    expectThat(
      line === undefined,
      `No secret stands in the log, plain or encoded; one stands in the ${at === '' ? 'words of a line' : `fields${at}`}.`,
    );
    expectThat(
      output.words.every((words) => !words.includes(secret)),
      'No secret is written to the console, to stdout or to stderr, plain or encoded; one was. Use `context.log`, which hides them.',
    );
    const stranger = wentOut.find(({ host, words }) => !platform.hosts.includes(host) && words.includes(secret));
    expectThat(
      stranger === undefined,
      `No secret goes anywhere else than to the platform; one went to ${stranger?.host ?? 'nobody'}.`,
    );
    const where = shown.find(({ words }) => words.includes(secret))?.where;
    expectThat(
      where === undefined,
      `No secret stands in an answer, a reason or an error; one stands in ${where ?? 'none'}.`,
    );
  }
  const said = bench.lines.filter(
    ({ message, fields }) =>
      message.includes(canary) ||
      Object.entries(fields).some(([name, value]) => !name.startsWith('pii.') && wordsOf(value).includes(canary)),
  );
  expectThat(said.length === 0, 'What people say is logged under `pii.` only.');
  const echoing = shown.find(({ words, ownWords }) => ownWords === true && words.includes(canary))?.where;
  expectThat(
    echoing === undefined,
    `What is said to people stands in no reason and no error, which operators and the log see; it stands in ${echoing ?? 'none'}.`,
  );
}

async function requestsOf(platform: ChannelPlatform, text: string): Promise<readonly SuiteRequest[]> {
  const requests = await platform.webhook([{ number: 1, person: 1, text }]);
  const [first] = requests;
  return [...requests, ...(first === undefined ? [] : platform.forged(first)), ...platform.unknown()];
}

/** Where else a channel says something for operators. */
function otherWords(
  { channel }: Bench,
  plugin: string,
): readonly { readonly where: string; ask(): Promise<unknown> }[] {
  const gone = { id: 'gone', kind: 'image' as const, mediaType: 'image/png', url: 'https://attacker.example/x' };
  const address = addressOf(plugin, 'acme');
  const { registration } = channel;
  return [
    ...(channel.fetchMedia === undefined
      ? []
      : [
          {
            where: 'the error of `fetchMedia`',
            ask: () => patiently('`fetchMedia`', async (signal) => channel.fetchMedia?.(gone, signal)),
          },
        ]),
    ...(registration === undefined
      ? []
      : [
          {
            where: '`registration.set`',
            ask: () => patiently('`registration.set`', (signal) => registration.set(address, signal)),
          },
          {
            where: '`registration.info`',
            ask: () => patiently('`registration.info`', (signal) => registration.info(signal)),
          },
          {
            where: '`registration.delete`',
            ask: () => patiently('`registration.delete`', (signal) => registration.delete(signal)),
          },
        ]),
  ];
}

/** As it is, percent-encoded, and in base64 at each alignment. */
export function formsOf(secret: string): readonly string[] {
  const encoded = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });
  return [secret, encodeURIComponent(secret), ...encoded.filter((form) => form.length >= 8)];
}

/** All that could be written of it: the log writes an error with its cause and what else hangs on it, too. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return inspect(value, {
    depth: 8,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: Number.POSITIVE_INFINITY,
    maxArrayLength: Number.POSITIVE_INFINITY,
  });
}
