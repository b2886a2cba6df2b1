import { createHook } from 'node:async_hooks';
import { addressOf, Bench } from './channel-suite-bench.ts';
import { type ChannelSuiteOptions, expectThat, type SuiteCheck, type SuiteFault } from './channel-suite-face.ts';
import { isAcknowledged } from './channel-suite-inbound.ts';

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

/** Opens the channel, lets it take a message and listen, and closes it. Gives how many timers it left. */
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
  await bench.takeAll(await platform.webhook([{ number: 1, person: 1, text: 'Good morning' }]));
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
  const shown: string[] = [];
  const requests = await platform.webhook([{ number: 1, person: 1, text: canary }]);
  const [first] = requests;
  const all = [...requests, ...(first === undefined ? [] : platform.forged(first)), ...platform.unknown()];
  for (const { words } of await bench.takeAll(all)) shown.push(words);
  if (channel.send !== undefined) {
    const conversation = await bench.conversationWith(1);
    for (const fault of [undefined, ...faults]) {
      if (fault !== undefined) platform.meet(fault);
      const result = await bench.send(conversation, { text: canary }).catch((error: unknown) => error);
      shown.push(wordsOf(result));
    }
  }
  const gone = { id: 'gone', kind: 'image' as const, mediaType: 'image/png', url: 'https://attacker.example/x' };
  if (channel.fetchMedia !== undefined)
    shown.push(wordsOf(await bench.fetchMedia(gone).catch((error: unknown) => error)));
  const logged = bench.lines.map(({ message, fields }) => `${message} ${wordsOf(fields)}`);
  for (const secret of platform.secrets.flatMap(formsOf)) {
    expectThat(!logged.some((line) => line.includes(secret)), 'No secret stands in the log, plain or encoded.');
    expectThat(!shown.some((words) => words.includes(secret)), 'No secret stands in an answer, a reason or an error.');
  }
  const said = bench.lines.filter(
    ({ message, fields }) =>
      message.includes(canary) ||
      Object.entries(fields).some(([name, value]) => !name.startsWith('pii.') && wordsOf(value).includes(canary)),
  );
  expectThat(said.length === 0, 'What people say is logged under `pii.` only.');
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
      'A request that is signed for another tenant is refused.',
    );
    expectThat((await other.takeAll(requests)).every(isAcknowledged), 'At its own tenant the same request is taken.');
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

function wordsOf(value: unknown): string {
  if (value instanceof Error) return `${value.message} ${wordsOf(value.cause ?? '')}`;
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_, entry: unknown) => (entry instanceof Error ? wordsOf(entry) : entry)) ?? '';
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
