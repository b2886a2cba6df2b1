import { type Api, ApiError, type Refusal } from '../../../../../plugins/channels/web-chat/widget/panel/api.ts';
import { createChat } from '../../../../../plugins/channels/web-chat/widget/panel/chat.ts';
import type { ChatState } from '../../../../../plugins/channels/web-chat/widget/panel/chat-state.ts';
import { openShelf } from '../../../../../plugins/channels/web-chat/widget/panel/saved-session.ts';
import {
  type Message,
  type Outgoing,
  plainMessage,
  type SessionStatus,
} from '../../../../../plugins/channels/web-chat/widget/panel/wire.ts';
import { createFakeLine } from './fake-line.ts';

export const address = { origin: 'https://bots.example', tenant: 'praxis', channel: 'web' };
const presentation = {
  name: { en: 'Park Dental' },
  languages: ['en'],
  defaultLanguage: 'en',
  greeting: {},
  suggestions: [],
  theme: {},
};
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A server in memory: what it was sent, and what it shall answer next. */
export function createServer() {
  const sent: { readonly session: string; readonly outgoing: Outgoing }[] = [];
  const refusals: Refusal[] = [];
  const history: Message[] = [];
  const changes: string[] = [];
  const server = {
    sent,
    refusals,
    history,
    changes,
    opened: 0,
    status: { state: 'active', owner: 'bot' } as SessionStatus,
  };
  const api: Api = {
    presentation: async () => presentation,
    async openSession() {
      const refusal = refusals.shift();
      if (refusal) throw new ApiError(refusal);
      server.opened++;
      return { session: `s${server.opened}`, token: 'secret', expiresAt: '' };
    },
    status: async () => server.status,
    history: async () => {
      const refusal = refusals.shift();
      if (refusal) throw new ApiError(refusal);
      return history;
    },
    async send({ session }, outgoing) {
      sent.push({ session, outgoing });
      const refusal = refusals.shift();
      if (refusal) throw new ApiError(refusal);
      return plainMessage({ id: `m-${outgoing.id}`, role: 'contact', text: outgoing.text });
    },
    async change({ session }, verb) {
      changes.push(`${verb} ${session}`);
      if (verb === 'resume') server.status = { state: 'active', owner: 'bot' };
    },
  };
  return { ...server, api, server };
}

export function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    get length() {
      return items.size;
    },
  } as Storage;
}

export function open(made = createServer(), storage = memoryStorage()) {
  const line = createFakeLine();
  const finished: string[] = [];
  const wrongWebsites: string[] = [];
  const states: ChatState[] = [];
  let ids = 0;
  const chat = createChat({
    address,
    api: made.api,
    shelf: openShelf(address, storage),
    connection: line.ports,
    newId: () => `c${++ids}`,
    locale: () => 'en',
    onState: (state) => states.push(state),
    onFinished: (message) => finished.push(message.text),
    onWrongWebsite: () => wrongWebsites.push('told'),
  });
  const lines = () =>
    chat.state.transcript.entries.map((entry) => {
      if (entry.kind === 'message') return `${entry.message.role}: ${entry.message.text}`;
      return entry.kind === 'outgoing' ? `${entry.delivery}: ${entry.outgoing.text}` : entry.kind;
    });
  return { ...made, ...line, chat, storage, finished, wrongWebsites, states, lines };
}
