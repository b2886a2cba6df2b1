import type { Delivery, InboundMessage } from '../../core/contract/index.ts';
import { expectThat } from './channel-suite-face.ts';

/** @throws ChannelSuiteFailure that names what a route has left out: in JavaScript no compiler says so. */
export function expectDelivery(given: unknown, route: string): asserts given is Delivery {
  const delivery = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  const { kind } = delivery;
  expectThat(
    kind === 'accepted' || kind === 'ignored' || kind === 'rejected',
    `The route ${route} gives \`kind\`: 'accepted', 'ignored' or 'rejected'.`,
  );
  if (kind === 'ignored')
    expectThat(
      delivery['response'] instanceof Response,
      `The route ${route} gives \`ignored\` with a \`response\`, as in { kind: 'ignored', response: new Response() }.`,
    );
  if (kind === 'accepted')
    expectThat(
      Array.isArray(delivery['messages']) && typeof delivery['respond'] === 'function',
      `The route ${route} gives \`accepted\` with a list of \`messages\` and \`respond\`, which makes the response.`,
    );
}

/** @throws ChannelSuiteFailure that names what is lacking without which a message cannot be kept. */
export function expectMessage(message: InboundMessage, what: string): void {
  const { id, conversation, contact, text } = (message ?? {}) as { readonly [Key in keyof InboundMessage]?: unknown };
  const isWords = (value: unknown): boolean => typeof value === 'string' && value !== '';
  expectThat(
    isWords(id),
    `${what} has the platform's own \`id\` of it, as a text that is not empty: it is the key against duplicates.`,
  );
  expectThat(isWords(conversation), `${what} has a \`conversation\`, as a text that is not empty.`);
  const person = (typeof contact === 'object' && contact !== null ? contact : {}) as { readonly id?: unknown };
  expectThat(isWords(person.id), `${what} has a \`contact\` with an \`id\`, as a text that is not empty.`);
  expectThat(text === undefined || typeof text === 'string', `${what} has a \`text\` that is a text, or none.`);
}
