import { createHook } from 'node:async_hooks';
import { inspect } from 'node:util';
import { addressOf, Bench } from './channel-suite-bench.ts';
import { type ChannelSuiteOptions, expectThat, type SuiteCheck, type SuiteFault } from './channel-suite-face.ts';
import { isAcknowledged, messagesOf } from './channel-suite-inbound.ts';
import { answersOf, causeIn } from './channel-suite-taken.ts';

/** How a channel lives beside others. */
export const lifetimeChecks: readonly SuiteCheck[] = [
  { name: 'start and stop: a hundred times, and nothing is left', check: startAndStop },
  { name: 'secrets: none is logged, shown or thrown, and neither are the words of people', check: secrets },
  { name: 'isolation: two tenants know nothing of each other', check: isolation },
];

const rounds = 100;
const faults: readonly SuiteFault[] = ['busy', 'failing', 'refused', 'lost'];

async function startAndStop(options: ChannelSuiteOptions): Promise<void> {
  await using platform = await options.fixtures.start(addressOf(options.plugin.name, 'acme'));
  // The first round loads modules and opens connections that are kept.
  await liveOnce(options, platform);
  const before = heldByProcess();
  using timers = watchTimers();
  let pending = 0;
  for (let round = 0; round < rounds; round += 1) pending += await liveOnce(options, platform);
  await settled();
  const after = heldByProcess();
  expectThat(
    timers.alive.size < rounds / 2,
    `Nothing is left behind; after ${rounds} rounds there are ${timers.alive.size} more timers.`,
  );
  expectThat(pending === 0, `Every timer of the clock is given back; ${pending} were not after ${rounds} rounds.`);
  for (const [what, count] of after) {
    const grown = count - (before.get(what) ?? 0);
    expectThat(
      grown < rounds / 2,
      `Nothing is left behind; after ${rounds} rounds there are ${grown} more of ${what}.`,
    );
  }
}

/** Opens the channel, lets it take a message, answer and listen, and closes it. Gives how many timers it left. */
async function liveOnce(
  options: ChannelSuiteOptions,
  platform: Parameters<ChannelSuiteOptions['config']>[0],
): Promise<number> {
  const bench = await Bench.open(options, 'acme', platform);
  const stop = new AbortController();
  const listening = bench.channel.listen?.(
    async () => [],
    stop.signal,
    () => {},
  );
  const taken = await bench.takeAll(await platform.webhook([{ number: 1, person: 1, text: 'Good morning' }]));
  const [message] = messagesOf(taken);
  // What becomes of it is for other checks.
  if (message !== undefined && bench.channel.send !== undefined)
    await bench.send(message.conversation, { text: 'Good evening' }).catch(() => undefined);
  stop.abort(new DOMException('The tenant stops.', 'AbortError'));
  if (listening !== undefined) {
    using patience = bench.clock.deadline(5_000);
    const ended = await Promise.race([
      listening.then(
        () => true,
        () => true,
      ),
      new Promise<false>((resolve) => patience.signal.addEventListener('abort', () => resolve(false), { once: true })),
    ]);
    expectThat(ended, 'Listening ends within 5 s when its signal aborts.');
  }
  await bench[Symbol.asyncDispose]();
  return bench.clock.pending;
}

async function secrets(options: ChannelSuiteOptions): Promise<void> {
  await using bench = await Bench.open(options);
  const { platform, channel } = bench;
  const canary = 'marzipan-canary';
  const shown: { readonly where: string; readonly words: string; readonly ownWords?: true }[] = [];
  const requests = await platform.webhook([{ number: 1, person: 1, text: canary }]);
  const [first] = requests;
  const all = [...requests, ...(first === undefined ? [] : platform.forged(first)), ...platform.unknown()];
  for (const request of all) {
    // That a route gives no delivery is for other checks.
    const taken = await bench.take(request).catch(() => undefined);
    if (taken !== undefined) shown.push({ where: 'the answer to a request', words: taken.words });
  }
  if (channel.send !== undefined) {
    const conversation = await bench.conversationWith(1);
    for (const fault of [undefined, ...faults]) {
      if (fault !== undefined) platform.meet(fault);
      const result = await bench.send(conversation, { text: canary }).catch((error: unknown) => error);
      const where = `what \`send\` gives${fault === undefined ? '' : ` when it meets “${fault}”`}`;
      shown.push({ where, words: wordsOf(result), ownWords: true });
    }
  }
  for (const { where, ask } of otherWords(bench, options.plugin.name))
    shown.push({ where, words: wordsOf(await ask().catch((error: unknown) => error)) });
  for (const secret of platform.secrets.flatMap(formsOf)) {
    const line = bench.lines.find(({ message, fields }) => `${message} ${wordsOf(fields)}`.includes(secret));
    const at = line === undefined || line.message.includes(secret) ? '' : ` of the line “${line.message}”`;
    expectThat(
      line === undefined,
      `No secret stands in the log, plain or encoded; one stands in the ${at === '' ? 'words of a line' : `fields${at}`}.`,
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

/** Where else a channel says something for operators. */
function otherWords(
  { channel }: Bench,
  plugin: string,
): readonly { readonly where: string; ask(): Promise<unknown> }[] {
  const gone = { id: 'gone', kind: 'image' as const, mediaType: 'image/png', url: 'https://attacker.example/x' };
  const address = addressOf(plugin, 'acme');
  const { registration } = channel;
  const within = (): AbortSignal => AbortSignal.timeout(10_000);
  return [
    ...(channel.fetchMedia === undefined
      ? []
      : [{ where: 'the error of `fetchMedia`', ask: async () => channel.fetchMedia?.(gone, within()) }]),
    ...(registration === undefined
      ? []
      : [
          { where: '`registration.set`', ask: () => registration.set(address, within()) },
          { where: '`registration.info`', ask: () => registration.info(within()) },
          { where: '`registration.delete`', ask: () => registration.delete(within()) },
        ]),
  ];
}

async function isolation(options: ChannelSuiteOptions): Promise<void> {
  await using acme = await Bench.open(options, 'acme');
  await using globex = await Bench.open(options, 'globex');
  for (const [mine, other] of [
    [acme, globex],
    [globex, acme],
  ] as const) {
    const requests = await other.platform.webhook([{ number: 1, person: 1, text: 'For the other' }]);
    const strange = await mine.takeAll(requests);
    expectThat(
      strange.every(({ status, messages }) => (status === 401 || status === 403) && messages.length === 0),
      `A request that is signed for another tenant is refused; the channel ${answersOf(strange)}.`,
    );
    const taken = await other.takeAll(requests);
    expectThat(
      taken.every(isAcknowledged),
      `At its own tenant the same request is taken; the channel ${answersOf(taken)}.`,
      causeIn(taken),
    );
  }
  if (acme.channel.send === undefined) return;
  const conversations = await Promise.all([acme.conversationWith(1), globex.conversationWith(1)]);
  await Promise.all([
    acme.send(conversations[0], { text: 'From acme' }),
    globex.send(conversations[1], { text: 'From globex' }),
  ]);
  for (const [bench, other, name] of [
    [acme, globex, 'acme'],
    [globex, acme, 'globex'],
  ] as const) {
    const seen = bench.platform.sent.map(({ text }) => text.trim());
    expectThat(
      seen.length === 1 && seen[0] === `From ${name}`,
      "What a tenant sends goes out on the tenant's own account.",
    );
    const strangers = other.platform.secrets.flatMap(formsOf);
    expectThat(
      bench.wentOut.every(({ words }) => !strangers.some((secret) => words.includes(secret))),
      "A tenant's requests carry none of another tenant's secrets.",
    );
  }
}

/** As it is, percent-encoded, and in base64 at each alignment. */
function formsOf(secret: string): readonly string[] {
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

/** What keeps a process alive or grows in it, by kind. */
function heldByProcess(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const name of process.eventNames()) counts.set(`listeners of ${String(name)}`, process.listenerCount(name));
  return counts;
}

/** Timers that were made since and neither fired nor cleared, also those that keep no process alive. */
function watchTimers(): { readonly alive: ReadonlySet<number> } & Disposable {
  const alive = new Set<number>();
  const hook = createHook({
    init: (id, kind) => {
      if (kind === 'Timeout') alive.add(id);
    },
    destroy: (id) => {
      alive.delete(id);
    },
  }).enable();
  return { alive, [Symbol.dispose]: () => hook.disable() };
}

/** Sockets and timers that were closed go in the next turns of the loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
