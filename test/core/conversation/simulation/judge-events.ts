import type { StoredMessage } from '../../../../core/store/messages.ts';
import type { Store } from '../../../../core/store/open-store.ts';
import type { TenantStore } from '../../../../core/store/tenant-store.ts';
import type { FakeWebhookReceiver, ReceivedWebhook } from '../../../kit/index.ts';
import { tenants } from './simulated-world.ts';

/** What happened was told, each time as one event; and nothing else was. */
export function judgeEvents(store: Store, { taken, forged }: FakeWebhookReceiver): readonly string[] {
  const objections: string[] = forged > 0 ? [`${forged} events that nobody signed`] : [];
  for (const tenantId of tenants) {
    const tenant = store.forTenant(tenantId);
    const told = toldOf(taken.filter(({ data }) => data['tenantId'] === tenantId));
    for (const { id } of tenant.conversations.list({ limit: 100 })) {
      const said = tenant.messages.after({ conversationId: id }, 0, 500);
      for (const what of said.flatMap((message) => wrongWith(tenant, message, told))) {
        objections.push(`${tenantId}: ${what}`);
      }
    }
    const invented = [...told.received.keys()].filter((id) => tenant.messages.byId(id) === undefined);
    if (invented.length > 0) objections.push(`${tenantId}: told of what is not there: ${invented.join(' ')}`);
  }
  return objections;
}

/** How many events there were of each message, and of each turn. */
interface Told {
  readonly received: ReadonlyMap<string, number>;
  readonly sent: ReadonlyMap<string, number>;
  readonly ended: ReadonlyMap<string, number>;
}

function toldOf(events: readonly ReceivedWebhook[]): Told {
  const of = (...types: readonly string[]) => events.filter(({ type }) => types.includes(type));
  return {
    received: countEach(of('channel.message.received'), messageOf),
    sent: countEach(of('channel.message.sent'), messageOf),
    ended: countEach(of('turn.completed', 'turn.failed'), ({ data }) => textOf(data['turn'])),
  };
}

function wrongWith(
  { outbox, turns }: TenantStore,
  { id, role, text, turnId }: StoredMessage,
  { received, sent, ended }: Told,
): readonly string[] {
  if (role === 'contact') {
    const times = received.get(id) ?? 0;
    return times === 1 ? [] : [`received, and told ${times} times: ${text}`];
  }
  const wrong: string[] = [];
  const rows = outbox.ofMessage(id).filter(({ purpose }) => purpose !== 'invitation');
  const isOut = rows.length > 0 && rows.every(({ state }) => state === 'delivered');
  if (isOut && !sent.has(id)) wrong.push(`sent, and nobody was told: ${text}`);
  const turn = turnId === null ? undefined : turns.byId(turnId);
  const times = ended.get(turn?.id ?? '') ?? 0;
  // A word of the law, which the system answers, runs no turn of the bot.
  if (role === 'bot' && turn !== undefined && times !== 1)
    wrong.push(`a turn ended, and was told ${times} times: ${text}`);
  return wrong;
}

/** How many events there were of each; one that came twice has the same id. */
function countEach(
  events: readonly ReceivedWebhook[],
  idOf: (event: ReceivedWebhook) => string | undefined,
): ReadonlyMap<string, number> {
  const ids = new Map<string, Set<string>>();
  for (const event of events) {
    const about = idOf(event);
    if (about === undefined) continue;
    ids.set(about, (ids.get(about) ?? new Set()).add(event.id));
  }
  return new Map([...ids].map(([about, ones]) => [about, ones.size]));
}

function messageOf({ data }: ReceivedWebhook): string | undefined {
  return textOf((data['message'] as { readonly id?: unknown } | undefined)?.id);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
