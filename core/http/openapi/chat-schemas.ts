import { type TSchema, Type } from 'typebox';
import { list, oneOf, optional, ref, time, whole } from './schema-words.ts';

const attachment = Type.Object({
  id: Type.String(),
  kind: oneOf('image', 'audio', 'video', 'document', 'sticker', 'location', 'contact', 'unsupported'),
  mediaType: Type.String(),
  name: optional(Type.String()),
  bytes: optional(whole()),
  url: optional(Type.String({ format: 'uri' })),
});

const action = Type.Object({ id: Type.String(), label: Type.String(), url: optional(Type.String({ format: 'uri' })) });

const citation = Type.Object({
  source: Type.String({ description: 'The key in `knowledge:`.' }),
  document: Type.String(),
  chunk: Type.String(),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  title: Type.String(),
  url: optional(Type.String({ format: 'uri' })),
  page: optional(Type.Integer({ minimum: 1 })),
  row: optional(Type.Integer({ minimum: 1 })),
  quote: Type.String(),
});

const message = Type.Object({
  id: Type.String(),
  role: oneOf('contact', 'bot', 'operator', 'system'),
  text: Type.String(),
  attachments: list('Attachment'),
  actions: list('Action'),
  citations: list('Citation'),
  channel: Type.String({ description: 'The key in `channels:`.' }),
  createdAt: time,
  author: optional(
    Type.String({ description: 'The name of who wrote it, where several people write in one conversation.' }),
  ),
  quotes: optional(Type.String({ description: 'What it answers of what was said before, shortened.' })),
});

const session = Type.Object({
  id: Type.String(),
  session: Type.String(),
  state: oneOf('active', 'paused', 'closed'),
  owner: oneOf('bot', 'human', 'paused'),
  channel: Type.String(),
  locale: optional(Type.String()),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  createdAt: time,
  expiresAt: time,
});

const newSession = Type.Object(
  {
    contact: optional(
      Type.Object(
        {
          id: optional(Type.String({ maxLength: 200 })),
          name: optional(Type.String({ maxLength: 200 })),
          email: optional(Type.String({ maxLength: 200 })),
          phone: optional(Type.String({ maxLength: 200 })),
        },
        { additionalProperties: false, description: 'A claim of the website; it proves nothing.' },
      ),
    ),
    locale: optional(Type.String({ maxLength: 35, description: 'BCP 47.' })),
    metadata: optional(Type.Record(Type.String(), Type.Unknown(), { description: 'At most 4 kB.' })),
  },
  { additionalProperties: false },
);

const sessionOpened = Type.Object({
  session: Type.String(),
  token: Type.String({ description: 'Authorises everything below this session.' }),
  expiresAt: time,
  state: oneOf('active'),
});

const newMessage = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 128, description: "The client's own; the same id twice is one turn." }),
    text: optional(Type.String()),
    attachments: optional(Type.Array(ref('Attachment'), { maxItems: 5 })),
    action: optional(
      Type.Object({ id: Type.String(), label: optional(Type.String()) }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);

const messageTaken = Type.Object({
  message: ref('Message'),
  turn: Type.String(),
  status: oneOf('stored', 'duplicate'),
});

const messageAnswered = Type.Object({
  message: ref('Message'),
  reply: Type.Union([ref('Message'), Type.Null()], { description: 'Null where a person answers later.' }),
  turn: Type.String(),
  status: oneOf('completed', 'failed', 'silent'),
});

const id = { id: Type.Integer({ minimum: 0, description: 'Increases within the session.' }) };
const event = (type: string, members: Readonly<Record<string, TSchema>>) =>
  Type.Object({ ...id, type: Type.Literal(type), ...members });
const turn = { turn: Type.String() };

const streamEvent = Type.Union(
  [
    event('message.received', { message: ref('Message') }),
    event('reply.started', turn),
    event('reply.delta', { ...turn, text: Type.String() }),
    event('reply.completed', {
      ...turn,
      message: ref('Message'),
      citations: list('Citation'),
      usage: Type.Object({ inputTokens: whole(), outputTokens: whole() }),
    }),
    event('reply.failed', { ...turn, code: Type.String(), message: optional(ref('Message')) }),
    event('typing', { role: oneOf('bot', 'operator') }),
    event('ownership.changed', { owner: oneOf('bot', 'human', 'paused') }),
    event('session.changed', { state: oneOf('active', 'paused', 'closed') }),
  ],
  { description: '`event:` of SSE is the type; on a socket each text frame is one event.' },
);

const switchClaim = Type.Object(
  {
    channel: Type.String({ maxLength: 63, description: 'The key in `channels:`.' }),
    address: Type.String({ maxLength: 200, description: 'As in +49301234567. A claim, until it is proved.' }),
  },
  { additionalProperties: false },
);

const switchInvitation = Type.Object({
  channel: Type.String(),
  method: oneOf('code', 'word'),
  word: optional(Type.String({ description: 'With `method: word`, as in `switch ABCD2345`.' })),
  expiresAt: time,
});

/** What web chat takes and gives. Keys are component names. */
export const chatSchemas = {
  Attachment: attachment,
  Action: action,
  Citation: citation,
  Message: message,
  Session: session,
  NewSession: newSession,
  SessionOpened: sessionOpened,
  NewMessage: newMessage,
  MessageTaken: messageTaken,
  MessageAnswered: messageAnswered,
  StreamEvent: streamEvent,
  SwitchClaim: switchClaim,
  SwitchInvitation: switchInvitation,
} as const satisfies Readonly<Record<string, TSchema>>;
