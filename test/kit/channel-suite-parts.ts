import type { OutboundMessage } from '../../core/contract/index.ts';
import { Bench } from './channel-suite-bench.ts';
import { sent } from './channel-suite-capabilities.ts';
import { expectThat, type SuiteRun } from './channel-suite-face.ts';
import { attachmentOf } from './channel-suite-shop.ts';

/** As `KeepProgress` has it. */
const longestProgress = 4_000;

/** What a channel makes of a message that is too much for one call of its platform, where that is more than one. */
export async function parts(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  const [kind] = bench.channel.capabilities.media;
  if (bench.channel.send === undefined || kind === undefined) return;
  const conversation = await bench.conversationWith(1);
  const message = { text: 'With these', attachments: [attachmentOf(kind, '1'), attachmentOf(kind, '2')] };
  const send = async (progress?: string) => {
    const whole: Partial<OutboundMessage> = progress === undefined ? message : { ...message, progress };
    const { status, shown } = await sent(bench, conversation, whole);
    return { status, count: shown.length };
  };
  const whole = await send();
  const [kept] = bench.kept;
  // `capabilities` says what did not arrive; and one call has no middle.
  if (whole.status !== 'delivered' || kept === undefined) return;
  for (const progress of bench.kept) {
    expectThat(
      typeof progress === 'string' && progress.length <= longestProgress,
      `What is given to \`keep\` is a text of at most ${longestProgress} characters.`,
    );
  }
  const rest = await send(kept as string);
  expectThat(
    rest.status === 'delivered' && rest.count > 0 && rest.count < whole.count,
    `A message with the \`progress\` that was kept behind its first part goes on there, also in another process; of ${whole.count} that were seen at first ${rest.count} were seen again, and it was ${rest.status}.`,
  );
  bench.isWanted = false;
  const left = await send();
  bench.isWanted = true;
  expectThat(
    left.status === 'rejected' && left.count < whole.count,
    `Of a message whose person opts out while it goes out, which \`keep\` says by false, nothing more is sent, and it is rejected; of ${whole.count} that were seen at first ${left.count} were, and it was ${left.status}.`,
  );
  for (const unfit of ['{', '[]', 'of another version']) {
    const anew = await send(unfit);
    expectThat(
      anew.status === 'delivered' && anew.count === whole.count,
      `A message with a \`progress\` that says nothing to the channel goes out whole; of ${whole.count} that were seen at first ${anew.count} were, and it was ${anew.status}.`,
    );
  }
}
