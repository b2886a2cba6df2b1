import { PolyphonError } from 'polyphon/plugin';
import type { GraphClient } from './graph-client.ts';
import { graphError, graphReason } from './graph-errors.ts';
import { type Fields, objectOf } from './loose-json.ts';

/** @throws PolyphonError WAP3303 with Meta's code and the next step, NET6001 to NET6005. */
export type RegistrationCall = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  signal: AbortSignal,
  body?: Fields,
) => Promise<Fields>;

export function registrationCall(graph: GraphClient): RegistrationCall {
  return async (method, path, signal, body) => {
    const answer = await graph.call(method, path, { signal, ...(body === undefined ? {} : { body }) });
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const { code } = objectOf(answer.body['error']);
    const reason = typeof code === 'number' ? graphReason(code) : `status ${answer.status}`;
    throw new PolyphonError(
      'WAP3303',
      `WhatsApp registration: Meta refused (${reason}). ${nextStep(answer.status, typeof code === 'number' ? code : undefined)}`,
      answer.status === 429 || answer.status >= 500 ? { retryAfterMs: answer.retryAfterMs ?? laterMs } : {},
    );
  };
}

/** Of a fault of Meta's own: not what we asked is wrong. */
const laterMs = 1_000;

function nextStep(status: number, code: number | undefined): string {
  const named = code === undefined ? undefined : graphError(code).name;
  switch (status === 401 ? 'access-token-invalid' : named) {
    case 'access-token-invalid':
      return 'The token has ended, was withdrawn or is not whole: make a new one of a system user, as the README of the channel says, and put it behind accessToken.';
    case 'callback-not-verified':
      return 'Meta asked the address and did not get its challenge back: start the server, see that the address leads to it from outside, and that it runs with the same verifyToken.';
    default:
      return 'Check phoneNumberId, wabaId and the rights of accessToken.';
  }
}
