import type { ConversationEngine, OperatorMessage } from '../../../../core/conversation/engine.ts';
import type { Store } from '../../../../core/store/open-store.ts';
import type { TenantStore } from '../../../../core/store/tenant-store.ts';
import { signal } from '../rig.ts';
import type { Arrived, FakePlatform, Talent } from './fake-platform.ts';
import { judgeArrivals } from './judge-arrivals.ts';
import { isAboutWindow, isHeld } from './judge-windows.ts';
import type { Step } from './people.ts';
import { conversationOf } from './two-ids.ts';
import type { Witness } from './witness.ts';

const failure = 'Something is not working.';
const handedOver = 'I am passing your question to a person.';
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
  for (const tenantId of ['acme', 'other']) objections.push(...leftOver(tenantId, store.forTenant(tenantId)));
  for (const person of witness.people) {
    const { tenantId, conversation } = person;
    const key = `${tenantId} ${conversation}`;
    const row = conversationOf(store.forTenant(tenantId).conversations, conversation);
    const history = row === undefined ? [] : await engine.messages(tenantId, row.id, { limit: 500 }, signal);
    const object = (what: string): void => void objections.push(`${key}: ${what}`);
    const albums = witness.albums.filter((album) => album.key === key).map(({ tokens }) => tokens);
    judgeAlbums(albums, history, object);
    const silenced = row === undefined ? new Set<string>() : leftToOthers(store.forTenant(tenantId), row.id);
    judgeAnswers(witness.acknowledged.get(key) ?? [], { history, silenced }, object);
    const { outbox } = store.forTenant(tenantId);
    const arrived = platform.arrived.get(key) ?? [];
    // Whatever the platform called the message that time, the last time.
    const failedAtMs = (id: string): number | undefined =>
      [...witness.failures].findLast(
        ([name, { reason }]) => isAboutWindow(reason) && `${name} `.startsWith(`${tenantId} at ${id} `),
      )?.[1].atMs;
    judgeArrivals(history, { tenant: store.forTenant(tenantId), arrived, failedAtMs }, object);
    judgeOperators(witness.acknowledged.get(key) ?? [], history, object);
    const told = new Set(
      arrived.flatMap(({ id, providerMessageId }) =>
        witness.told.has(`${tenantId} ${providerMessageId}`) ? [id] : [],
      ),
    );
    // Of what was sent again the platform may have spoken while a later send, which it then refused, was thought to be out.
    const uncertain = history
      .flatMap(({ id }) => outbox.ofMessage(id))
      .filter(({ state, resends }) => state === 'uncertain' && resends === 0);
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

/** What nobody looks after any more. */
function leftOver(tenantId: string, { conversations, inbox, outbox, handoffs }: TenantStore): readonly string[] {
  const objections: string[] = [];
  if (handoffs.requested().length > 0) objections.push(`${tenantId}: nobody came, and the bot is silent`);
  // Whoever helps gives the conversation back in the end.
  if (conversations.list({ limit: 100 }).some(({ owner }) => owner !== 'bot'))
    objections.push(`${tenantId}: a conversation that nobody gave back`);
  if (inbox.allOpen().length > 0) objections.push(`${tenantId}: messages without a turn`);
  for (const conversationId of outbox.unsettled()) {
    const isWaiting = outbox.unsettledOf(conversationId).some(isHeld);
    if (!isWaiting) objections.push(`${tenantId}: messages that are not settled`);
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

/**
 * What was said and is answered by no words of the bot: because STOP came before the answer, a human had the conversation, or one was
 * asked for. What a later message took over has that one's fate.
 */
function leftToOthers({ messages, turns }: TenantStore, conversationId: string): ReadonlySet<string> {
  const said = messages.after({ conversationId }, 0, 500).filter(({ role }) => role === 'contact');
  const left = new Set<string>();
  let isLeft = false;
  for (const { turnId, text } of said.toReversed()) {
    const turn = turnId === null ? undefined : turns.byId(turnId);
    const code = turn?.errorCode;
    const reply = turn?.replyId == null ? undefined : messages.byId(turn.replyId)?.text;
    if (code !== 'CNV5007') isLeft = code === 'CNV5014' || code === 'CNV5008' || reply === handedOver;
    if (isLeft) for (const token of tokensIn(text)) left.add(token);
  }
  return left;
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

/** What an operator was told is kept is in the history. */
function judgeOperators(
  steps: readonly Step[],
  history: readonly OperatorMessage[],
  object: (what: string) => void,
): void {
  const said = history.filter(({ role }) => role === 'operator').map(({ text }) => text);
  if (new Set(said).size !== said.length) object(`an operator's word is there twice: ${said.join(', ')}`);
  for (const step of steps) {
    const isWord = step.kind === 'operator' || (step.kind === 'desk' && step.do === 'say');
    if (isWord && !said.includes(step.token)) object(`an operator's word is lost: ${step.token}`);
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
