import type { SendResult } from '../../core/contract/index.ts';
import { expectThat } from './channel-suite-face.ts';

/** @throws ChannelSuiteFailure unless the outbox could tell what it is: in JavaScript no compiler says so. */
export function expectResult(given: unknown): asserts given is SendResult {
  const { status } = (typeof given === 'object' && given !== null ? given : {}) as { readonly status?: unknown };
  expectThat(
    status === 'delivered' || status === 'rejected' || status === 'uncertain',
    `\`send\` gives a \`status\` of 'delivered', 'rejected' or 'uncertain', not ${JSON.stringify(given) ?? 'nothing'}.`,
  );
}

/** @throws ChannelSuiteFailure that names what a result has left out. */
export function expectWholeResult(result: SendResult): void {
  if (result.status === 'delivered')
    expectThat(
      isWords(result.providerMessageId),
      '`delivered` has the `providerMessageId` that the platform gave, as a text.',
    );
  if (result.status !== 'rejected') return;
  expectThat(isWords(result.reason), '`rejected` has a `reason`, as a text.');
  const { retryAfterMs } = result;
  expectThat(
    retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0),
    `\`retryAfterMs\` is a number of milliseconds or left out, not ${retryAfterMs}: a \`retry-after\` may be a date.`,
  );
}

/** What nobody asks for, and what would hold a message back for ever. */
const longestWaitMs = 86_400_000;

/** @throws ChannelSuiteFailure where a wait is shorter than the platform asked for, or absurdly longer. */
export function expectWait(retryAfterMs: number, askedMs: number | undefined): void {
  const mostMs = askedMs === undefined ? longestWaitMs : 10 * askedMs + 60_000;
  expectThat(
    retryAfterMs >= (askedMs ?? 0) && retryAfterMs <= mostMs,
    `\`retryAfterMs\` is what the platform asks for${askedMs === undefined ? '' : ` (${askedMs} ms, as the fixtures say in \`busyForMs\`)`}, and not more than ${mostMs} ms; it was ${retryAfterMs}: a \`retry-after\` is in seconds, or a date.`,
  );
}

/** @throws ChannelSuiteFailure unless there are bytes and what they are. */
export function expectFile(given: unknown): void {
  const { bytes, mediaType } = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  expectThat(
    bytes instanceof Uint8Array && isWords(mediaType),
    '`fetchMedia` gives { bytes, mediaType }: a Uint8Array, and an IANA media type.',
  );
}

function isWords(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
