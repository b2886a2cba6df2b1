import { Bench } from './channel-suite-bench.ts';
import { expectThat, type SuiteRun } from './channel-suite-face.ts';
import { attachmentIn } from './channel-suite-inbound.ts';
import { patiently, unlessHung } from './channel-suite-patience.ts';
import { formsOf } from './channel-suite-secrets.ts';
import { answersOf, causeIn, isAcknowledged } from './channel-suite-taken.ts';

export async function isolation(run: SuiteRun): Promise<void> {
  await using acme = await Bench.open(run, 'acme');
  await using globex = await Bench.open(run, 'globex');
  for (const [mine, other] of [
    [acme, globex],
    [globex, acme],
  ] as const) {
    // Nobody calls it, so that nobody can call the wrong one.
    if (other.platform.tell !== undefined) continue;
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
  await files(acme, globex);
  await sends(acme, globex);
  for (const [bench, other] of [
    [acme, globex],
    [globex, acme],
  ] as const) {
    await unlessHung(patiently('`registration.info`', async (signal) => bench.channel.registration?.info(signal)));
    const strangers = other.platform.secrets.flatMap(formsOf);
    expectThat(
      bench.wire.wentOut.every(({ words }) => !strangers.some((secret) => words.includes(secret))),
      "A tenant's requests carry none of another tenant's secrets.",
    );
  }
}

/** Two files with one id: each tenant gets its own, from its own platform. */
async function files(acme: Bench, globex: Bench): Promise<void> {
  if (acme.channel.fetchMedia === undefined || acme.platform.file === undefined) return;
  const mine = await acme.platform.file(Uint8Array.of(1, 1, 1, 1));
  const theirs = (await globex.platform.file?.(Uint8Array.of(2, 2, 2, 2))) ?? mine;
  const attachments = [await attachmentIn(acme, mine), await attachmentIn(globex, theirs)] as const;
  const fetched: Uint8Array[] = [];
  const asked: number[] = [];
  for (const [bench, attachment] of [
    [acme, attachments[0]],
    [globex, attachments[1]],
  ] as const) {
    const before = bench.wire.wentOut.length;
    fetched.push((await bench.fetchMedia(attachment)).bytes);
    asked.push(bench.wire.wentOut.length - before);
  }
  // That they are the right ones is for `media`.
  const isSame = ([one, other]: readonly Uint8Array[]): boolean =>
    one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
  expectThat(
    isSame([mine.bytes, theirs.bytes]) || !isSame(fetched),
    'The bytes of a file are those of the tenant who asks, also where another has one with the same id.',
  );
  expectThat(
    asked[0] === 0 || asked[1] !== 0,
    "A file is fetched from the tenant's own platform, also where another tenant has fetched one with the same id.",
  );
}

async function sends(acme: Bench, globex: Bench): Promise<void> {
  if (acme.channel.send === undefined) return;
  const conversations = await Promise.all([acme.conversationWith(1), globex.conversationWith(1)]);
  await Promise.all([
    acme.send(conversations[0], { text: 'From acme' }),
    globex.send(conversations[1], { text: 'From globex' }),
  ]);
  for (const [bench, name] of [
    [acme, 'acme'],
    [globex, 'globex'],
  ] as const) {
    const seen = bench.platform.sent.map(({ text }) => text.trim());
    expectThat(
      seen.length === 1 && seen[0] === `From ${name}`,
      "What a tenant sends goes out on the tenant's own account.",
    );
  }
  for (const [bench, conversation] of [
    [acme, conversations[0]],
    [globex, conversations[1]],
    [acme, conversations[0]],
  ] as const)
    await unlessHung(patiently('`typing`', async (signal) => bench.channel.typing?.(conversation, signal)));
}
