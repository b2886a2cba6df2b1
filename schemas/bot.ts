import { type Static, Type } from 'typebox';
import type { PluginKind } from '../core/contract/index.ts';
import { channel } from './channel.ts';
import { eventTypes } from './event-types.ts';
import { escalation, handoff } from './handoff.ts';
import { hours } from './hours.ts';
import { llm } from './llm.ts';
import { pluginUse, use, withBlock } from './plugin-use.ts';
import { retrieval } from './retrieval.ts';
import { byId, listOrOne, oneOf, quantity, section, text } from './vocabulary.ts';

const optional = Type.Optional;
const language = { pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', examples: ['de'] };

/** `bots/<tenant>/bot.yaml`, after merging. Overlays and templates may hold any part of it. */
export const botSchema = section(
  {
    polyphon: Type.Literal(1, { description: 'The version of this language' }),
    name: optional(text('What the bot is called')),
    extends: optional(listOrOne('Templates, as in [_templates/base]; later ones win')),
    lock: optional(Type.Array(Type.String(), { description: 'In a template: paths a bot may not change' })),
    labels: optional(byId(Type.String(), { description: 'Your own marks, for lists and metrics', default: {} })),
    timezone: optional(
      Type.String({ format: 'timezone', default: 'UTC', description: 'IANA name, as in Europe/Berlin' }),
    ),
    languages: optional(
      section(
        {
          default: optional(Type.String({ ...language, default: 'en', description: 'BCP 47' })),
          supported: optional(Type.Array(Type.String(language), { minItems: 1, uniqueItems: true })),
          detect: optional(Type.Boolean({ default: true, description: "Answer in the contact's language" })),
        },
        { default: {} },
      ),
    ),
    vars: optional(
      Type.Unsafe<Readonly<Record<string, unknown>>>({
        type: 'object',
        default: {},
        description: 'Values for templates, as {{ vars.phone }}',
      }),
    ),

    llm: optional(llm),

    prompts: optional(
      byId(text('A text, a .md file or a map by language; LiquidJS'), {
        description: 'system, greeting, unknown, failure and any of your own',
        default: {},
      }),
    ),
    voices: optional(
      Type.Unsafe<Readonly<Record<string, VoiceUse>>>({
        type: 'object',
        patternProperties: {
          '^x-': {},
          [language.pattern]: section(
            {
              use: use('text-to-speech'),
              with: optional(withBlock),
              fallback: optional(pluginUse('textToSpeech', 'text-to-speech')),
            },
            { plugin: 'textToSpeech' satisfies PluginKind },
          ),
        },
        additionalProperties: false,
        default: {},
        description: 'By language',
      }),
    ),

    knowledge: optional(
      byId(
        section(
          {
            use: use('source'),
            with: optional(withBlock),
            refresh: optional(
              Type.String({ format: 'cron', description: 'When to look for changes, as in 0 3 * * *' }),
            ),
            tags: optional(listOrOne('Words to search by: `polyphon search --tag`')),
          },
          { plugin: 'source' satisfies PluginKind },
        ),
        { default: {}, description: 'By the name that citations carry' },
      ),
    ),
    retrieval: optional(retrieval),

    tools: optional(
      byId(
        section(
          {
            use: use('tool'),
            with: optional(withBlock),
            allow: optional(Type.Array(Type.String(), { description: 'Only these functions of the tool' })),
            confirm: optional(oneOf(['always', 'never'], { default: 'never', description: 'Ask the contact first' })),
          },
          { plugin: 'tool' satisfies PluginKind },
        ),
        { default: {} },
      ),
    ),
    channels: optional(byId(channel, { default: {} })),

    session: optional(
      section(
        {
          idleClose: optional(
            quantity('duration', 'A conversation without a message ends after this', {
              default: '30m',
              aboveZero: true,
            }),
          ),
          coalesce: optional(quantity('duration', 'Messages within this time are one turn', { default: '800ms' })),
          overlap: optional(
            oneOf(['queue', 'restart'], { default: 'queue', description: 'What a message in mid-turn does' }),
          ),
          history: optional(
            Type.Integer({ minimum: 0, maximum: 1000, default: 40, description: 'Earlier messages the model sees' }),
          ),
        },
        { default: {} },
      ),
    ),

    hours: optional(hours),

    handoff: optional(handoff),
    escalation: optional(escalation),

    guardrails: optional(
      section(
        {
          disclosure: optional(
            oneOf(['always', 'first-reply', 'never'], {
              default: 'first-reply',
              description: 'When the bot says that it is an AI',
            }),
          ),
          refuse: optional(
            Type.Array(Type.String(), { default: [], description: 'Topics the bot does not advise on' }),
          ),
          pii: optional(
            section(
              {
                redactLogs: optional(
                  Type.Array(oneOf(['phone', 'email']), {
                    default: ['phone', 'email'],
                    description: 'Addresses of people that lines of the log show as [phone] and [email]',
                  }),
                ),
                retention: optional(quantity('duration', 'Conversations are erased after this', { aboveZero: true })),
              },
              { default: {} },
            ),
          ),
        },
        { default: {} },
      ),
    ),
    limits: optional(
      section(
        {
          perContact: optional(quantity('rate', 'Messages of one contact', { default: '20/min', aboveZero: true })),
          perTenant: optional(quantity('rate', 'Messages of all contacts', { default: '600/min', aboveZero: true })),
          maxTurns: optional(
            Type.Integer({
              minimum: 1,
              maximum: 100_000,
              default: 200,
              description: 'In one session; then the bot says that it ends, and the next message begins a new one',
            }),
          ),
          toolCallsPerTurn: optional(Type.Integer({ minimum: 0, maximum: 100, default: 6 })),
        },
        { default: {} },
      ),
    ),
    events: optional(
      Type.Array(
        section({
          url: Type.String({
            pattern: '^https?://[^\\s/?#@]+([/?#]\\S*)?$',
            examples: ['https://crm.example/hooks/bot'],
            description: 'Receives events by POST, signed as Standard Webhooks says',
          }),
          secret: Type.String({ minLength: 1, secret: true, description: 'Signs the body' }),
          types: optional(Type.Array(oneOf(eventTypes), { default: [], description: 'All when empty' })),
        }),
        { default: [] },
      ),
    ),
    tests: optional(listOrOne('Test files', { default: 'tests/*.yaml' })),
  },
  { title: 'Polyphon bot definition' },
);

interface VoiceUse {
  readonly use: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly fallback?: { readonly use: string; readonly with?: Readonly<Record<string, unknown>> };
}

/** A definition as written, merged and with its references resolved; defaults are filled in where the schema has them. */
export type BotDefinition = Static<typeof botSchema>;
