import type { WebhookState } from 'polyphon/plugin';
import { statusAddressOf } from './status-address.ts';

const statusNote = 'The address for statuses goes with each message that is sent.';
const where = '`server.publicOrigin` in config/polyphon.yaml';

/**
 * What Twilio has, held against what the deployment says of itself: Twilio signs each call for the address it was given, so with another
 * one all of them are refused, and nobody is told but the log.
 */
export function heldAgainstOwn(state: WebhookState, address: string | undefined): WebhookState {
  const notes = statusAddressOf(address) === undefined ? state.notes : [...state.notes, statusNote];
  const problem = problemOf(state.url, address);
  return { ...state, notes, ...(problem === undefined ? {} : { problems: [problem, ...(state.problems ?? [])] }) };
}

function problemOf(registered: string | undefined, address: string | undefined): string | undefined {
  const called = registered !== undefined && URL.canParse(registered) ? new URL(registered).origin : undefined;
  if (address === undefined) {
    return `Behind a proxy each call of Twilio is refused, because Polyphon does not know the address it was signed for, and nothing is told of what became of messages: set ${where} to ${called ?? 'its https address'}.`;
  }
  const own = new URL(address).origin;
  if (called === undefined || called === own) return undefined;
  return `Twilio signs its calls for ${called}, and ${where} is ${own}: each of them is refused until the two are the same.`;
}
