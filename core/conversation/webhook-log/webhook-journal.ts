import type { Clock, Logger } from '../../contract/index.ts';
import type { Store } from '../../store/open-store.ts';
import type { WebhookLogRow } from '../../store/webhook-log.ts';
import { type BodyShape, bodyShape, maxShapedBytes } from './body-shape.ts';
import type { WebhookCall, WebhookTaken } from './webhook-call.ts';

/** Keeps what platforms ask of channels, for people who look for the reason why nothing arrives. */
export interface WebhookJournal extends AsyncDisposable {
  /** Returns at once. What is given is redacted and stored in a moment, after the platform has its answer. */
  record(call: WebhookCall): void;
}

/** Rows of a tenant, those of refused requests beside them, and how old they become. */
export const webhookLogKept = { count: 1000, refused: 100, ageMs: 7 * 86_400_000 } as const;
/** One commit holds what came in this time: a log is not worth a sync of the disk a request. A crash loses so much of it. */
const gatherMs = 200;
const maxWaiting = 2000;
/** Of those, refused ones: anybody can send them, and they must not take the room of what a platform sent. */
const maxRefusedWaiting = 200;
const maxWaitingBytes = 8_388_608;
/** Old rows go with every so-many-th new one. */
const pruneEvery = 100;

/** Values that tell nothing of people. Of the others in `presence` only is told that they came. */
const shown = new Set(['content-type', 'content-length', 'content-encoding', 'user-agent', 'date']);
const presence = new Set([
  'authorization',
  'x-hub-signature-256',
  'x-telegram-bot-api-secret-token',
  'x-twilio-signature',
  'i-twilio-idempotency-token',
]);
const maxHeaderLength = 200;

export function createWebhookJournal(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
}): WebhookJournal {
  const { store, clock, log } = options;
  const written = new Map<string, number>();
  const closing = new AbortController();
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let refusedWaiting = 0;
  let dropped = 0;
  let gathering: Promise<void> | undefined;

  async function gather(): Promise<void> {
    await clock.sleep(gatherMs, closing.signal).catch(() => {});
    const calls = waiting;
    waiting = [];
    waitingBytes = 0;
    refusedWaiting = 0;
    gathering = undefined;
    if (dropped > 0) log.warn('the webhook log left out requests, because too many came at once', { dropped });
    dropped = 0;
    try {
      const rows = calls.map((call) => [call.tenantId, rowOf(call)] as const);
      await store.write(() => {
        for (const [tenantId, row] of rows) insert(tenantId, row);
      });
    } catch (error) {
      log.warn('the webhook log could not be written', { requests: calls.length, error });
    }
  }

  function insert(tenantId: string, row: Omit<WebhookLogRow, 'seq'>): void {
    const { webhookLog } = store.forTenant(tenantId);
    webhookLog.insert(row);
    const count = written.get(tenantId) ?? 0;
    written.set(tenantId, count + 1);
    if (count % pruneEvery === 0) {
      webhookLog.prune({ ...webhookLogKept, since: clock.now() - webhookLogKept.ageMs });
    }
  }

  return {
    record: (call) => {
      const refused = isRefused(call) ? 1 : 0;
      const isFull = waiting.length - refusedWaiting >= maxWaiting - maxRefusedWaiting;
      if (closing.signal.aborted || (refused === 1 ? refusedWaiting >= maxRefusedWaiting : isFull)) {
        dropped += 1;
        return;
      }
      refusedWaiting += refused;
      const bodyBytes = call.body?.length ?? 0;
      const isKept = bodyBytes <= maxShapedBytes && waitingBytes + bodyBytes <= maxWaitingBytes;
      if (isKept) waitingBytes += bodyBytes;
      const body = call.body === undefined ? 'refused' : isKept ? call.body : 'long';
      waiting.push({ ...call, at: clock.now(), bodyBytes, body });
      gathering ??= gather();
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await gathering;
    },
  };
}

function isRefused({ taken, status }: WebhookCall): boolean {
  return taken.kind === 'rejected' || (status >= 400 && status < 500);
}

const unread = { refused: 'not read, because it was refused', long: 'not read, because it is long' } as const;

type Waiting = Omit<WebhookCall, 'body'> & {
  readonly at: number;
  readonly bodyBytes: number;
  /** Or why it is not read for the log: it never arrived, or is too long to be read again. */
  readonly body: Uint8Array | keyof typeof unread;
};

function rowOf(call: Waiting): Omit<WebhookLogRow, 'seq'> {
  const { at, channel, method, route, status, durationMs, bodyBytes, body, headers } = call;
  const shape = typeof body === 'string' ? unread[body] : bodyShape(body, String(headers['content-type'] ?? ''));
  return {
    at,
    channel,
    method,
    route,
    status,
    taken: call.taken.kind,
    detail: detailOf(call.taken),
    durationMs: Math.round(durationMs * 100) / 100,
    headers: JSON.stringify(redacted(headers)),
    bodyBytes,
    shape: JSON.stringify(shape satisfies BodyShape),
  };
}

function redacted(headers: WebhookCall['headers']): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (shown.has(name)) kept[name] = String(value).slice(0, maxHeaderLength);
    else if (presence.has(name)) kept[name] = 'present';
  }
  return kept;
}

function detailOf(taken: WebhookTaken): string {
  switch (taken.kind) {
    case 'accepted':
      return acceptedDetail(taken);
    case 'ignored':
      return 'nothing in it for the bot';
    case 'rejected':
      return taken.reason;
    case 'failed':
      return taken.code;
    default:
      return taken satisfies never;
  }
}

function acceptedDetail({ receipts, statuses, moves = [] }: Extract<WebhookTaken, { kind: 'accepted' }>): string {
  const known = receipts.filter(({ status }) => status === 'duplicate').length;
  const refusals = receipts.flatMap((receipt) => (receipt.status === 'refused' ? [receipt.reason] : []));
  const parts = [
    ...(receipts.length > 0 ? [counted(receipts.length, 'message')] : []),
    ...(known > 0 ? [`${known} known already`] : []),
    ...(refusals.length > 0 ? [`${refusals.length} refused (${[...new Set(refusals)].join(', ')})`] : []),
    ...(statuses.length > 0 ? [counted(statuses.length, 'status', 'statuses')] : []),
    ...(moves.length > 0 ? [counted(moves.length, 'conversation moved', 'conversations moved')] : []),
  ];
  return parts.length === 0 ? 'nothing to store' : parts.join(', ');
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
