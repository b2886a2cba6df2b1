import { type Static, Type } from 'typebox';
import { oneOf, quantity, section } from './vocabulary.ts';

const optional = Type.Optional;
const portRange = { minimum: 0, maximum: 65_535 };

/** `config/polyphon.yaml`: one deployment. */
export const settingsSchema = section(
  {
    polyphon: Type.Literal(1, { description: 'The version of this language' }),
    server: optional(
      section(
        {
          port: optional(Type.Integer({ ...portRange, default: 3000, description: '0 takes a free one' })),
          host: optional(Type.String({ default: '127.0.0.1', description: '0.0.0.0 listens on all addresses' })),
          publicOrigin: optional(
            Type.String({ pattern: '^https?://[^/\\s?#]+$', description: 'Where the world reaches this process' }),
          ),
          trustedProxies: optional(
            Type.Array(Type.String({ format: 'network' }), {
              default: [],
              description: 'Addresses or CIDR ranges whose X-Forwarded-For is believed',
            }),
          ),
          playground: optional(
            oneOf(['on', 'off'], {
              description: 'Unless told: on in `dev`, off in `start`. In `start` it asks for an operator token',
            }),
          ),
        },
        { default: {} },
      ),
    ),
    store: optional(
      section(
        {
          use: optional(oneOf(['sqlite', 'postgres'], { default: 'sqlite' })),
          path: optional(Type.String({ description: 'The SQLite file; data/polyphon.db unless told' })),
          url: optional(Type.String({ secret: true, description: 'The PostgreSQL address' })),
        },
        { default: {} },
      ),
    ),
    scheduler: optional(
      section(
        {
          use: optional(oneOf(['embedded', 'bullmq'], { default: 'embedded' })),
          url: optional(Type.String({ secret: true, description: 'The Redis address' })),
        },
        { default: {} },
      ),
    ),
    plugins: optional(
      Type.Array(
        Type.String({ pattern: '^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$', examples: ['@agency/polyphon-crm'] }),
        {
          default: [],
          description: 'Installed packages whose plugins bots may use. Built-in ones need no entry',
        },
      ),
    ),
    tenants: optional(
      section(
        {
          dir: optional(Type.String({ default: 'bots', minLength: 1 })),
          memory: optional(quantity('size', 'For open indexes of all tenants together', { default: '512MB' })),
          maxTurns: optional(
            Type.Integer({ minimum: 1, maximum: 100_000, default: 64, description: 'At once, in the process' }),
          ),
          weights: optional(
            Type.Unsafe<Readonly<Record<string, number>>>({
              type: 'object',
              patternProperties: {
                '^x-': {},
                '^(?!x-)[a-z0-9][a-z0-9-]{0,62}$': { type: 'integer', minimum: 1, maximum: 100, examples: [3] },
              },
              additionalProperties: false,
              default: {},
              description:
                'How many turns a tenant gets for one of another while several wait, by tenant; 1 unless told',
            }),
          ),
          allowPlainSecrets: optional(
            Type.Boolean({
              default: false,
              description: 'Lets secrets stand in bot.yaml. For a laptop, not for a server',
            }),
          ),
        },
        { default: {} },
      ),
    ),
    admin: optional(
      section(
        {
          tokens: optional(
            Type.Array(Type.String({ minLength: 16, secret: true }), { default: [], description: 'Operator tokens' }),
          ),
        },
        { default: {} },
      ),
    ),
    env: optional(
      Type.Unsafe<Readonly<Record<string, readonly string[]>>>({
        type: 'object',
        patternProperties: {
          '^x-': {},
          '^(?!x-)([a-z0-9][a-z0-9-]{0,62}|\\*)$': {
            type: 'array',
            items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$', examples: ['CRM_URL'] },
          },
        },
        additionalProperties: false,
        default: {},
        description: 'Environment variables a tenant may read, by tenant; * is every tenant',
      }),
    ),
    secrets: optional(
      section(
        {
          folder: optional(Type.String({ description: 'Files <folder>/<tenant>/<name> or <folder>/<tenant>_<name>' })),
        },
        { default: {} },
      ),
    ),
    mail: optional(
      section(
        {
          smtp: Type.String({
            pattern: '^smtps?://(([^\\s@/%]|%[2-7][0-9A-Fa-f])+@)?[^\\s@/?#:]+(:\\d{1,5})?/?$',
            secret: true,
            description: 'Where mail is handed in, as in smtps://user:password@mail.example:465',
          }),
          from: Type.String({
            pattern: '^([^<>@\\r\\n]*<[^\\s<>@]+@[^\\s<>@]+>|[^\\s<>@]+@[^\\s<>@]+)$',
            description: 'As in Bots <bots@example.org>',
          }),
        },
        { description: 'Tells operators of requests for a person; mailto: in `handoff.notify`' },
      ),
    ),
    http: optional(
      section(
        {
          allowPrivate: optional(
            Type.Array(Type.String({ pattern: '^\\S+:(\\d{1,5}|\\*)$', examples: ['127.0.0.1:11434'] }), {
              default: [],
              description: 'host:port on private networks that outgoing requests may reach',
            }),
          ),
        },
        { default: {} },
      ),
    ),
    observe: optional(
      section(
        {
          log: optional(oneOf(['debug', 'info', 'warn', 'error'], { default: 'info' })),
          metrics: optional(oneOf(['on', 'off'], { default: 'on' })),
          traces: optional(
            section(
              {
                endpoint: optional(Type.String({ pattern: '^https?://\\S+$', description: 'OpenTelemetry collector' })),
              },
              { default: {} },
            ),
          ),
        },
        { default: {} },
      ),
    ),
  },
  { title: 'Polyphon settings' },
);

export type SettingsFile = Static<typeof settingsSchema>;
