import type { Router } from '@koa/router';
import { type Clock, PolyphonError } from '../contract/index.ts';
import type { ReservedChannel } from '../contract/reserved-channels.ts';
import { shownEvent, withFileAddresses } from '../conversation/operator/file-addresses.ts';
import type { Kernel } from '../kernel/face.ts';
import type { Answerer, createAnswer, Parameters } from './answer.ts';
import type { AppState } from './app.ts';
import { requireTenantShape } from './channel-calls.ts';
import { contactResponse, type OperatorPeople } from './contact-routes.ts';
import type { HttpExchange } from './exchange.ts';
import { fetchesIn } from './file-addresses.ts';
import { fileResponse } from './file-response.ts';
import type { OperatorAuth } from './operator-auth.ts';
import type { OperatorConversations, OperatorDeliveries, OperatorKnowledge } from './operator-port.ts';
import { parseJsonObject, readBody } from './read-body.ts';
import { eventStreamResponse, type ServerSentEvent } from './server-sent-events.ts';

export interface OperatorRoutesOptions {
  readonly kernel: Kernel;
  readonly conversations: OperatorConversations;
  readonly knowledge: OperatorKnowledge;
  readonly deliveries: OperatorDeliveries;
  readonly people: OperatorPeople;
  readonly auth: OperatorAuth;
  readonly clock: Clock;
  readonly answer: ReturnType<typeof createAnswer>;
}

const maxQuestionLength = 2_000;
const maxTextLength = 20_000;
const maxBodyBytes = 65_536;

/** What people who run bots may ask of one tenant. Each needs an operator token (see OperatorAuth). */
export function addOperatorRoutes(router: Router<AppState>, options: OperatorRoutesOptions): void {
  const { kernel, conversations, knowledge, deliveries, people, auth, clock, answer } = options;

  const get = (path: OperatorPath, handler: OperatorHandler) =>
    router.get(`/v1/:tenant/${path}`, answer(operator(handler)));
  const post = (path: OperatorPath, handler: OperatorHandler) =>
    router.post(`/v1/:tenant/${path}`, answer(operator(handler)));

  get('search', async ({ tenantId, exchange }) => {
    const text = exchange.query.get('q')?.toWellFormed().trim() ?? '';
    if (text === '' || text.length > maxQuestionLength) {
      throw new PolyphonError(
        'HTP4004',
        `Query: q must hold 1 to ${maxQuestionLength} characters. Send a question in it.`,
      );
    }
    const limit = countIn(exchange.query, 'k', { fallback: 5, most: 50 });
    const passages = await kernel.search(tenantId, { text, limit, below: 'keep' }, exchange.signal);
    return Response.json({
      results: passages.map(({ source, document, chunk, score, text: passage, title, page, url }) => ({
        source,
        document,
        chunk,
        score,
        title,
        text: passage,
        page,
        url,
      })),
    });
  });

  get('documents', async ({ tenantId, exchange }) =>
    Response.json({
      documents: (await knowledge.documents(tenantId, exchange.signal)).map(({ readAt, ...document }) => ({
        ...document,
        readAt: new Date(readAt).toISOString(),
      })),
    }),
  );

  get('unanswered', async ({ tenantId, exchange }) => {
    const days = countIn(exchange.query, 'days', { fallback: 30, most: 365 });
    return Response.json({ questions: await knowledge.unanswered(tenantId, { days }, exchange.signal) });
  });

  get('conversations', async ({ tenantId, exchange }) => {
    const before = idIn(exchange.query, 'before');
    const limit = countIn(exchange.query, 'limit', { fallback: 50, most: 200 });
    const list = await conversations.list(
      tenantId,
      { limit, ...(before === undefined ? {} : { before }) },
      exchange.signal,
    );
    return Response.json({ conversations: list });
  });

  get('conversations/:id/messages', async ({ tenantId, exchange, parameters }) => {
    const after = idIn(exchange.query, 'after');
    const limit = countIn(exchange.query, 'limit', { fallback: 100, most: 500 });
    const query = { limit, ...(after === undefined ? {} : { after }) };
    const conversation = conversationOf(parameters);
    const messages = await conversations.messages(tenantId, conversation, query, exchange.signal);
    if (messages === undefined) throw noConversation();
    const place = { tenantId, conversation };
    const fetches = fetchesIn(kernel, tenantId, exchange.signal);
    return Response.json({ messages: await withFileAddresses(fetches, place, messages) });
  });

  get('conversations/:id/messages/:message/media/:index', async ({ tenantId, exchange, parameters }) => {
    const place = { conversation: conversationOf(parameters), ...fileIn(parameters) };
    return fileResponse(await conversations.file(tenantId, place, exchange.signal));
  });

  post('conversations/:id/take', async ({ tenantId, exchange, parameters }) => {
    if (!(await conversations.take(tenantId, conversationOf(parameters), exchange.signal))) throw noConversation();
    return Response.json({ owner: 'human' });
  });

  post('conversations/:id/return', async ({ tenantId, exchange, parameters }) => {
    if (!(await conversations.return(tenantId, conversationOf(parameters), exchange.signal))) throw noConversation();
    return Response.json({ owner: 'bot' });
  });

  post('conversations/:id/messages', async ({ tenantId, exchange, parameters }) => {
    const { text, id, ...rest } = parseJsonObject(await readBody(exchange.request, maxBodyBytes));
    if (typeof text !== 'string' || !text.isWellFormed() || text.trim() === '' || text.length > maxTextLength) {
      throw new PolyphonError(
        'HTP4004',
        `Body: text must be a string of 1 to ${maxTextLength} characters in valid Unicode.`,
      );
    }
    if (id !== undefined && (typeof id !== 'string' || !idShape.test(id))) {
      throw new PolyphonError('HTP4004', 'Body: id must be 1 to 200 characters of letters, digits and _.:@+~-.');
    }
    if (Object.keys(rest).length > 0)
      throw new PolyphonError('HTP4004', 'Body: text and id are the only members. Leave the others out.');
    const words = { text, ...(id === undefined ? {} : { key: id }) };
    const message = await conversations.say(tenantId, conversationOf(parameters), words, exchange.signal);
    if (message === undefined) throw noConversation();
    return Response.json({ message }, { status: 202 });
  });

  get('contacts', async ({ tenantId, exchange }) => {
    const before = idIn(exchange.query, 'before');
    const limit = countIn(exchange.query, 'limit', { fallback: 50, most: 200 });
    const query = { limit, ...(before === undefined ? {} : { before }) };
    return Response.json({ contacts: await people.list(tenantId, query, exchange.signal) });
  });

  get('contacts/:id', ({ tenantId, exchange, parameters }) =>
    contactResponse(people, { tenantId, contact: parameters['id'] ?? '', signal: exchange.signal }),
  );

  get('usage', async ({ tenantId, exchange }) =>
    Response.json({ usage: await conversations.usage(tenantId, exchange.signal) }),
  );

  get('dead-letters', async ({ tenantId, exchange }) => {
    const limit = countIn(exchange.query, 'limit', { fallback: 100, most: 1_000 });
    const state = choiceIn(exchange.query, 'state', ['dead', 'uncertain']);
    return Response.json({ deadLetters: await deliveries.deadLetters(tenantId, { limit, state }, exchange.signal) });
  });

  post('dead-letters/:id/retry', async ({ tenantId, exchange, parameters }) => {
    const letter = await deliveries.retry(tenantId, parameters['id'] ?? '', exchange.signal);
    if (letter === undefined) throw noDeadLetter();
    return Response.json({ deadLetter: letter }, { status: 202 });
  });

  post('dead-letters/:id/dismiss', async ({ tenantId, exchange, parameters }) => {
    const letter = await deliveries.dismiss(tenantId, parameters['id'] ?? '', exchange.signal);
    if (letter === undefined) throw noDeadLetter();
    return Response.json({ deadLetter: letter });
  });

  get('webhook-log', async ({ tenantId, exchange }) => {
    const limit = countIn(exchange.query, 'limit', { fallback: 100, most: 1_000 });
    const isFollowing = exchange.query.has('after');
    const after = isFollowing ? countIn(exchange.query, 'after', { fallback: 0, least: 0, most: 999_999_999_999 }) : 0;
    const query = { limit, ...(isFollowing ? { after } : {}) };
    return Response.json({ entries: await deliveries.webhookLog(tenantId, query, exchange.signal) });
  });

  get('events', ({ tenantId, exchange }) => eventStreamResponse(botEvents(tenantId, exchange.signal), clock));

  function operator(handler: OperatorHandler): Answerer {
    return (exchange, parameters) => {
      auth.require(exchange);
      const tenantId = parameters['tenant'] ?? '';
      requireTenantShape(tenantId);
      kernel.tenant(tenantId);
      return handler({ tenantId, exchange, parameters });
    };
  }

  async function* botEvents(tenantId: string, signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    const fetches = fetchesIn(kernel, tenantId, signal);
    for await (const event of conversations.events(tenantId, signal))
      yield { event: event.type, data: await shownEvent(fetches, event) };
  }
}

/** Only what no channel can be called is reached. */
type OperatorPath = ReservedChannel | `${ReservedChannel}/${string}`;

type OperatorHandler = (call: {
  readonly tenantId: string;
  readonly exchange: HttpExchange;
  readonly parameters: Parameters;
}) => Response | Promise<Response>;

function countIn(
  query: URLSearchParams,
  name: string,
  limits: { readonly fallback: number; readonly most: number; readonly least?: number },
): number {
  const text = query.get(name);
  if (text === null) return limits.fallback;
  const count = Number(text);
  const { least = 1, most } = limits;
  if (!/^\d{1,12}$/.test(text) || count < least || count > most) {
    throw new PolyphonError('HTP4004', `Query: ${name} must be a whole number from ${least} to ${most}.`);
  }
  return count;
}

function choiceIn<Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const choice = choices.find((one) => one === text);
  if (choice === undefined) {
    throw new PolyphonError('HTP4004', `Query: ${name} must be one of ${choices.join(', ')}.`);
  }
  return choice;
}

const idShape = /^[\w.:@+~-]{1,200}$/;

function idIn(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!idShape.test(text))
    throw new PolyphonError('HTP4004', `Query: ${name} is not an id. Send one from an earlier answer.`);
  return text;
}

function conversationOf(parameters: Parameters): string {
  const conversation = parameters['id'] ?? '';
  // Platforms choose these ids, so any printable text may be one; the store answers whether it is.
  if (conversation === '' || conversation.length > 512 || !conversation.isWellFormed()) throw noConversation();
  return conversation;
}

function fileIn({ message = '', index = '' }: Parameters): { readonly message: string; readonly index: number } {
  if (/^\d{1,3}$/.test(index) && idShape.test(message)) return { message, index: Number(index) };
  throw new PolyphonError('CNV5031', 'File: this is no address of one. Take it from `media` of a message.');
}

function noDeadLetter(): PolyphonError {
  return new PolyphonError(
    'CNV5009',
    'Dead letter: this bot has none with this id. List them at /v1/:tenant/dead-letters.',
  );
}

function noConversation(): PolyphonError {
  return new PolyphonError(
    'HTP4014',
    'Conversation: this bot has none with this id. List them at /v1/:tenant/conversations.',
  );
}
