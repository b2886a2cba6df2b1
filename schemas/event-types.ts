import type { BotEventType } from '../core/contract/index.ts';

/** Every event there is: the compiler refuses a list that lacks one, or has one too many. */
const all: Readonly<Record<BotEventType, true>> = {
  'channel.message.received': true,
  'channel.message.sent': true,
  'channel.session.created': true,
  'channel.session.paused': true,
  'channel.session.resumed': true,
  'channel.session.closed': true,
  'channel.session.switched': true,
  'turn.started': true,
  'turn.completed': true,
  'turn.failed': true,
  'handoff.requested': true,
  'handoff.taken': true,
  'handoff.returned': true,
  'budget.exceeded': true,
  'tool.called': true,
  'delivery.failed': true,
  'bot.reloaded': true,
};

/** What `events[].types` may name. */
export const eventTypes = Object.keys(all) as readonly BotEventType[];
