import type { InboundMessage, Random } from '../../../../core/contract/index.ts';
import type { ConversationRow } from '../../../../core/store/conversations.ts';
import type { TenantStore } from '../../../../core/store/tenant-store.ts';
import type { Person } from './people.ts';

/** As a number and a user id: the second stands where the first is hidden. */
export function secondOf(conversation: string): string {
  return `user ${conversation}`;
}

/** The telephone that rings, whichever id was written to. */
export function telephoneOf(id: string): string {
  return id.replace(/^user /, '');
}

/** Each person's messages under the first id, which is told with the second, or the second alone. */
export function underTwoIds(chance: Random, people: readonly Person[]): readonly Person[] {
  const renamed = (message: InboundMessage): InboundMessage => {
    const { conversation, contact } = message;
    const second = secondOf(conversation);
    return chance.next() < 0.5
      ? { ...message, contact: { ...contact, aliases: [second] } }
      : { ...message, conversation: second, contact: { ...contact, id: second } };
  };
  return people.map((person) => ({
    ...person,
    steps: person.steps.map((step) => {
      const messages = step.messages.map(renamed);
      return { ...step, messages } as typeof step;
    }),
  }));
}

/** As the platform tells of them where it tells all. */
export function wholeContact(conversation: string): InboundMessage['contact'] {
  return { id: conversation, aliases: [secondOf(conversation)] };
}

export function conversationOf(
  conversations: TenantStore['conversations'],
  conversation: string,
): ConversationRow | undefined {
  return conversations.byExternalId('sms', conversation) ?? conversations.byExternalId('sms', secondOf(conversation));
}
