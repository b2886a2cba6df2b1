import type { Http } from 'polyphon/plugin';
import { twilioError } from './twilio-errors.ts';

/** Twilio said no: nothing was done. */
export class TwilioRefusal extends Error {
  override readonly name = 'TwilioRefusal';
  readonly status: number;
  /** 0 where the answer carried none. */
  readonly code: number;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, code: number, retryAfterMs: number | undefined) {
    super(`Twilio answered ${status}, code ${code} ${twilioError(code).name}`);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A request as Twilio's resources make it (`RequestClient.RequestOptions`), as far as they use it. */
interface TwilioRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface TransportOptions {
  readonly http: Http;
  readonly accountSid: string;
  readonly authToken: string;
}

const timeoutMs = 20_000;
const maxBytes = 1_048_576;

/**
 * The client that Twilio's resources call: the granted way out in place of axios. It never tries again, and tells a refusal from
 * all other failures, because after a refusal it is certain that nothing was sent.
 */
export function createTransport({ http, accountSid, authToken }: TransportOptions, signal: AbortSignal) {
  const authorization = basicAuthorization(accountSid, authToken);
  return {
    accountSid,
    request: async (request: TwilioRequest): Promise<{ readonly statusCode: number; readonly body: string }> => {
      const url = new URL(request.uri);
      for (const [name, value] of pairsOf(request.params)) url.searchParams.append(name, value);
      const response = await http.fetch(url, {
        method: request.method.toUpperCase(),
        headers: { ...request.headers, authorization },
        ...(request.data === undefined ? {} : { body: new URLSearchParams(pairsOf(request.data)).toString() }),
        signal,
        timeoutMs,
        maxBytes,
      });
      const body = await response.text();
      if (response.status >= 400) throw refusalOf(response, body);
      return { statusCode: response.status, body };
    },
  };
}

export function basicAuthorization(accountSid: string, authToken: string): string {
  return `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
}

/** Lists as Twilio writes them: the name once for each value. */
function pairsOf(data: Readonly<Record<string, unknown>> = {}): [string, string][] {
  return Object.entries(data).flatMap(([name, value]) => {
    if (value === undefined || value === null) return [];
    return [value].flat().map((entry): [string, string] => [name, String(entry)]);
  });
}

function refusalOf(response: Response, body: string): TwilioRefusal {
  let code: unknown;
  try {
    code = (JSON.parse(body) as { readonly code?: unknown } | null)?.code;
  } catch {
    // A gateway's own page.
  }
  const seconds = response.headers.get('retry-after') ?? '';
  return new TwilioRefusal(
    response.status,
    typeof code === 'number' && Number.isSafeInteger(code) ? code : 0,
    /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined,
  );
}
