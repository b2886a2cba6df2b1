import type { Capabilities, Channel, OutboundMessage } from '../../contract/index.ts';
import type { OutboxRow } from '../../store/outbox.ts';
import { piecesOfText } from './pieces-of-text.ts';
import { type Quiet, quietUntil } from './quiet-hours.ts';

/** What is known when a message is about to go out. */
export interface SendFacts {
  readonly capabilities: Pick<Capabilities, 'text' | 'replyWindowMs' | 'consent'>;
  readonly outsideWindow?: Channel['outsideWindow'];
  readonly nowMs: number;
  /** When the person last wrote; undefined when they never did. */
  readonly lastHeardMs: number | undefined;
  /** What the platform said of this message when it knew the window closed, whatever our clock says; as in `131047 window-closed`. */
  readonly toldClosed?: string | undefined;
  readonly consent: 'none' | 'out';
  readonly purpose: OutboxRow['purpose'];
  readonly quiet?: Quiet | undefined;
}

export type SendVerdict =
  | { readonly kind: 'send'; readonly message: OutboundMessage }
  /** This template asks the person to write; the message itself waits until they have. */
  | { readonly kind: 'invite'; readonly message: OutboundMessage }
  /** It goes out in these pieces, one after the other. */
  | { readonly kind: 'split'; readonly pieces: readonly string[] }
  /** It is judged again then. */
  | { readonly kind: 'wait'; readonly reason: 'quiet-hours'; readonly untilMs: number }
  /** The reason is `opted-out`, `window-closed`, `template-mapping-failed`, or as the platform told it. */
  | { readonly kind: 'refuse'; readonly reason: string };

/**
 * Whether a message may go out, and in which form. Asked again before each attempt: while a message waited, the person may have opted
 * out, the platform's window may have closed, and the channel may have become another.
 */
export function judgeSend(message: OutboundMessage, facts: SendFacts): SendVerdict {
  const verdict = judgeNow(message, facts);
  // What is refused in any case is better known at once.
  if (verdict.kind === 'refuse' || facts.quiet === undefined || facts.purpose !== 'begin') return verdict;
  const untilMs = quietUntil(facts.quiet, facts.nowMs, facts.lastHeardMs);
  return untilMs === undefined ? verdict : { kind: 'wait', reason: 'quiet-hours', untilMs };
}

function judgeNow(message: OutboundMessage, facts: SendFacts): Exclude<SendVerdict, { kind: 'wait' }> {
  const { capabilities, nowMs, lastHeardMs } = facts;
  if (capabilities.consent === 'opt-out' && facts.consent === 'out' && facts.purpose !== 'notice') {
    return { kind: 'refuse', reason: 'opted-out' };
  }
  if (message.template !== undefined) return { kind: 'send', message };
  const windowMs = capabilities.replyWindowMs;
  const isOver = windowMs !== undefined && (lastHeardMs === undefined || nowMs - lastHeardMs >= windowMs);
  if (isOver || facts.toldClosed !== undefined) {
    const allowed = formOutside(message, facts);
    if (allowed === undefined) return { kind: 'refuse', reason: facts.toldClosed ?? 'window-closed' };
    if (allowed === 'threw') return { kind: 'refuse', reason: 'template-mapping-failed' };
    const { template } = allowed;
    const isInvitation = template !== undefined && template.carriesMessage !== true;
    return { kind: isInvitation ? 'invite' : 'send', message: allowed };
  }
  const pieces = piecesOfText(message, capabilities.text);
  return pieces.length === 1 ? { kind: 'send', message } : { kind: 'split', pieces };
}

/** A fault of the plugin would be one again each time, and hold up all that waits behind the message. */
function formOutside(message: OutboundMessage, { outsideWindow }: SendFacts): OutboundMessage | 'threw' | undefined {
  try {
    return outsideWindow?.(message);
  } catch {
    return 'threw';
  }
}
