import { createHook } from 'node:async_hooks';
import { addressOf, Bench } from './channel-suite-bench.ts';
import { type ChannelPlatform, expectThat, type SuiteCheck, type SuiteRun } from './channel-suite-face.ts';
import { isolation } from './channel-suite-isolation.ts';
import { unlessHung } from './channel-suite-patience.ts';
import { secrets } from './channel-suite-secrets.ts';
import { messagesOf } from './channel-suite-taken.ts';

/** How a channel lives beside others. */
export const lifetimeChecks: readonly SuiteCheck[] = [
  { name: 'start and stop: a hundred times, and nothing is left', check: startAndStop },
  { name: 'secrets: none is logged, shown or thrown, and neither are the words of people', check: secrets },
  { name: 'isolation: two tenants know nothing of each other', check: isolation },
];

const rounds = 100;

async function startAndStop(run: SuiteRun): Promise<void> {
  await using platform = await run.fixtures.start(addressOf(run.plugin.name, 'acme'));
  // The first round loads modules and opens connections that are kept.
  await liveOnce(run, platform);
  const before = heldByProcess();
  using timers = watchTimers();
  let pending = 0;
  let done = 0;
  // One that the clock has not got back is one too many, and waiting for it takes its time.
  for (; done < rounds && pending === 0; done += 1) pending += await liveOnce(run, platform);
  await settled();
  const after = heldByProcess();
  expectThat(
    timers.alive.size < rounds / 2,
    `Nothing is left behind; after ${done} rounds there are ${timers.alive.size} more timers.`,
  );
  expectThat(
    pending === 0,
    `Every timer of the clock is given back; ${pending} were not after ${done} rounds: a body of \`http.fetch\` that is neither read nor cancelled keeps its deadline.`,
  );
  for (const [what, count] of after) {
    const grown = count - (before.get(what) ?? 0);
    expectThat(grown < rounds / 2, `Nothing is left behind; after ${done} rounds there are ${grown} more of ${what}.`);
  }
}

/** Opens the channel, lets it take a message, answer and listen, and closes it. Gives how many timers it left. */
async function liveOnce(run: SuiteRun, platform: ChannelPlatform): Promise<number> {
  const bench = await Bench.open(run, 'acme', platform);
  try {
    bench.listen();
    const [message] = messagesOf(await bench.hear([{ number: 1, person: 1, text: 'Good morning' }]));
    // What becomes of it is for other checks.
    if (message !== undefined && bench.channel.send !== undefined)
      await unlessHung(bench.send(message.conversation, { text: 'Good evening' }));
    await bench.stopListening();
  } finally {
    await bench[Symbol.asyncDispose]();
  }
  return bench.pendingAtEnd;
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
