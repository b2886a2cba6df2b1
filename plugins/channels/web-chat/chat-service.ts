import {
  type BotPresentation,
  type Clock,
  type Conversations,
  type Delivery,
  PolyphonError,
  type RouteCall,
  type SessionView,
} from 'polyphon/plugin';
import type { AddressLimit } from './address-limit.ts';
import type { DecodeLimits } from './decode.ts';
import type { OriginPolicy } from './origin-policy.ts';
import { problemResponse, refuse } from './wire-error.ts';

/** What the routes of one open chat channel share. */
export interface ChatService {
  readonly key: string;
  readonly clock: Clock;
  readonly conversations: Conversations;
  readonly presentation: BotPresentation;
  readonly origins: OriginPolicy;
  readonly limits: DecodeLimits;
  readonly newSessions: AddressLimit;
}

/** Header lines every answer to this request carries. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/**
 * Runs a handler behind the origin check. Errors of ours become problems here and not in the server, because only here the
 * headers are known without which the browser hides the reason from the page.
 */
export async function guarded(
  service: ChatService,
  request: Request,
  handle: (headers: AnswerHeaders) => Promise<Delivery>,
): Promise<Delivery> {
  let headers: AnswerHeaders = {};
  try {
    headers = service.origins.headersFor(request);
    return await handle(headers);
  } catch (error) {
    if (!(error instanceof PolyphonError) || error.status >= 500) throw error;
    return { kind: 'ignored', response: problemResponse(error, headers) };
  }
}

/**
 * The session of `:id` when the caller's token is its own. A session of another tenant, an unknown one and a wrong token are
 * one answer, so that ids cannot be probed.
 * @throws PolyphonError WEB3004.
 */
export async function authorized(
  service: ChatService,
  call: RouteCall,
  token: string | undefined,
): Promise<SessionView> {
  const id = call.parameters['id'] ?? '';
  const session =
    token === undefined || token.length > 200 || id.length > 100
      ? undefined
      : await service.conversations.authorize(id, token, call.signal);
  if (session === undefined) {
    throw refuse(
      'WEB3004',
      'Web chat: the token is missing, wrong or has expired. Send `Authorization: Bearer` with the token that opened this session, or open a new one.',
    );
  }
  return session;
}

export function bearerToken(request: Request): string | undefined {
  return /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
}

export function answer(body: unknown, headers: AnswerHeaders, options: { readonly status?: number } = {}): Delivery {
  return { kind: 'ignored', response: Response.json(body, { status: options.status ?? 200, headers }) };
}
