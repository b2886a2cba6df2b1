import { type Http, isUnsent, type Logger, PolyphonError, type SendResult } from 'polyphon/plugin';
import { knownError } from './graph-errors.ts';
import { idOf, listOf, objectOf } from './loose-json.ts';
import { isNumber } from './person-id.ts';

export type GraphBody = Readonly<Record<string, unknown>>;

export interface GraphClientOptions {
  readonly http: Http;
  readonly log: Logger;
  /** Origin and version, as in `https://graph.facebook.com/v23.0`. */
  readonly address: string;
  readonly accessToken: string;
}

export interface GraphAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** In the form that Meta's specification asks for. */
const userAgent = 'Polyphon/1.0.0';
const timeoutMs = 20_000;
const maxAnswerBytes = 262_144;
const faultPauseMs = 1_000;
const tokenEnded =
  'Meta refused a message, because the access token has ended, was withdrawn or is not whole. Make a new one of a system user and put it behind `accessToken`. `polyphon dead-letters` shows what was not sent meanwhile, and sends it again.';

/** Calls of the Graph API with the bot's token; nothing of a message or the token reaches a log line. */
export class GraphClient {
  readonly #options: GraphClientOptions;

  constructor(options: GraphClientOptions) {
    this.#options = options;
  }

  /** @throws PolyphonError NET6001 to NET6005. */
  async call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    request: { readonly body?: GraphBody; readonly signal: AbortSignal },
  ): Promise<GraphAnswer & { readonly retryAfterMs: number | undefined }> {
    const { http, address, accessToken } = this.#options;
    const response = await http.fetch(`${address}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        'user-agent': userAgent,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: request.signal,
      timeoutMs,
      maxBytes: maxAnswerBytes,
    });
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
    return { status: response.status, body: parsed(await response.text()), retryAfterMs };
  }

  /** Posts to `/messages`. Says for certain whether it was taken, was not, or may have been. */
  async send(path: string, body: GraphBody, signal: AbortSignal): Promise<SendResult> {
    if (signal.aborted) return { status: 'rejected', reason: 'stopping', retryAfterMs: faultPauseMs };
    try {
      const answer = await this.call('POST', path, { body, signal });
      return answer.status >= 200 && answer.status < 300 ? taken(answer.body, body['to']) : this.#refused(answer);
    } catch (error) {
      if (error instanceof PolyphonError && error.code === 'NET6001') {
        return { status: 'rejected', reason: 'address-refused' };
      }
      if (isUnsent(error)) return { status: 'rejected', reason: 'unreachable', retryAfterMs: faultPauseMs };
      // The request was on its way: Meta may have it, and has no key to tell a second one from the first.
      return { status: 'uncertain' };
    }
  }

  #refused({ status, body, retryAfterMs }: GraphAnswer & { readonly retryAfterMs: number | undefined }): SendResult {
    const { code, error_subcode: subcode, fbtrace_id: trace } = objectOf(body['error']);
    const known = typeof code === 'number' ? knownError(code) : undefined;
    // A gateway that gave up waiting does not know what became of the request.
    const isUnknown = typeof code !== 'number' && status === 504;
    const reason = known?.name ?? (typeof code === 'number' && !saysMore(status) ? 'refused' : nameOf(status));
    this.#options.log.warn(reason === 'access-token-invalid' ? tokenEnded : 'Meta refused a message.', {
      status,
      ...(isUnknown ? {} : { reason }),
      code: typeof code === 'number' ? code : undefined,
      subcode: typeof subcode === 'number' ? subcode : undefined,
      trace: idOf(trace),
    });
    if (isUnknown) return { status: 'uncertain' };
    const again = known?.retryAfterMs ?? (status === 429 || status >= 500 ? faultPauseMs : undefined);
    if (again === undefined) return { status: 'rejected', reason };
    return { status: 'rejected', reason, retryAfterMs: Math.max(again, retryAfterMs ?? 0) };
  }
}

/**
 * Meta knows a number under its own id, which is another in some countries, as where a digit for mobile telephones came in later
 * (`contacts` in the answer; https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages): the person writes from that.
 */
function taken(answer: GraphBody, to: unknown): SendResult {
  const [message] = listOf(answer['messages']);
  const providerMessageId = idOf(objectOf(message)['id']);
  if (providerMessageId === undefined) return { status: 'uncertain' };
  const [contact] = listOf(answer['contacts']);
  const conversation = idOf(objectOf(contact)['wa_id']);
  const isOther = typeof to === 'string' && conversation !== undefined && conversation !== to;
  return { status: 'delivered', providerMessageId, ...(isOther && isNumber(conversation) ? { conversation } : {}) };
}

/** Than a code that is new to us. */
function saysMore(status: number): boolean {
  return status === 401 || status === 429 || status >= 500;
}

function nameOf(status: number): string {
  if (status === 401) return 'access-token-invalid';
  if (status === 429) return 'rate-limited';
  return status >= 500 ? 'service-unavailable' : `status-${status}`;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}
