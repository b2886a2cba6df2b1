import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type BotEvent,
  type LogFields,
  type Logger,
  type Message,
  PolyphonError,
} from '../../../core/contract/index.ts';
import type { MessageFile } from '../../../core/conversation/operator/message-file.ts';
import type { OperatorPeople } from '../../../core/http/contact-routes.ts';
import type { HttpSettings } from '../../../core/http/http-settings.ts';
import type { OperatorConversations, OperatorDeliveries } from '../../../core/http/operator-port.ts';
import { createHttpServer, type HttpServerOptions } from '../../../core/http/server.ts';
import type { Kernel } from '../../../core/kernel/face.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { createMetrics } from '../../../core/observe/metrics.ts';

/** The conversations of tenant `praxis`: one, `c1`. */
export class FakeConversations implements OperatorConversations {
  owner: 'bot' | 'human' = 'bot';
  readonly said: string[] = [];
  /** What comes for each file that is asked for. */
  file: OperatorConversations['file'] = async (): Promise<MessageFile> => ({
    bytes: new Uint8Array([1, 2, 3]),
    mediaType: 'image/png',
    kind: 'image',
  });
  message: Message = {
    id: 'm1',
    role: 'contact',
    text: 'Hallo',
    attachments: [],
    actions: [],
    citations: [],
    channel: 'web',
    createdAt: '2026-11-21T08:00:00.000Z',
  };

  async list() {
    return [{ id: 'c1', channel: 'web', owner: this.owner, createdAt: '2026-11-21T08:00:00.000Z' }];
  }

  async messages(_tenantId: string, conversation: string) {
    return conversation === 'c1' ? [this.message] : undefined;
  }

  async take(_tenantId: string, conversation: string) {
    if (conversation !== 'c1') return false;
    this.owner = 'human';
    return true;
  }

  async return(_tenantId: string, conversation: string) {
    if (conversation !== 'c1') return false;
    this.owner = 'bot';
    return true;
  }

  async say(_tenantId: string, conversation: string, { text, key }: { readonly text: string; readonly key?: string }) {
    if (conversation !== 'c1') return undefined;
    this.said.push(key === undefined ? text : `${key}: ${text}`);
    return { ...this.message, role: 'operator' as const, text };
  }

  async usage() {
    return [{ day: '2026-11-21', model: 'offline', turns: 1, inputTokens: 10, outputTokens: 5 }];
  }

  async *events(tenantId: string): AsyncGenerator<BotEvent> {
    yield { tenantId, at: '2026-11-21T08:00:00.000Z', type: 'bot.reloaded', revision: 'r2' };
  }
}

const contact = {
  id: 'c1',
  name: 'Ada',
  identities: [{ channel: 'web', address: 's1' }],
  createdAt: '2026-11-21T08:00:00.000Z',
};

const fakePeople: OperatorPeople = {
  list: async () => [contact],
  find: async (_tenantId, id) => (id === 'c1' ? { ...contact, conversations: ['c1'] } : undefined),
};

const deadLetter = {
  id: 'c1',
  state: 'uncertain',
  conversation: 'c1',
  channel: 'web',
  message: 'm1',
  text: 'Hallo',
  reason: 'blocked',
  attempts: 8,
  createdAt: '2026-11-21T08:00:00.000Z',
} as const;

const fakeDeliveries: OperatorDeliveries = {
  deadLetters: async (_tenantId, { state }) => (state === 'dead' ? [] : [deadLetter]),
  retry: async (_tenantId, id) => {
    if (id === 'left') throw new PolyphonError('CNV5015', 'The person has opted out. Dismiss it.');
    return id === 'c1' ? deadLetter : undefined;
  },
  dismiss: async (_tenantId, id) => (id === 'c1' ? deadLetter : undefined),
  webhookLog: async (_tenantId, { after = 0 }) =>
    [1, 2]
      .filter((id) => id > after)
      .map((id) => ({
        id,
        at: '2026-11-21T08:00:00.000Z',
        channel: 'sms',
        method: 'POST',
        route: 'webhook',
        status: 200,
        taken: 'accepted',
        detail: '1 message',
        durationMs: 1.5,
        headers: {},
        bodyBytes: 2,
        shape: {},
      })),
};

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export function collectLog(lines: LogLine[]): Logger {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), with: () => collectLog(lines) };
}

/** A real server on a free port; it closes with the test. */
export async function startServer(
  kernel: Kernel,
  options: Partial<Omit<HttpServerOptions, 'settings'>> & { readonly settings?: Partial<HttpSettings> } = {},
) {
  const lines: LogLine[] = [];
  const metrics = createMetrics();
  const conversations = new FakeConversations();
  const assetsDirectory = options.assetsDirectory ?? (await mkdtemp(join(tmpdir(), 'polyphon-assets-')));
  const server = createHttpServer({
    kernel,
    clock: systemClock,
    random: systemRandom,
    log: collectLog(lines),
    metrics,
    adminTokens: ['operator-token-1'],
    conversations,
    knowledge: {
      unanswered: async () => [],
      documents: async () => [
        { source: 'files', document: 'a.md', title: 'A', state: 'ready', chunks: 3, readAt: Date.UTC(2026, 10, 21, 8) },
      ],
    },
    deliveries: fakeDeliveries,
    people: fakePeople,
    mode: 'dev',
    ...options,
    assetsDirectory,
    settings: { port: 0, host: '127.0.0.1', trustedProxies: [], ...options.settings },
  });
  const { url, port } = await server.listen(AbortSignal.timeout(5_000));
  onTestFinished(async () => {
    await server.close();
    metrics[Symbol.dispose]();
    if (options.assetsDirectory === undefined) await rm(assetsDirectory, { recursive: true });
  });
  return { server, url: url.replace('localhost', '127.0.0.1'), port, lines, conversations, metrics, assetsDirectory };
}

/** Sends bytes as they are and gives back everything that comes until the other side closes, or `pauseMs` after the last byte. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(text) : reject(error),
    );
  });
}

export async function problemIn(
  response: Response,
): Promise<{ code: string; status: number; detail: string; instance: string }> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) {
    throw new Error(`not a problem: ${response.status} ${response.headers.get('content-type')}`);
  }
  return (await response.json()) as { code: string; status: number; detail: string; instance: string };
}
