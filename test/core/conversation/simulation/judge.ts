import type { ConversationEngine, OperatorMessage } from '../../../../core/conversation/engine.ts';
import { messageIn } from '../../../../core/conversation/outbox/outbox-rows.ts';
import type { Store } from '../../../../core/store/open-store.ts';
import type { OutboxRow } from '../../../../core/store/outbox.ts';
import type { TenantStore } from '../../../../core/store/tenant-store.ts';
import { signal } from '../rig.ts';
import type { Arrived, FakePlatform, Talent } from './fake-platform.ts';
import { isAboutWindow, isHeld } from './judge-windows.ts';
import type { Step } from './people.ts';
import type { Witness } from './witness.ts';

/** As many as there are before a message is left to an operator. */
const mostResends = 3;
const failure = 'Something is not working.';
const ranks = ['sent', 'failed', 'delivered', 'read'] as const;
const tokensIn = (text: string): readonly string[] => text.match(/m\d+\.\d+[abc]?/g) ?? [];

/** Everything that is wrong after the world has become calm. */
export async function judge(
  witness: Witness,
  platform: FakePlatform,
  store: Store,
  engine: ConversationEngine,
): Promise<string[]> {
  const objections: string[] = [];
  for (const tenantId of ['acme', 'other']) {
    const tenant = store.forTenant(tenantId);
    if (tenant.inbox.allOpen().length > 0) objections.push(`${tenantId}: messages without a turn`);
    for (const conversationId of tenant.outbox.unsettled()) {
      const rows = tenant.outbox.unsettledOf(conversationId);
      if (!rows.some(isHeld)) objections.push(`${tenantId}: messages that are not settled`);
    }
  }
  for (const person of witness.people) {
    const { tenantId, conversation } = person;
    const key = `${tenantId} ${conversation}`;
    const row = store.forTenant(tenantId).conversations.byExternalId('sms', conversation);
    const history = row === undefined ? [] : await engine.messages(tenantId, row.id, { limit: 500 }, signal);
    const object = (what: string): void => void objections.push(`${key}: ${what}`);
    const albums = witness.albums.filter((album) => album.key === key).map(({ tokens }) => tokens);
    judgeAlbums(albums, history, object);
    const silenced = row === undefined ? new Set<string>() : overtakenByStop(store.forTenant(tenantId), row.id);
    judgeAnswers(witness.acknowledged.get(key) ?? [], { history, silenced }, object);
    const { outbox } = store.forTenant(tenantId);
    const arrived = platform.arrived.get(key) ?? [];
    // Whatever the platform called the message that time, the last time.
    const failedAtMs = (id: string): number | undefined =>
      [...witness.failures].findLast(
        ([name, { reason }]) => isAboutWindow(reason) && `${name} `.startsWith(`${tenantId} at ${id} `),
      )?.[1].atMs;
    judgeArrivals(history, { rowOf: (id) => outbox.ofMessage(id)[0], arrived, failedAtMs }, object);
    judgeOperators(witness.acknowledged.get(key) ?? [], history, object);
    const told = new Set(
      arrived.flatMap(({ id, providerMessageId }) =>
        witness.told.has(`${tenantId} ${providerMessageId}`) ? [id] : [],
      ),
    );
    const uncertain = history.flatMap(({ id }) => outbox.ofMessage(id)).filter(({ state }) => state === 'uncertain');
    judgeDoubts(platform.talents.get(tenantId), { arrived, told, uncertain: uncertain.map(({ id }) => id) }, object);
    judgeEdits(witness.acknowledged.get(key) ?? [], history, object);
    judgeConsent(witness.consents.get(key) ?? [], platform.asked.get(key) ?? [], object);
  }
  for (const [key, statuses] of witness.told) {
    const [tenantId = '', ...id] = key.split(' ');
    const kept = store.forTenant(tenantId).deliveryStatuses.find('sms', id.join(' '))?.status;
    const furthest = ranks.findLast((rank) => statuses.some(({ status }) => status === rank));
    // One whose 2xx was lost in a crash may have gone further.
    if (kept === undefined || ranks.indexOf(kept) < ranks.indexOf(furthest ?? 'sent')) {
      objections.push(`${key}: told ${furthest}, kept ${kept}`);
    }
  }
  return objections;
}

/** What the person wrote between a stop and the next start: kept, and answered by no turn; the turn after the start may take it up. */
function saidWhileOut(steps: readonly Step[]): ReadonlySet<string> {
  let isOut = false;
  const tokens = new Set<string>();
  for (const step of steps) {
    if (step.kind === 'stop' || step.kind === 'start') isOut = step.kind === 'stop';
    else if (isOut && step.kind === 'say') for (const token of step.tokens) tokens.add(token);
  }
  return tokens;
}

/** What was said and is answered by nobody, because STOP came before the answer. */
function overtakenByStop({ messages, turns }: TenantStore, conversationId: string): ReadonlySet<string> {
  const said = messages.after({ conversationId }, 0, 500).filter(({ role }) => role === 'contact');
  const silent = said.filter(({ turnId }) => turnId !== null && turns.byId(turnId)?.errorCode === 'CNV5014');
  return new Set(silent.flatMap(({ text }) => tokensIn(text)));
}

/** Everything acknowledged is answered in one reply, in order; but for what the person wrote while they wanted no messages. */
function judgeAnswers(
  steps: readonly Step[],
  { history, silenced }: { readonly history: readonly OperatorMessage[]; readonly silenced: ReadonlySet<string> },
  object: (what: string) => void,
): void {
  const said = steps.flatMap((step, rank) =>
    step.kind === 'say' ? step.tokens.map((token) => [token, rank] as const) : [],
  );
  const rankOf = new Map(said);
  const replies = history.filter(({ role }) => role === 'bot').map(({ text }) => text);
  const answered = replies.flatMap(tokensIn);
  if (new Set(answered).size !== answered.length) object(`answered twice: ${answered.join(' ')}`);
  const out = new Set([...saidWhileOut(steps), ...silenced]);
  const order = answered.flatMap((token) => (out.has(token) ? [] : (rankOf.get(token) ?? [])));
  if (order.some((rank, index) => rank < (order[index - 1] ?? 0)))
    object(`answered out of order: ${answered.join(' ')}`);
  const missing = said.map(([token]) => token).filter((token) => !answered.includes(token) && !out.has(token));
  if (missing.length > 0 && !replies.includes(failure)) object(`acknowledged and not answered: ${missing.join(' ')}`);
  const stored = history.filter(({ role }) => role === 'contact').flatMap(({ text }) => tokensIn(text));
  if (new Set(stored).size !== stored.length) object(`stored twice: ${stored.join(' ')}`);
  if (history.some(({ role, text }) => role === 'bot' && /stop|start/.test(text)))
    object('the bot heard a word of the law');
}

/** An album is one turn. */
function judgeAlbums(
  albums: readonly (readonly string[])[],
  history: readonly OperatorMessage[],
  object: (what: string) => void,
): void {
  for (const tokens of albums) {
    const replies = history.filter(({ role, text }) => role === 'bot' && tokens.some((token) => text.includes(token)));
    if (replies.length > 1) object(`an album in ${replies.length} answers: ${tokens.join(' ')}`);
  }
}

/** What the outbox and the platform know of a conversation. */
interface Platform {
  rowOf(message: string): OutboxRow | undefined;
  readonly arrived: readonly Arrived[];
  failedAtMs(id: string): number | undefined;
}

/**
 * What is said to have arrived has, once and in order; what was given up or is held has not. What was sent again after a crash may have
 * arrived so many times more, and the first time counts.
 */
function judgeArrivals(history: readonly OperatorMessage[], platform: Platform, object: (what: string) => void): void {
  const { rowOf, arrived } = platform;
  const sent = history.filter(({ role }) => role === 'bot' || role === 'operator');
  const counts = new Map<string, number>();
  for (const { text } of arrived) counts.set(text, (counts.get(text) ?? 0) + 1);
  const expected = sent.filter(({ id, text, delivery }) => {
    if (text === failure) return false;
    const times = counts.get(text) ?? 0;
    const row = rowOf(id);
    const resends = row?.resends ?? 0;
    if (resends > 0 !== (delivery?.repeated === true)) object(`sent again, and not marked: ${text}`);
    switch (delivery?.status) {
      case 'dead':
        if (times > resends) object(`given up, and it arrived: ${text}`);
        return false;
      case 'uncertain':
        // A lost answer is nobody's death; a death is no reason to leave somebody without an answer.
        if (times > 1 + resends) object(`doubled: ${text}`);
        if (delivery.reason === 'stopped-while-sending' && resends < mostResends) object(`not sent again: ${text}`);
        return false;
      // Only behind what is held: what else is not settled is told of all conversations.
      case 'waiting':
        if (times > resends) object(`held, and it arrived: ${text}`);
        return false;
      case undefined:
      case 'sending':
        object(`not settled: ${text}`);
        return false;
      default:
        if (times < 1 || times > 1 + resends) object(`${delivery?.status}, and it arrived ${times} times: ${text}`);
        return true;
    }
  });
  judgeOrder(expected, platform, object);
}

/**
 * In the order of the history. Before its time comes an operator's template, which goes ahead of what is held, and what was sent before
 * the platform said that an earlier one had failed.
 */
function judgeOrder(
  expected: readonly OperatorMessage[],
  { rowOf, arrived, failedAtMs }: Platform,
  object: (what: string) => void,
): void {
  const firsts = expected.map(({ id, text }) => {
    const row = rowOf(id);
    const rank = arrived.findIndex((one) => one.text === text);
    const failedMs = row === undefined ? undefined : failedAtMs(row.id);
    const isOffer = row !== undefined && messageIn(row).template?.name === 'offer';
    return { text, rank, askedAtMs: arrived[rank]?.askedAtMs ?? 0, failedMs, isOffer };
  });
  for (const [index, earlier] of firsts.entries()) {
    for (const later of firsts.slice(index + 1)) {
      if (earlier.rank <= later.rank || later.isOffer) continue;
      if (earlier.failedMs !== undefined && later.askedAtMs <= earlier.failedMs) continue;
      object(`arrived out of order: ${later.text} before ${earlier.text}`);
    }
  }
}

/** What an operator was told is kept is in the history. */
function judgeOperators(
  steps: readonly Step[],
  history: readonly OperatorMessage[],
  object: (what: string) => void,
): void {
  const said = history.filter(({ role }) => role === 'operator').map(({ text }) => text);
  for (const step of steps) {
    if (step.kind === 'operator' && !said.includes(step.token)) object(`an operator's word is lost: ${step.token}`);
  }
}

/** Where the platform can say what became of a message, nothing is doubled and nothing that it knows of stays uncertain. */
function judgeDoubts(
  talent: Talent | undefined,
  {
    arrived,
    told,
    uncertain,
  }: {
    readonly arrived: readonly Arrived[];
    readonly told: ReadonlySet<string>;
    readonly uncertain: readonly string[];
  },
  object: (what: string) => void,
): void {
  const ids = arrived.map(({ id }) => id);
  if (talent === 'finds' && new Set(ids).size !== ids.length)
    object(`doubled, and could have been found: ${ids.join(' ')}`);
  const known = talent === 'finds' ? new Set(ids) : talent === 'confirms' ? told : new Set<string>();
  const forgotten = uncertain.filter((id) => known.has(id));
  if (forgotten.length > 0) object(`known to the platform, and uncertain: ${forgotten.join(' ')}`);
}

/** History shows the last version that was acknowledged, or a later one whose 2xx was lost. */
function judgeEdits(steps: readonly Step[], history: readonly OperatorMessage[], object: (what: string) => void): void {
  const versions = new Map<string, number>();
  for (const step of steps) if (step.kind === 'edit') versions.set(step.token, (versions.get(step.token) ?? 0) + 1);
  for (const [token, version] of versions) {
    const shown = history.find(({ role, text }) => role === 'contact' && text.startsWith(`${token}v`))?.text;
    if (Number(shown?.split('v')[1] ?? -1) < version) object(`edited to v${version}, and history shows ${shown}`);
  }
}

/** After a stop was acknowledged nothing is sent until the person begins to start again. */
function judgeConsent(
  consents: readonly { readonly kind: 'stop' | 'start'; readonly atMs: number }[],
  asked: readonly number[],
  object: (what: string) => void,
): void {
  for (const [index, { kind, atMs }] of consents.entries()) {
    if (kind !== 'stop') continue;
    const until = consents.slice(index + 1).find((later) => later.kind === 'start')?.atMs ?? Number.POSITIVE_INFINITY;
    if (asked.some((ms) => ms > atMs && ms < until)) object('something was sent after a stop');
  }
}
