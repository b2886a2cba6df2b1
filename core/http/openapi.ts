import { type ApiSchemaName, apiSchemas } from './api-schemas.ts';

type Json = Readonly<Record<string, unknown>>;

const schemaOf = (name: ApiSchemaName): Json => ({ $ref: `#/components/schemas/${name}` });
const listOf = (member: string, name: ApiSchemaName): Json => ({
  type: 'object',
  required: [member],
  properties: { [member]: { type: 'array', items: schemaOf(name) } },
});
const json = (description: string, schema: Json): Json => ({
  description,
  content: { 'application/json': { schema } },
});
const stream = (description: string): Json => ({
  description,
  content: { 'text/event-stream': { schema: schemaOf('StreamEvent') } },
});
const text = (description: string, mediaType: string): Json => ({
  description,
  content: { [mediaType]: { schema: { type: 'string' } } },
});
const body = (...names: readonly ApiSchemaName[]): Json => {
  const [first, ...others] = names.map(schemaOf);
  const schema = others.length === 0 ? (first ?? {}) : { anyOf: [first, ...others] };
  return { required: true, content: { 'application/json': { schema } } };
};
const query = (name: string, schema: Json, description: string): Json => ({ name, in: 'query', schema, description });
const problems = (...statuses: readonly number[]): Json =>
  Object.fromEntries(statuses.map((status) => [String(status), { $ref: '#/components/responses/Problem' }]));

interface Operation {
  readonly summary: string;
  readonly responses: Json;
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  /** Where it is not that of its kind. */
  readonly security?: readonly Json[];
}
const sessionOrOperator = [{ sessionToken: [] }, { operatorToken: [] }];

const operator = (operation: Operation): Json => ({
  ...operation,
  tags: ['operators'],
  security: [{ operatorToken: [] }],
  responses: { ...operation.responses, ...problems(400, 401, 404, 429) },
});
const chat = (operation: Operation): Json => ({
  security: [{ sessionToken: [] }],
  ...operation,
  tags: ['web-chat'],
  responses: { ...operation.responses, ...problems(400, 401, 403, 404, 429, 503) },
});
const open = (tag: string, operation: Operation): Json => ({ ...operation, tags: [tag], security: [] });

const processPaths: Json = {
  '/health': {
    get: open('process', { summary: 'Whether the process runs', responses: { 200: json('It does.', statusSchema()) } }),
  },
  '/ready': {
    get: open('process', {
      summary: 'Whether the process takes requests',
      responses: { 200: json('It does.', statusSchema()), ...problems(503) },
    }),
  },
  '/metrics': {
    get: operator({
      summary: 'Numbers for Prometheus',
      responses: { 200: text('The exposition format.', 'text/plain') },
    }),
  },
  '/openapi.json': {
    get: open('process', { summary: 'This document', responses: { 200: json('OpenAPI 3.1.', { type: 'object' }) } }),
  },
  '/widget.js': {
    get: open('widget', {
      summary: 'The embeddable chat',
      responses: { 200: text('A script for any website.', 'text/javascript'), ...problems(404) },
    }),
  },
  '/play': {
    get: open('widget', {
      summary: 'The playground, with every bot; in production only where it is turned on, for operators',
      responses: { 200: text('A page.', 'text/html'), ...problems(401, 403, 404) },
    }),
  },
  '/play/{tenant}': {
    parameters: [pathParameter('tenant')],
    get: open('widget', {
      summary: 'The playground with one bot chosen',
      responses: { 200: text('A page.', 'text/html'), ...problems(401, 403, 404) },
    }),
  },
  '/v1/{tenant}/{channel}/health': {
    parameters: [pathParameter('tenant'), pathParameter('channel')],
    get: open('process', {
      summary: 'Whether one channel can be opened',
      responses: { 200: json('It can.', statusSchema()), ...problems(404, 503) },
    }),
  },
};

const change = (verb: string): Json => ({
  post: chat({
    summary: verb,
    responses: { 200: json('The session as it is now.', schemaOf('Session')), ...problems(409) },
  }),
});
const sessionParameters = [pathParameter('tenant'), pathParameter('channel'), pathParameter('id')];
const resume = [
  { name: 'Last-Event-ID', in: 'header', schema: { type: 'integer' }, description: 'Events after this one.' },
  query('after', { type: 'integer' }, 'The same, for clients that cannot set headers.'),
];

/** The protocol of the built-in web chat, which any channel of that kind speaks. */
const chatPaths: Json = {
  '/v1/{tenant}/{channel}/sessions': {
    parameters: [pathParameter('tenant'), pathParameter('channel')],
    post: {
      ...open('web-chat', {
        summary: 'Open a session. On a messenger that lets programs write first: with `to`, and an operator token',
        requestBody: body('NewSession', 'NewMessengerSession'),
        responses: {
          201: json('The session; of a web chat its token, of a messenger where it stands.', {
            anyOf: [schemaOf('SessionOpened'), schemaOf('Session')],
          }),
          ...problems(400, 401, 403, 404, 429, 503),
        },
      }),
      security: [{}, { operatorToken: [] }],
    },
  },
  '/v1/{tenant}/{channel}/sessions/{id}': {
    parameters: sessionParameters,
    get: chat({
      summary: 'The session. With an upgrade to WebSocket: its events both ways; the token may be in `?token=`',
      parameters: [query('token', { type: 'string' }, 'On the socket only.'), ...resume],
      responses: { 101: { description: 'The socket is open.' }, 200: json('The session.', schemaOf('Session')) },
      security: sessionOrOperator,
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/pause': { parameters: sessionParameters, ...change('Pause the session') },
  '/v1/{tenant}/{channel}/sessions/{id}/resume': { parameters: sessionParameters, ...change('Resume the session') },
  '/v1/{tenant}/{channel}/sessions/{id}/close': { parameters: sessionParameters, ...change('Close the session') },
  '/v1/{tenant}/{channel}/sessions/{id}/switch': {
    parameters: sessionParameters,
    post: chat({
      summary:
        'Go on in a messenger. With `method: code` six digits were sent there, to be written into this session as a message; with `method: word` the person sends `word` from there',
      requestBody: body('SwitchClaim'),
      responses: { 202: json('How the person proves it.', schemaOf('SwitchInvitation')), ...problems(409) },
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/messages': {
    parameters: sessionParameters,
    get: chat({
      summary: 'What was said',
      parameters: [
        query('after', { type: 'string' }, 'Messages after the one with this id.'),
        query('limit', { type: 'integer', minimum: 1, maximum: 500, default: 100 }, 'How many.'),
      ],
      responses: { 200: json('Messages in order.', listOf('messages', 'Message')) },
    }),
    post: chat({
      summary: 'Say something. With `Accept: text/event-stream` the reply streams in this response',
      parameters: [query('wait', { type: 'boolean' }, '`true` answers when the reply is complete.')],
      requestBody: body('NewMessage', 'NewMessengerMessage'),
      security: sessionOrOperator,
      responses: {
        200: {
          description: 'The reply, as a stream or, with `wait=true`, whole.',
          content: {
            'text/event-stream': { schema: schemaOf('StreamEvent') },
            'application/json': { schema: schemaOf('MessageAnswered') },
          },
        },
        202: json('The message is stored; the reply comes by the stream. Of a messenger: it will be sent.', {
          anyOf: [schemaOf('MessageTaken'), schemaOf('MessageQueued')],
        }),
        ...problems(409, 413),
      },
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/interactive': {
    parameters: sessionParameters,
    post: operator({
      summary: 'Send choices, on a messenger that lets programs write first',
      requestBody: body('NewInteractiveMessage'),
      responses: { 202: json('It will be sent.', schemaOf('MessageQueued')) },
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/templates': {
    parameters: sessionParameters,
    post: operator({
      summary: 'Send a template, also outside the window in which the messenger takes free text',
      requestBody: body('NewTemplateMessage'),
      responses: { 202: json('It will be sent.', schemaOf('MessageQueued')) },
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/stream': {
    parameters: sessionParameters,
    get: chat({
      summary: 'Events as they come',
      parameters: resume,
      responses: { 200: stream('Events until either side leaves.') },
    }),
  },
};

const conversationParameters = [pathParameter('tenant'), pathParameter('id')];
const owner: Json = { type: 'object', required: ['owner'], properties: { owner: { enum: ['bot', 'human'] } } };

const operatorPaths: Json = {
  '/v1/{tenant}/search': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'Passages that the bot would find',
      parameters: [
        { ...query('q', { type: 'string', minLength: 1, maxLength: 2000 }, 'The question.'), required: true },
        query('k', { type: 'integer', minimum: 1, maximum: 50, default: 5 }, 'How many.'),
      ],
      responses: { 200: json('Best first.', listOf('results', 'SearchResult')) },
    }),
  },
  '/v1/{tenant}/documents': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'Every document with its state',
      responses: { 200: json('By source and id.', listOf('documents', 'Document')) },
    }),
  },
  '/v1/{tenant}/unanswered': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'What was asked and not known, questions that are alike together',
      parameters: [query('days', { type: 'integer', minimum: 1, maximum: 365, default: 30 }, 'How far back.')],
      responses: { 200: json('Most asked first.', listOf('questions', 'UnansweredGroup')) },
    }),
  },
  '/v1/{tenant}/conversations': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'Conversations, the latest first',
      parameters: [
        query('limit', { type: 'integer', minimum: 1, maximum: 200, default: 50 }, 'How many.'),
        query('before', { type: 'string' }, 'Those that follow the one with this id in the list.'),
      ],
      responses: { 200: json('A page of them.', listOf('conversations', 'Conversation')) },
    }),
  },
  '/v1/{tenant}/conversations/{id}/messages': {
    parameters: conversationParameters,
    get: operator({
      summary: 'What was said',
      parameters: [
        query('after', { type: 'string' }, 'Messages after the one with this id.'),
        query('limit', { type: 'integer', minimum: 1, maximum: 500, default: 100 }, 'How many.'),
      ],
      responses: { 200: json('Messages in order.', listOf('messages', 'OperatorMessage')) },
    }),
    post: operator({
      summary: 'Say something as a person, which takes the conversation',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['text'],
              additionalProperties: false,
              properties: {
                text: { type: 'string', minLength: 1, maxLength: 20_000 },
                id: {
                  type: 'string',
                  pattern: '^[\\w.:@+~-]{1,200}$',
                  description: 'Yours: sent again with it, it is the message it was.',
                },
              },
            },
          },
        },
      },
      responses: {
        202: json('It is stored. Its `delivery` says whether it goes out, waits or will not be sent.', {
          type: 'object',
          required: ['message'],
          properties: { message: schemaOf('OperatorMessage') },
        }),
      },
    }),
  },
  '/v1/{tenant}/conversations/{id}/messages/{message}/media/{index}': {
    parameters: [...conversationParameters, pathParameter('message'), pathParameter('index')],
    get: operator({
      summary:
        'A file that a person sent, fetched from the platform it came by; `media` of a message names the address',
      responses: {
        200: {
          description:
            'The bytes. Plain pictures, audio and video are `inline`; all else is an `attachment`, under a type that nothing runs.',
          content: { '*/*': {} },
        },
        ...problems(409, 410, 422, 502, 504),
      },
    }),
  },
  '/v1/{tenant}/conversations/{id}/take': {
    parameters: conversationParameters,
    post: operator({ summary: 'A person answers from now on', responses: { 200: json('Who owns it.', owner) } }),
  },
  '/v1/{tenant}/conversations/{id}/return': {
    parameters: conversationParameters,
    post: operator({ summary: 'The bot answers again', responses: { 200: json('Who owns it.', owner) } }),
  },
  '/v1/{tenant}/contacts': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'People, the newest first',
      parameters: [
        query('limit', { type: 'integer', minimum: 1, maximum: 200, default: 50 }, 'How many.'),
        query('before', { type: 'string' }, 'Those that follow the one with this id in the list.'),
      ],
      responses: { 200: json('A page of them.', listOf('contacts', 'Contact')) },
    }),
  },
  '/v1/{tenant}/contacts/{id}': {
    parameters: conversationParameters,
    get: operator({
      summary: 'One person with all addresses and the ids of the conversations',
      responses: {
        200: json('The contact.', {
          type: 'object',
          required: ['contact'],
          properties: { contact: schemaOf('Contact') },
        }),
      },
    }),
  },
  '/v1/{tenant}/usage': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'Turns, tokens and cost by day of the bot’s time zone and by model',
      responses: { 200: json('By day.', listOf('usage', 'Usage')) },
    }),
  },
  '/v1/{tenant}/dead-letters': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'Messages that were given up or may not have arrived, the newest first',
      parameters: [
        query('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }, 'How many.'),
        query('state', { enum: ['dead', 'uncertain'] }, 'Only these.'),
      ],
      responses: { 200: json('Each with its reason.', listOf('deadLetters', 'DeadLetter')) },
    }),
  },
  '/v1/{tenant}/dead-letters/{id}/retry': {
    parameters: conversationParameters,
    post: operator({
      summary: 'Try a dead letter again, behind what waits; what is uncertain may come twice',
      responses: {
        202: json('It waits to be sent.', {
          type: 'object',
          required: ['deadLetter'],
          properties: { deadLetter: schemaOf('DeadLetter') },
        }),
      },
    }),
  },
  '/v1/{tenant}/dead-letters/{id}/dismiss': {
    parameters: conversationParameters,
    post: operator({
      summary: 'Let a dead letter rest: it stays in the history, and is in no list any more',
      responses: {
        200: json('As it was.', {
          type: 'object',
          required: ['deadLetter'],
          properties: { deadLetter: schemaOf('DeadLetter') },
        }),
      },
    }),
  },
  '/v1/{tenant}/webhook-log': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'What platforms asked, without what people wrote',
      parameters: [
        query('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }, 'How many.'),
        query('after', { type: 'integer', minimum: 0 }, 'In order, those after the entry with this id.'),
      ],
      responses: { 200: json('The newest first.', listOf('entries', 'WebhookEntry')) },
    }),
  },
  '/v1/{tenant}/events': {
    parameters: [pathParameter('tenant')],
    get: operator({
      summary: 'What happens in this bot, as it happens',
      responses: { 200: text('`event:` is the type of the event.', 'text/event-stream') },
    }),
  },
};

/** OpenAPI 3.1 of everything the process serves itself, from the schemas it is checked with. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Polyphon',
      version: '1',
      description:
        'Every error is `application/problem+json` with a stable `code`. `channel` is the key in `channels:` of a bot.',
    },
    servers: [{ url: '/' }],
    paths: named({ ...processPaths, ...chatPaths, ...operatorPaths }),
    components: {
      schemas: apiSchemas,
      responses: {
        Problem: {
          description: 'What is wrong, and what to do.',
          content: { 'application/problem+json': { schema: schemaOf('Problem') } },
        },
      },
      securitySchemes: {
        operatorToken: { type: 'http', scheme: 'bearer', description: 'POLYPHON_ADMIN_TOKEN or one of admin.tokens.' },
        sessionToken: { type: 'http', scheme: 'bearer', description: 'From the opening of the session.' },
      },
    },
  };
}

/** Each operation under a name that generators of clients make a function of, as in `getConversationsMessages`. */
function named(paths: Json): Json {
  const withNames = Object.entries(paths).map(([path, item]) => {
    const operations = Object.entries(item as Json).map(([method, operation]) =>
      method === 'parameters'
        ? [method, operation]
        : [method, { operationId: nameOf(method, path), ...(operation as Json) }],
    );
    return [path, Object.fromEntries(operations)];
  });
  return Object.fromEntries(withNames) as Json;
}

function nameOf(method: string, path: string): string {
  const parts = path
    .replace(/^\/v1\/\{tenant\}/, '')
    .split('/')
    .filter(Boolean);
  const words = parts.flatMap((part, at) => {
    const parameter = /^\{(\w+)\}$/.exec(part)?.[1];
    if (parameter === undefined) return part.split(/[^a-z]+/);
    if (parameter === 'channel') return ['channel'];
    return at === parts.length - 1 ? ['by', parameter] : [];
  });
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function pathParameter(name: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function statusSchema(): Json {
  return { type: 'object', required: ['status'], properties: { status: { type: 'string' } } };
}
