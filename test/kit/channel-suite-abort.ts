import { Bench } from './channel-suite-bench.ts';
import { expectThat, type SuiteRun } from './channel-suite-face.ts';
import { attachmentIn } from './channel-suite-inbound.ts';
import { settles } from './channel-suite-patience.ts';

const withinMs = 1_000;

/** A platform that says nothing holds up a conversation, and the stop of its tenant, unless the signal is heeded. */
export async function abort(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const { channel, platform } = bench;
  if (channel.send !== undefined) {
    const conversation = await bench.conversationWith(1);
    const before = bench.wire.wentOut.length;
    const result = await aborted(bench, 'send', (signal) => bench.send(conversation, { text: 'Into silence' }, signal));
    expectThat(
      result?.status !== 'delivered' || bench.wire.wentOut.length === before,
      'A message that is given up before the platform has answered is not `delivered`.',
    );
    await aborted(bench, 'typing', async (signal) => channel.typing?.(conversation, signal));
  }
  if (channel.fetchMedia === undefined || platform.file === undefined) return;
  const attachment = await attachmentIn(bench, await platform.file());
  await aborted(bench, 'fetchMedia', async (signal) => channel.fetchMedia?.(attachment, signal));
}

/** @throws ChannelSuiteFailure unless the call ends soon after its signal; what the call comes to else. */
async function aborted<Result>(
  { wire }: Bench,
  name: string,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  return await wire.whileSilent(async (asked) => {
    const controller = new AbortController();
    const work = call(controller.signal);
    // One that asks for nothing, or has its answer from elsewhere, has no need of the signal.
    await settles(Promise.race([asked, work]), withinMs);
    controller.abort(new DOMException('The tenant stops.', 'AbortError'));
    expectThat(
      await settles(work, withinMs),
      `\`${name}\` ends within ${withinMs / 1000} s when its signal aborts while the platform is silent: hand the signal on.`,
    );
    if (name !== 'send') return await work.catch(() => undefined);
    return await work;
  });
}
