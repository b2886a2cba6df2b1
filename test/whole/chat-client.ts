import type { Message } from '../../core/contract/index.ts';

export interface Chat {
  readonly session: string;
  readonly token: string;
  /** Says something and waits for the reply. */
  ask(
    text: string,
    id?: string,
  ): Promise<{
    readonly status: number;
    readonly message: Message;
    readonly reply: Message | null;
    readonly turn: string;
  }>;
  call(
    method: string,
    path: string,
    init?: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response>;
}

/** A session of a web chat, as any HTTP client would have one. */
export async function openChat(url: string, tenantId: string, channel = 'web'): Promise<Chat> {
  const base = `${url}/v1/${tenantId}/${channel}`;
  const opened = await fetch(`${base}/sessions`, { method: 'POST' });
  if (opened.status !== 201) throw new Error(`no session: ${opened.status} ${await opened.text()}`);
  const { session, token } = (await opened.json()) as { session: string; token: string };
  const call: Chat['call'] = (method, path, init = {}) =>
    fetch(`${base}/sessions/${session}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(init.body === undefined ? {} : { body: init.body }),
    });
  return {
    session,
    token,
    call,
    ask: async (text, id = crypto.randomUUID()) => {
      const response = await call('POST', '/messages?wait=true', { body: JSON.stringify({ id, text }) });
      const answer = (await response.json()) as { message: Message; reply: Message | null; turn: string };
      return { ...answer, status: response.status };
    },
  };
}
