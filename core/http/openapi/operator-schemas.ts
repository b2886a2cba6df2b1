import { type TSchema, Type } from 'typebox';
import { deliveryStates } from '../../conversation/outbox/message-delivery.ts';
import { oneOf, optional, ref, time, whole } from './schema-words.ts';

const searchResult = Type.Object({
  source: Type.String(),
  document: Type.String(),
  chunk: Type.String(),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  title: Type.String(),
  text: Type.String(),
  page: optional(Type.Integer({ minimum: 1 })),
  url: optional(Type.String({ format: 'uri' })),
});

const documentState = Type.Object({
  source: Type.String(),
  document: Type.String(),
  title: Type.String(),
  state: Type.String(),
  mediaType: optional(Type.String()),
  chunks: whole(),
  error: optional(Type.Object({ code: Type.String(), message: Type.String() })),
  readAt: time,
});

const conversation = Type.Object({
  id: Type.String(),
  channel: Type.String(),
  owner: oneOf('bot', 'human', 'paused'),
  session: optional(Type.String()),
  sessionState: optional(oneOf('active', 'paused', 'closed')),
  contact: optional(Type.Object({ id: Type.String(), name: optional(Type.String()) })),
  language: optional(Type.String()),
  misses: optional(whole()),
  handoff: optional(Type.String({ description: 'Why a person was asked for, while nobody has taken over.' })),
  createdAt: time,
  lastMessageAt: optional(time),
});

const usage = Type.Object({
  day: Type.String({ format: 'date' }),
  model: Type.String(),
  turns: whole(),
  inputTokens: whole(),
  outputTokens: whole(),
  cost: Type.Number({ description: 'By the prices in the definition when it was used.' }),
  currency: Type.String({ description: 'ISO 4217; empty where the model has no price.' }),
});

const operatorMessage = Type.Intersect([
  ref('Message'),
  Type.Object({
    delivery: optional(
      Type.Object({
        status: oneOf(...deliveryStates),
        reason: optional(Type.String()),
        note: optional(Type.String({ description: 'In the measure of the platform, as in `2 segments, UCS-2`.' })),
        at: optional(time),
        due: optional(time),
        repeated: optional(Type.Literal(true)),
      }),
    ),
    edited: optional(Type.Literal(true)),
    attachments: Type.Array(
      Type.Object({
        media: optional(
          Type.String({
            format: 'uri-reference',
            description: 'Where this server gives a file that the platform holds.',
          }),
        ),
      }),
    ),
  }),
]);

const deadLetter = Type.Object({
  id: Type.String(),
  state: Type.Union([Type.Literal('dead'), Type.Literal('uncertain')], {
    description:
      '`dead`: given up, it has not arrived. `uncertain`: it may have arrived; sent again, it may come twice.',
  }),
  conversation: Type.String(),
  channel: Type.String(),
  message: Type.String(),
  text: Type.String(),
  reason: Type.String(),
  attempts: whole(),
  createdAt: time,
});

const unansweredGroup = Type.Object({
  question: Type.String({ description: 'The latest of them.' }),
  count: Type.Integer(),
  lastAskedAt: Type.String({ format: 'date-time' }),
  language: optional(Type.String({ description: 'BCP 47.' })),
  alike: Type.Array(Type.String(), { description: 'Other wordings, latest first.' }),
  turns: Type.Array(Type.String(), { description: 'Turns, latest first.' }),
});
const webhookEntry = Type.Object({
  id: whole(),
  at: time,
  channel: Type.String(),
  method: Type.String(),
  route: Type.String(),
  status: Type.Integer(),
  taken: oneOf('accepted', 'ignored', 'rejected', 'failed'),
  detail: Type.String(),
  durationMs: Type.Number({ minimum: 0 }),
  headers: Type.Record(Type.String(), Type.String()),
  bodyBytes: whole(),
  shape: Type.Unsafe<unknown>({ description: 'The keys of the body with the types of their values.' }),
});

const contact = Type.Object({
  id: Type.String(),
  name: optional(Type.String()),
  email: optional(Type.String()),
  phone: optional(Type.String()),
  identities: Type.Array(
    Type.Object({ channel: Type.String({ description: 'The key in `channels:`.' }), address: Type.String() }),
  ),
  conversations: optional(Type.Array(Type.String(), { description: 'Latest first; only of one contact.' })),
  createdAt: time,
});

/** What the routes of operators give. Keys are component names. */
export const operatorSchemas = {
  SearchResult: searchResult,
  Document: documentState,
  Conversation: conversation,
  Usage: usage,
  OperatorMessage: operatorMessage,
  DeadLetter: deadLetter,
  UnansweredGroup: unansweredGroup,
  WebhookEntry: webhookEntry,
  Contact: contact,
} as const satisfies Readonly<Record<string, TSchema>>;
