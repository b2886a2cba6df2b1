import type { Money } from './bot.ts';
import type { Message } from './message.ts';

/** What happened in one tenant. Plugins and outgoing webhooks may subscribe, per tenant. */
export type BotEvent = { readonly tenantId: string; readonly at: string } & (
  | {
      readonly type: 'channel.message.received';
      readonly channel: string;
      readonly conversation: string;
      readonly message: Message;
    }
  | {
      readonly type: 'channel.message.sent';
      readonly channel: string;
      readonly conversation: string;
      readonly message: Message;
    }
  | {
      readonly type:
        | 'channel.session.created'
        | 'channel.session.paused'
        | 'channel.session.resumed'
        | 'channel.session.closed';
      readonly channel: string;
      readonly session: string;
    }
  | {
      /** The conversation goes on in `session`; the person has confirmed it there. */
      readonly type: 'channel.session.switched';
      readonly channel: string;
      readonly session: string;
      readonly from: { readonly channel: string; readonly session: string };
    }
  | { readonly type: 'turn.started'; readonly turn: string; readonly conversation: string }
  | {
      readonly type: 'turn.completed';
      readonly turn: string;
      readonly conversation: string;
      readonly outcome: 'answered' | 'unknown' | 'silent';
      /** The framework's own share of the turn's time. */
      readonly overheadMs: number;
    }
  | { readonly type: 'turn.failed'; readonly turn: string; readonly conversation: string; readonly code: string }
  | {
      readonly type: 'handoff.requested';
      readonly conversation: string;
      readonly reason: 'misses' | 'asked' | 'matched' | 'budget' | 'tool';
    }
  | {
      readonly type: 'handoff.taken' | 'handoff.returned';
      readonly conversation: string;
      /** Set where nobody came in time. */
      readonly after?: 'timeout';
    }
  | {
      /** The turn that spent it; from the next one on the bot does what `onExceeded` says. */
      readonly type: 'budget.exceeded';
      readonly turn: string;
      readonly conversation: string;
      readonly period: 'day' | 'conversation';
      readonly limit: Money;
      readonly spent: Money;
    }
  | { readonly type: 'tool.called'; readonly turn: string; readonly tool: string; readonly ok: 'yes' | 'no' }
  | {
      readonly type: 'delivery.failed';
      readonly channel: string;
      readonly conversation: string;
      /** The id of the message. What is given up with a piece of it that failed has no event of its own. */
      readonly messageId: string;
      readonly reason: string;
    }
  | { readonly type: 'bot.reloaded'; readonly revision: string }
);
export type BotEventType = BotEvent['type'];
