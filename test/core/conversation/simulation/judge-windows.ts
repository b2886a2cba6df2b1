import { awaitsReply } from '../../../../core/conversation/outbox/invitation.ts';
import { messageIn } from '../../../../core/conversation/outbox/outbox-rows.ts';
import type { Store } from '../../../../core/store/open-store.ts';
import type { OutboxRow } from '../../../../core/store/outbox.ts';
import type { FakeClock } from '../../../kit/index.ts';
import { type FakePlatform, skewMs, templateFor } from './fake-platform.ts';
import type { Person } from './people.ts';
import { conversationOf } from './two-ids.ts';
import type { Witness } from './witness.ts';

const dayMs = 86_400_000;

export function isAboutWindow(reason: string | null | undefined): boolean {
  return reason?.endsWith('window-closed') === true;
}

export function isHeld(row: OutboxRow | undefined): boolean {
  return row?.state === 'waiting' && row.reason === awaitsReply;
}

interface World {
  readonly platform: FakePlatform;
  readonly store: Store;
  readonly clock: FakeClock;
  /** So much time, and what is to do then. */
  letPass(ms: number): Promise<void>;
}

/**
 * What is wrong with the windows. Who has written is owed nothing any more; who has not was invited once, and what is held for them is
 * given up after a week, and not before.
 */
export async function judgeWindows(witness: Witness, world: World): Promise<readonly string[]> {
  const { platform, store } = world;
  const objections: string[] = [];
  for (const person of witness.people) {
    const key = `${person.tenantId} ${person.conversation}`;
    const object = (what: string): void => void objections.push(`${key}: ${what}`);
    judgeInvitations(world, { witness, person }, object);
    judgeDeaths(store, platform, person, object);
  }
  objections.push(...(await judgeHeld(witness, world)));
  return objections;
}

/** Nothing is given up for a window for which there is a template. */
function judgeDeaths(
  store: Store,
  platform: FakePlatform,
  { tenantId, conversation }: Person,
  object: (what: string) => void,
): void {
  const { conversations, messages, outbox } = store.forTenant(tenantId);
  const row = conversationOf(conversations, conversation);
  const outside = platform.windows.get(tenantId)?.outside ?? 'nothing';
  const history = row === undefined ? [] : messages.after({ conversationId: row.id }, 0, 500);
  for (const sent of history.flatMap(({ id }) => outbox.ofMessage(id))) {
    const { template, text } = messageIn(sent);
    const isGivenUp = sent.state === 'dead' && isAboutWindow(sent.reason) && template === undefined;
    if (isGivenUp && templateFor(outside, text) !== undefined) object(`given up, and there was a template: ${text}`);
  }
}

async function judgeHeld(witness: Witness, { platform, store, letPass }: World): Promise<readonly string[]> {
  const objections: string[] = [];
  const before = held(witness, store);
  for (const { key, row, text } of before) {
    if (witness.written.get(key)?.has(lastWordOf(witness, key)))
      objections.push(`${key}: held in an open window: ${text}`);
    if (isHeld(row) || isCarried(platform, key, text)) continue;
    objections.push(`${key}: waits behind what is held: ${text}`);
  }
  await letPass(6 * dayMs);
  const later = new Set(held(witness, store).map(({ row }) => row.id));
  for (const { key, row, text } of before)
    if (!later.has(row.id)) objections.push(`${key}: not held for a week: ${text}`);
  await letPass(1.5 * dayMs);
  for (const { key, text } of held(witness, store)) objections.push(`${key}: held for longer than a week: ${text}`);
  for (const { tenantId, key, row, text } of before) {
    const now = store.forTenant(tenantId).outbox.byId(row.id);
    const isOver = now?.state === 'dead' && isAboutWindow(now.reason);
    if (!isOver && !isCarried(platform, key, text)) objections.push(`${key}: ${now?.state} after a week: ${text}`);
  }
  return objections;
}

/** What waits behind what is held, to go out with a template of its own. */
function isCarried(platform: FakePlatform, key: string, text: string): boolean {
  const outside = platform.windows.get(key.split(' ')[0] ?? '')?.outside ?? 'nothing';
  return templateFor(outside, text)?.carriesMessage === true;
}

/** While a window is closed one template asks the person to write, and none where the window is open. */
function judgeInvitations(
  { platform, store }: Pick<World, 'platform' | 'store'>,
  { witness, person }: { readonly witness: Witness; readonly person: Person },
  object: (what: string) => void,
): void {
  const { tenantId, conversation } = person;
  const invited = platform.invited.get(`${tenantId} ${conversation}`) ?? [];
  const { outbox } = store.forTenant(tenantId);
  const written = [...(witness.written.get(`${tenantId} ${conversation}`)?.values() ?? [])];
  // What was stored before a crash was heard without a 2xx.
  const edges = written.flatMap(({ atMs, triesMs }) => [atMs, ...triesMs]);
  // Of what failed we were told so. At the moment of a message nobody knows which window it is.
  const brought = invited.filter(
    ({ id, providerMessageId, askedAtMs }) =>
      outbox.byId(id)?.state !== 'dismissed' &&
      // What was sent twice and held may have arrived the first time: the platform says so, and the next one is asked for anew.
      !(
        platform.talents.get(tenantId) === 'confirms' &&
        outbox.ofMessage(outbox.byId(id)?.messageId ?? '').some(({ resends }) => resends > 0)
      ) &&
      !witness.failures.has(`${tenantId} ${providerMessageId}`) &&
      !edges.includes(askedAtMs),
  );
  const byWindow = Map.groupBy(brought, ({ askedAtMs }) => edges.filter((atMs) => atMs < askedAtMs).length);
  for (const ones of byWindow.values()) {
    const ids = new Set(ones.map(({ id }) => id));
    if (ids.size > 1) object(`${ids.size} invitations in one closed window`);
  }
  // Told in whole seconds, a window seems to end up to a second early.
  const surelyOpenMs = (platform.windows.get(tenantId)?.leastMs ?? 0) - skewMs - 1000;
  for (const { askedAtMs, text } of invited) {
    const heard = written.filter(({ triesMs }) => (triesMs.at(-1) ?? 0) < askedAtMs);
    if (heard.some(({ atMs }) => askedAtMs - atMs < surelyOpenMs)) object(`invited in an open window: ${text}`);
  }
}

interface Held {
  readonly tenantId: string;
  readonly key: string;
  readonly row: OutboxRow;
  readonly text: string;
}

/** What waits for people to write, and what waits behind it. */
function held(witness: Witness, store: Store): readonly Held[] {
  return witness.people.flatMap(({ tenantId, conversation }) => {
    const { conversations, outbox } = store.forTenant(tenantId);
    const known = conversationOf(conversations, conversation);
    const rows = known === undefined ? [] : outbox.unsettledOf(known.id);
    return rows.map((row) => ({ tenantId, key: `${tenantId} ${conversation}`, row, text: messageIn(row).text }));
  });
}

function lastWordOf(witness: Witness, key: string): string {
  const index = witness.people.findIndex(({ tenantId, conversation }) => `${tenantId} ${conversation}` === key);
  return `m${index}.99`;
}
