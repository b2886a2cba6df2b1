import type { Delivery } from '../../core/contract/index.ts';
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
