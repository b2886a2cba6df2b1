import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { refusalOf } from '../kit/fake-telegram-rules.ts';
import { formOf } from '../kit/fake-twilio-http.ts';
import { messageRefusal } from '../kit/fake-twilio-rules.ts';
import { refusalOfMessage } from '../kit/fake-whatsapp-request.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the platform would say to a call, by the kit's rules, which follow the vendors' specifications. */
interface Judged {
  readonly refusal?: string;
  readonly status: number;
  readonly body: object;
}

const register = {
  senders: undefined,
  services: new Set<string>(),
  optedOut: new Set<string>(),
  windowClosed: new Set<string>(),
};

/** Telegram, WhatsApp and Twilio behind one port, which judge what they are sent and remember only what they refused. */
export class Platforms implements AsyncDisposable {
  readonly baseUrl: string;
  readonly host: string;
  taken = 0;
  /** Words of refusals, with how often and the last that was refused. */
  readonly refusals = new Map<string, { count: number; last: string }>();
  readonly #close: () => Promise<void>;

  private constructor(host: string, close: () => Promise<void>) {
    this.host = host;
    this.baseUrl = `http://${host}`;
    this.#close = close;
  }

  static async open(): Promise<Platforms> {
    const server = createServer((incoming, response) => {
      platforms.#answer(incoming, response).catch(() => response.destroy());
    });
    server.keepAliveTimeout = 60_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const platforms: Platforms = new Platforms(host, async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    });
    return platforms;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of incoming as AsyncIterable<Uint8Array>) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    this.taken += 1;
    const { refusal, status, body } = this.#judge(incoming.url ?? '/', text);
    if (refusal !== undefined) {
      const known = this.refusals.get(refusal) ?? { count: 0, last: '' };
      this.refusals.set(refusal, { count: known.count + 1, last: text.slice(0, 2_000) });
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #judge(path: string, text: string): Judged {
    const [, method] = /^\/bot[^/]+\/(\w+)$/.exec(path) ?? [];
    if (method !== undefined) return this.#telegram(method, text);
    if (/^\/v\d+\.\d\/\d+\/messages$/.test(path)) return this.#whatsapp(text);
    if (/^\/2010-04-01\/Accounts\/\w+\/Messages\.json$/.test(path)) return this.#twilio(text);
    return { refusal: `nothing is at ${path}`, status: 404, body: {} };
  }

  #telegram(method: string, text: string): Judged {
    if (method === 'getMe')
      return {
        status: 200,
        body: { ok: true, result: { id: 111_111, is_bot: true, first_name: 'Acme', username: 'acme_bot' } },
      };
    const payload = JSON.parse(text) as Fields;
    const refused = refusalOf(method, payload);
    if (refused !== undefined)
      return {
        refusal: `${method}: ${refused.description}`,
        status: refused.status,
        body: { ok: false, error_code: refused.status, description: refused.description },
      };
    const result = { message_id: this.taken, date: 1_795_000_000, chat: { id: payload['chat_id'], type: 'private' } };
    return {
      status: 200,
      body: { ok: true, result: method.startsWith('send') && method !== 'sendChatAction' ? result : true },
    };
  }

  #whatsapp(text: string): Judged {
    const payload = JSON.parse(text) as Fields;
    if (payload['status'] === 'read') return { status: 200, body: { success: true } };
    const refused = refusalOfMessage(payload, []);
    if (refused !== undefined)
      return {
        refusal: refused.details,
        status: refused.status,
        body: { error: { code: refused.code, message: refused.message } },
      };
    return {
      status: 200,
      body: { messaging_product: 'whatsapp', contacts: [], messages: [{ id: `wamid.out${this.taken}` }] },
    };
  }

  #twilio(text: string): Judged {
    const refused = messageRefusal(formOf(text), register);
    if (refused !== undefined)
      return {
        refusal: `${refused.code}`,
        status: refused.status,
        body: { code: refused.code, message: refused.message, status: refused.status },
      };
    return {
      status: 201,
      body: { sid: `SM${String(this.taken).padStart(32, '0')}`, status: 'queued', error_code: null },
    };
  }
}
