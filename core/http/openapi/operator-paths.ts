import {
  type Json,
  json,
  listOf,
  messagePage,
  operator,
  pathParameter,
  problems,
  query,
  schemaOf,
  text,
} from './operation.ts';

const conversationParameters = [pathParameter('tenant'), pathParameter('id')];
const owner: Json = { type: 'object', required: ['owner'], properties: { owner: { enum: ['bot', 'human'] } } };

/** What operators, and programs of theirs, may ask. */
export const operatorPaths: Json = {
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
      parameters: messagePage,
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
                  description: 'Yours: sent again with it, it is the message it was; with other words it is refused.',
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
        ...problems(409, 415),
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
      summary:
        'Try a dead letter again, behind what waits; what is uncertain may come twice, and to who has opted out nothing goes (409, CNV5015)',
      responses: {
        202: json('It waits to be sent.', {
          type: 'object',
          required: ['deadLetter'],
          properties: { deadLetter: schemaOf('DeadLetter') },
        }),
        ...problems(409),
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
      responses: {
        200: text(
          '`event:` is the type of the event. The files of a message have their address in `media`, as in its history.',
          'text/event-stream',
        ),
      },
    }),
  },
};
