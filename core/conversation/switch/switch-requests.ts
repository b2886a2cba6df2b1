import { type Channel, type OutboundMessage, PolyphonError, type SwitchInvitation } from '../../contract/index.ts';
import type { ConversationRow } from '../../store/conversations.ts';
import type { SessionRow } from '../../store/sessions.ts';
import type { ConversationServices } from '../conversation-services.ts';
import { BotTexts } from '../texts/bot-texts.ts';
import { languageOf } from '../texts/language-of.ts';
import { hashOfSecret, newCode, newWord, plainAddress } from './switch-secret.ts';

export const switchLifetimeMs = 10 * 60_000;
export const maxSwitchTries = 5;
export const claimsKeptMs = 86_400_000;

/** So many claims may be made within `claimWindowMs`: a code is a message that somebody pays for and did not ask for. */
const claimWindowMs = 60 * 60_000;
const most = { ofSession: 5, ofAddress: 5, inAll: 200 };

/** The claimed place of a conversation. */
export interface SwitchClaim {
  readonly channel: string;
  readonly address: string;
}

/**
 * Stores a claim and tells how the person proves it: with a code that we send to the address where the channel lets us write first,
 * else with a word that the person sends from there. Nothing is linked before that.
 * @throws PolyphonError CNV5021, CNV5022, CNV5023.
 */
export async function requestSwitch(
  services: ConversationServices,
  tenantId: string,
  from: { readonly session: SessionRow; readonly conversation: ConversationRow },
  claim: SwitchClaim,
  signal: AbortSignal,
): Promise<SwitchInvitation> {
  const { store, clock, random, leases } = services;
  using lease = leases.acquire(tenantId);
  const { runtime } = lease;
  const channel = await targetOf(runtime.bot.channels, claim.channel, from.session.channel, (key) =>
    runtime.channel(key, signal),
  );
  const tenant = store.forTenant(tenantId);
  const address = addressAt(channel, plainAddress(claim.address));
  const now = clock.now();
  const expiresAtMs = now + switchLifetimeMs;
  const place = { sessionId: from.session.id, channel: claim.channel, address };

  const keep = (method: 'code' | 'word', secret: string): Promise<void> =>
    store.write(() => {
      tenant.switches.prune(clock.now() - claimsKeptMs);
      refuseExcess(tenant.switches.count(place, clock.now() - claimWindowMs));
      tenant.switches.voidAll(from.session.id);
      tenant.switches.insert({
        id: random.id('swi'),
        ...place,
        conversationId: from.conversation.id,
        method,
        secretHash: hashOfSecret(`${tenantId} ${method === 'code' ? from.session.id : claim.channel}`, secret),
        tries: 0,
        state: 'open',
        createdAt: clock.now(),
        expiresAt: expiresAtMs,
      });
    });

  const invitation = { channel: claim.channel, expiresAt: new Date(expiresAtMs).toISOString() };
  if (takesFirstMessage(channel) && !optedOut()) {
    const code = newCode(random);
    // Stored first: a code that arrives must be good.
    await keep('code', code);
    if (await sent(channel, textOf(code))) return { ...invitation, method: 'code' };
  }
  const word = newWord(random);
  await keep('word', word);
  return { ...invitation, method: 'word', word: `switch ${word}` };

  function optedOut(): boolean {
    return tenant.contacts.hasOptedOutAt({ channel: claim.channel, externalId: address });
  }

  function textOf(code: string): string {
    const { bot } = runtime;
    const language = languageOf('', bot.languages, {
      conversation: from.conversation.language ?? undefined,
      locale: from.session.locale ?? undefined,
    });
    const texts = new BotTexts({
      bot,
      nowMs: now,
      log: services.log,
      render: services.render,
      scene: {
        channel: claim.channel,
        language,
        contact: {},
        session: { id: from.session.id, locale: from.session.locale, metadata: {} },
      },
    });
    return texts.own('switch_code').replace('{code}', code);
  }

  /** Once and not through the outbox: the code stands nowhere in the store, and who does not get it asks again. */
  async function sent(target: Channel, text: string): Promise<boolean> {
    const message: OutboundMessage = {
      id: random.id('out'),
      conversation: address,
      text,
      attachments: [],
      actions: [],
      citations: [],
    };
    try {
      const result = await target.send?.(message, signal);
      // What may have arrived can be typed; what was refused cannot.
      return result?.status === 'delivered' || result?.status === 'uncertain';
    } catch (error) {
      signal.throwIfAborted();
      services.log.warn('a code could not be sent', { tenant: tenantId, channel: claim.channel, error });
      return false;
    }
  }
}

async function targetOf(
  channels: Readonly<Record<string, { readonly enabled: boolean }>>,
  key: string,
  own: string,
  open: (key: string) => Promise<Channel>,
): Promise<Channel> {
  const known = Object.hasOwn(channels, key) && channels[key]?.enabled === true;
  const channel = known && key !== own ? await open(key) : undefined;
  if (channel?.send !== undefined) return channel;
  throw new PolyphonError(
    'CNV5021',
    'The conversation cannot move there: the bot has no other channel of this name that sends messages. Name one of its messengers.',
  );
}

function addressAt({ addressForm }: Channel, written: string): string {
  if (addressForm === undefined) return written;
  const address = addressForm.read(written);
  if (address !== undefined) return address;
  throw new PolyphonError(
    'CNV5023',
    `The conversation cannot move there: \`address\` is none of this channel. Send ${addressForm.words}.`,
  );
}

/** Where the platform wants the person's word first, only a word from there can prove anything. */
function takesFirstMessage(channel: Channel): boolean {
  return channel.capabilities.replyWindowMs === undefined;
}

function refuseExcess(count: { readonly [Name in keyof typeof most]: number }): void {
  if (count.ofSession < most.ofSession && count.ofAddress < most.ofAddress && count.inAll < most.inAll) return;
  throw new PolyphonError('CNV5022', 'Too many codes were asked for. Wait, or use the last one.', {
    retryAfterMs: switchLifetimeMs,
  });
}
