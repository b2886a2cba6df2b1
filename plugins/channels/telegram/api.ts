import { type Http, PolyphonError } from 'polyphon/plugin';
import type { Telegram as Methods, Opts } from 'telegraf/types';
import { fieldsOf } from './fields.ts';

export type { Methods, Opts };

/** Calls of the Bot API, through the granted network. */
export interface BotApi {
  /** The bot's own number, which is the part of its token before the colon. */
  readonly botId: number;
  /** @throws TelegramError where Telegram said no, PolyphonError NET60xx or TGM3208 where it is not known what it did. */
  call<M extends keyof Methods>(method: M, payload: Opts<M>, options: CallOptions): Promise<ReturnType<Methods[M]>>;
  /** For methods and fields newer than Telegraf's types. Throws as `call`. */
  callUntyped(method: string, payload: object, options: CallOptions): Promise<unknown>;
  /**
   * A file that `getFile` named, from the API's own host.
   * @throws PolyphonError TGM3209, NET60xx.
   */
  download(filePath: string, options: CallOptions & { readonly maxBytes: number }): Promise<Uint8Array>;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** 30 s unless told. */
  readonly timeoutMs?: number;
}

const maxAnswerBytes = 16 * 1_048_576;
const pathShape = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

/**
 * Telegraf's client over the granted network. Its own transport knows neither the guard nor a deadline, so that only its types and
 * its error class are left of it. The token is a part of the address: no address is ever put into an error or a log.
 */
export async function openApi(options: {
  readonly token: string;
  readonly baseUrl: string;
  readonly http: Http;
}): Promise<BotApi> {
  const { token, http } = options;
  const { Telegram, TelegramError } = await import('telegraf');
  const root = options.baseUrl.replace(/\/+$/, '');

  const request = async (method: string, payload: object, { signal, timeoutMs }: CallOptions): Promise<unknown> => {
    const response = await http.fetch(`${root}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
      signal,
      maxBytes: maxAnswerBytes,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const answer = parsed(await response.text());
    if (answer?.['ok'] === true && 'result' in answer) return answer['result'];
    // A refusal in Telegram's own words, or one of a server in front of it, which answers with a page.
    if (answer?.['ok'] === false || response.status >= 400) {
      const description = answer?.['description'];
      const code = answer?.['error_code'];
      const parameters = fieldsOf(answer?.['parameters']);
      throw new TelegramError(
        {
          error_code: typeof code === 'number' ? code : response.status,
          description: typeof description === 'string' ? description.slice(0, 500) : '',
          ...(parameters === undefined ? {} : { parameters: parameters as object }),
        },
        { method },
      );
    }
    throw new PolyphonError(
      'TGM3208',
      `Telegram, ${method}: the answer (status ${response.status}) is not one of the Bot API. Check \`baseUrl\`, and what stands between here and there.`,
    );
  };

  class GrantedTelegram extends Telegram {
    override async callApi<M extends keyof Methods>(
      method: M,
      payload: Opts<M>,
      { signal }: { readonly signal?: unknown } = {},
    ): Promise<ReturnType<Methods[M]>> {
      const given = signal instanceof AbortSignal ? signal : new AbortController().signal;
      const { timeout } = payload as { readonly timeout?: unknown };
      // Long polling is meant to take its time.
      const timeoutMs = typeof timeout === 'number' && method === 'getUpdates' ? (timeout + 15) * 1000 : undefined;
      const options = { signal: given, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
      return (await request(method, payload, options)) as ReturnType<Methods[M]>;
    }
  }
  const telegram = new GrantedTelegram(token, { apiRoot: root, webhookReply: false });

  return {
    botId: Number(token.split(':')[0]),
    call: (method, payload, { signal }) => telegram.callApi(method, payload, { signal: signal as never }),
    callUntyped: request,
    download: async (filePath, { maxBytes, ...rest }) => {
      if (!pathShape.test(filePath) || filePath.includes('..')) {
        throw new PolyphonError(
          'TGM3209',
          'Telegram, getFile: the path of the file leads elsewhere. A Bot API server in `--local` mode is not supported; run it without.',
        );
      }
      const response = await http.fetch(`${root}/file/bot${token}/${filePath}`, { ...rest, maxBytes });
      if (new URL(response.url || root).origin !== new URL(root).origin || !response.ok) {
        await response.body?.cancel();
        throw new PolyphonError(
          'TGM3209',
          `Telegram, file: the server answered with status ${response.status} or sent us to another host. Links are good for an hour; ask again.`,
        );
      }
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

function parsed(text: string) {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
