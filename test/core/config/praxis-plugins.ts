import { Type } from 'typebox';
import type { PluginCatalogue } from '../../../core/config/plugin-catalogue.ts';
import type { Plugin, PluginKind } from '../../../core/contract/index.ts';

const strict = { additionalProperties: false };
const secret = Type.String({ secret: true, minLength: 1 });
const optional = Type.Optional;
const empty = Type.Object({}, strict);
const chat = Type.Object(
  {
    origins: Type.Array(Type.String({ pattern: '^https?://[^/]+$' }), { default: [] }),
    theme: Type.Object(
      {
        accent: optional(Type.String({ pattern: '^#[0-9a-f]{6}$' })),
        radius: optional(Type.String()),
        scheme: Type.Union([Type.Literal('auto'), Type.Literal('light'), Type.Literal('dark')], { default: 'auto' }),
      },
      { default: {}, ...strict },
    ),
    attachments: optional(Type.Object({ max: Type.String({ unit: 'size' }) }, strict)),
  },
  strict,
);

const schemas: Readonly<Record<string, object>> = {
  'model:offline': empty,
  'model:gemini': Type.Object(
    {
      model: Type.String({ minLength: 1 }),
      apiKey: secret,
      temperature: Type.Number({ minimum: 0, maximum: 2, default: 0.3 }),
    },
    strict,
  ),
  'model:openai': Type.Object(
    { model: Type.String(), apiKey: secret, baseUrl: optional(Type.String({ format: 'uri' })) },
    strict,
  ),
  'embedding:hashed': empty,
  'retrieval:hnsw': Type.Object(
    {
      topK: Type.Integer({ minimum: 1, maximum: 50, default: 5 }),
      minScore: Type.Number({ minimum: 0, maximum: 1, default: 0.3 }),
      hybrid: Type.Boolean({ default: true }),
    },
    strict,
  ),
  'source:files': Type.Object({ path: Type.String({ minLength: 1 }), row: optional(Type.String()) }, strict),
  'source:website': Type.Object(
    {
      url: Type.String({ format: 'uri' }),
      include: Type.Array(Type.String(), { default: [] }),
      maxPages: Type.Integer({ minimum: 1, maximum: 10_000, default: 100 }),
    },
    strict,
  ),
  'textToSpeech:elevenlabs': Type.Object({ voice: Type.String(), apiKey: secret }, strict),
  'textToSpeech:flite': Type.Object({ voice: Type.Enum(['slt', 'kal', 'awb'], { default: 'slt' }) }, strict),
  'speechToText:deepgram': Type.Object({ apiKey: secret }, strict),
  'tool:calendar': Type.Object(
    {
      ics: secret,
      slot: Type.String({ unit: 'duration' }),
      buffer: Type.String({ unit: 'duration', default: '0s' }),
      horizon: Type.String({ unit: 'duration', default: '60d' }),
    },
    strict,
  ),
  'tool:crm': Type.Object({ baseUrl: Type.String({ format: 'uri' }), token: secret }, strict),
  'tool:email': Type.Object({ from: Type.String({ format: 'email' }), smtp: secret }, strict),
  'tool:handoff': empty,
  'channel:web-chat': chat,
  'channel:telegram': Type.Object({ token: secret, webhookSecret: secret }, strict),
  'channel:whatsapp': Type.Object(
    {
      phoneNumberId: Type.String({ pattern: '^\\d+$' }),
      accessToken: secret,
      appSecret: secret,
      verifyToken: secret,
      templates: Type.Record(Type.String(), Type.String(), { default: {} }),
    },
    strict,
  ),
  'channel:twilio-messaging': Type.Object({ accountSid: secret, authToken: secret, from: Type.String() }, strict),
  'channel:phone': Type.Object(
    {
      accountSid: secret,
      authToken: secret,
      number: Type.String({ pattern: '^\\+\\d+$' }),
      mode: Type.Enum(['stream', 'gather', 'relay'], { default: 'stream' }),
      record: Type.Enum(['never', 'consent'], { default: 'never' }),
      transfer: optional(Type.Object({ to: Type.String(), whisper: optional(Type.String()) }, strict)),
      dtmf: Type.Record(Type.String(), Type.String(), { default: {} }),
    },
    strict,
  ),
};

const plugins = new Map(
  Object.entries(schemas).map(([id, schema]) => {
    const [kind = '', name = ''] = id.split(':');
    return [
      id,
      { contract: 1, kind, name, schema, open: () => Promise.reject(new Error('never opened')) } as unknown as Plugin,
    ];
  }),
);

/** Every plugin that the practice's definition names, as a schema and nothing else. */
export const praxisPlugins: PluginCatalogue = {
  names: (kind: PluginKind) =>
    [...plugins.keys()]
      .filter((id) => id.startsWith(`${kind}:`))
      .map((id) => id.slice(kind.length + 1))
      .sort(),
  find: (kind, name) => Promise.resolve(plugins.get(`${kind}:${name}`)),
};
