import type { OperatorMessage } from '../../../../core/conversation/engine.ts';
import { messageIn } from '../../../../core/conversation/outbox/outbox-rows.ts';
import type { OutboxRow } from '../../../../core/store/outbox.ts';
import type { TenantStore } from '../../../../core/store/tenant-store.ts';
import type { Arrived } from './fake-platform.ts';
import { isOfFailedPart } from './sent-parts.ts';

/** As many as there are before a message is left to an operator. */
const mostResends = 3;

/** What the outbox and the platform know of a conversation. */
interface Platform {
  readonly tenant: TenantStore;
  readonly arrived: readonly Arrived[];
  failedAtMs(id: string): number | undefined;
}

/**
 * What is said to have arrived has, once and in order; what was given up or is held has not. What was sent again after a crash may have
 * arrived so many times more, and the first time counts.
 */
export function judgeArrivals(
  history: readonly OperatorMessage[],
  platform: Platform,
  object: (what: string) => void,
): void {
  const sent = history.filter(({ role }) => role === 'bot' || role === 'operator');
  const expected = sent.flatMap((message) => {
    const rows = platform.tenant.outbox.ofMessage(message.id).filter(({ purpose }) => purpose !== 'invitation');
    if (rows.some(({ resends }) => resends > 0) !== (message.delivery?.repeated === true))
      object(`sent again, and not marked: ${message.text}`);
    const [only] = rows;
    if (rows.length === 1 && only !== undefined && message.delivery?.status !== statusOf(platform.tenant, only))
      object(`shown as ${message.delivery?.status}: ${message.text}`);
    if (rows.length === 0) object(`said, and never put out: ${message.text}`);
    const said = rows.map((row) => messageIn(row).text).join(' ');
    if (rows.length > 1 && said !== message.text) object(`not all of it went out: ${message.text}, as ${said}`);
    return rows.filter((row) => hasArrived(row, platform, object));
  });
  judgeOrder(expected, platform, object);
}

/** Whether it must have arrived; says what is wrong where it has not, or where it should not have. */
function hasArrived(row: OutboxRow, { tenant, arrived }: Platform, object: (what: string) => void): boolean {
  const { resends } = row;
  const { text } = messageIn(row);
  const times = arrived.filter(({ id }) => id === row.id).length;
  const status = statusOf(tenant, row);
  // The rest may have been out already, and nobody sends what was not.
  if (isOfFailedPart(row)) {
    if (times > 1 + resends) object(`doubled, and a part failed: ${text}`);
    return false;
  }
  switch (status) {
    case 'dead':
      if (times > resends) object(`given up, and it arrived: ${text}`);
      return false;
    case 'uncertain':
      // A lost answer is nobody's death; a death is no reason to leave somebody without an answer.
      if (times > 1 + resends) object(`doubled: ${text}`);
      if (row.reason === 'stopped-while-sending' && resends < mostResends) object(`not sent again: ${text}`);
      return false;
    // Only behind what is held: what else is not settled is told of all conversations.
    case 'waiting':
      if (times > resends) object(`held, and it arrived: ${text}`);
      return false;
    case 'sending':
      object(`not settled: ${text}`);
      return false;
    default:
      if (times < 1 || times > 1 + resends) object(`${status}, and it arrived ${times} times: ${text}`);
      return true;
  }
}

/** As operators are shown it: what the platform told of it goes before what we know. */
function statusOf({ deliveryStatuses }: TenantStore, { channel, state, providerMessageId }: OutboxRow): string {
  const told = providerMessageId === null ? undefined : deliveryStatuses.find(channel, providerMessageId);
  return told?.status ?? (state === 'delivered' ? 'accepted' : state);
}

/**
 * In the order of the history. Before its time comes an operator's template, which goes ahead of what is held, and what was sent before
 * the platform said that an earlier one had failed.
 */
function judgeOrder(
  expected: readonly OutboxRow[],
  { arrived, failedAtMs }: Platform,
  object: (what: string) => void,
): void {
  const firsts = expected.map((row) => {
    const { text, template } = messageIn(row);
    const rank = arrived.findIndex(({ id }) => id === row.id);
    const isOffer = template?.name === 'offer';
    return { text, rank, askedAtMs: arrived[rank]?.askedAtMs ?? 0, failedMs: failedAtMs(row.id), isOffer };
  });
  for (const [index, earlier] of firsts.entries()) {
    for (const later of firsts.slice(index + 1)) {
      if (earlier.rank <= later.rank || later.isOffer) continue;
      if (earlier.failedMs !== undefined && later.askedAtMs <= earlier.failedMs) continue;
      object(`arrived out of order: ${later.text} before ${earlier.text}`);
    }
  }
}
