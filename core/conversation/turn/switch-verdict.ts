import type { Channel } from '../../contract/index.ts';
import type { SwitchRow } from '../../store/switches.ts';
import { claimsKeptMs, maxSwitchTries } from '../switch/switch-requests.ts';
import { codeIn, hashOfSecret, isClaimed, isSurelyWord, sameSecret, wordIn } from '../switch/switch-secret.ts';
import type { RunningTurn } from './running-turn.ts';

/** What a person has proved, or failed to; `proof` is the id of the message by which. */
export type Verdict = { readonly proof: string } & (
  | { readonly kind: 'wrong'; readonly claim: SwitchRow }
  /** A word that proves nothing: of nobody's, of another's, used up, lapsed, or said where others read it. */
  | { readonly kind: 'unfit'; readonly words: 'switch_unfit' | 'switch_private' | WordsForCode }
  /** The code came by the new channel and was typed here. */
  | { readonly kind: 'typed'; readonly claim: SwitchRow; readonly channel: Channel }
  /** The word was shown there and came from here. */
  | { readonly kind: 'heard'; readonly claim: SwitchRow; readonly channel: Channel }
);

/** What is said to a code that proves nothing here. */
type WordsForCode = 'switch_done' | 'switch_here' | 'switch_void' | 'switch_lapsed' | 'switch_in_chat';

/** Undefined where nothing that the turn answers is a proof: a burst is one turn, and the proof may stand beside other words. */
export async function switchVerdict(turn: RunningTurn): Promise<Verdict | undefined> {
  const { services, task, tenant, scene, runtime } = turn;
  const now = services.clock.now();
  const coded = scene.asked.find(({ text }) => codeIn(text) !== undefined);
  const code = coded === undefined ? undefined : codeIn(coded.text);
  const typed = code === undefined ? undefined : tenant.switches.openCode(scene.session.id, now);
  if (coded !== undefined && code !== undefined && typed !== undefined) {
    const proof = coded.id;
    const hash = hashOfSecret(`${task.tenantId} ${scene.session.id}`, code);
    if (!sameSecret(typed.secretHash, hash)) return { proof, kind: 'wrong', claim: typed };
    const channel = await runtime.channel(typed.channel, task.signal);
    return { proof, kind: 'typed', claim: typed, channel };
  }
  const words = coded === undefined || code === undefined ? undefined : wordsForCode(turn, code);
  if (coded !== undefined && words !== undefined) return { proof: coded.id, kind: 'unfit', words };
  const heard = scene.asked.find(({ text }) => wordIn(text) !== undefined);
  const word = heard === undefined ? undefined : wordIn(heard.text);
  if (heard === undefined || word === undefined) return undefined;
  const proof = heard.id;
  const hash = hashOfSecret(`${task.tenantId} ${scene.channelKey}`, word);
  const claim = tenant.switches.openWord(scene.channelKey, hash, now);
  if (claim === undefined) {
    const wasWord = isSurelyWord(word) || tenant.switches.knowsWord(scene.channelKey, hash);
    return wasWord ? { proof, kind: 'unfit', words: 'switch_unfit' } : undefined;
  }
  const sender = heard.writtenBy;
  if (sender?.audience !== undefined) return { proof, kind: 'unfit', words: 'switch_private' };
  const old = tenant.sessions.byId(claim.sessionId);
  const isTheirs =
    sender !== undefined &&
    (isClaimed(claim.address, sender) ||
      scene.channel.addressForm?.alike?.(claim.address).includes(sender.id) === true);
  if (old === undefined || !isTheirs) {
    return { proof, kind: 'unfit', words: 'switch_unfit' };
  }
  return { proof, kind: 'heard', claim, channel: await runtime.channel(old.channel, task.signal) };
}

/**
 * What to say to a code where none is awaited in this session. It is one when it was given out for this session or to this address; of
 * other sessions nothing is told, or codes could be tried out there. Six digits by themselves may be the number of an order.
 */
function wordsForCode({ services, task, tenant, scene }: RunningTurn, code: string): WordsForCode | undefined {
  const now = services.clock.now();
  const since = now - claimsKeptMs;
  const isCodeOf = ({ sessionId, secretHash }: SwitchRow) =>
    sameSecret(secretHash, hashOfSecret(`${task.tenantId} ${sessionId}`, code));
  const own = tenant.switches.codesOf({ sessionId: scene.session.id }, since);
  // Whether this one would have been right is not told.
  const [last] = own;
  if (last !== undefined && last.tries >= maxSwitchTries && last.expiresAt > now) return 'switch_void';
  const typed = own.find(isCodeOf);
  if (typed !== undefined) return typed.state === 'done' ? 'switch_done' : 'switch_lapsed';
  const { externalId } = scene.conversation;
  const received = [externalId, ...(scene.channel.addressForm?.alike?.(externalId) ?? [])]
    .flatMap((address) => tenant.switches.codesOf({ channel: scene.channelKey, externalId: address }, since))
    .find(isCodeOf);
  if (received === undefined) return undefined;
  if (received.state === 'done') return 'switch_here';
  return received.state === 'open' && received.expiresAt > now ? 'switch_in_chat' : 'switch_lapsed';
}

/** The claim as it is now: meanwhile another message may have used it up. */
export function openClaim({ services, tenant }: RunningTurn, claim: SwitchRow): SwitchRow | undefined {
  const now = services.clock.now();
  return claim.method === 'code'
    ? tenant.switches.openCode(claim.sessionId, now)
    : tenant.switches.openWord(claim.channel, claim.secretHash, now);
}
