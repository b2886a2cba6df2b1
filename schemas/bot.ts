import { type Static, Type } from 'typebox';
import type { PluginKind } from '../core/contract/index.ts';
import { eventTypes } from './event-types.ts';
import { byId, listOrOne, oneOf, quantity, section, text } from './vocabulary.ts';

const optional = Type.Optional;
const id = { pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$', examples: ['front-desk'] };
const language = { pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', examples: ['de'] };

/** The plugin's own settings; checked against the plugin's schema. */
const withBlock = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: 'object',
  description: "The plugin's settings",
});
const use = (kind: string) => Type.String({ description: `The name of an installed ${kind} plugin` });
const pluginUse = (kind: PluginKind, called: string) =>
  section({ use: use(called), with: optional(withBlock) }, { plugin: kind });
const price = section(
  { input: quantity('money', 'As in 0.40 USD'), output: quantity('money', 'As in 1.60 USD') },
  { description: 'What a million tokens cost; `budget` counts by it' },
);

const voice = section(
  {
    stt: optional(
      section(
        {
          use: use('speech-to-text'),
          with: optional(withBlock),
          keywords: optional(Type.Array(Type.String(), { description: 'Names and words the ear should expect' })),
        },
        { plugin: 'speechToText' satisfies PluginKind },
      ),
    ),
    endpointing: optional(
      section({
        minDelay: optional(quantity('duration', 'Silence after which a finished sentence counts as the end of a turn')),
        maxDelay: optional(quantity('duration', 'Silence after which anything counts as the end of a turn')),
      }),
    ),
    interruption: optional(
      section({
        minDuration: optional(quantity('duration', 'Speech shorter than this does not interrupt the bot')),
        minWords: optional(Type.Integer({ minimum: 0, maximum: 100 })),
        ignore: optional(Type.Array(Type.String(), { description: 'Words that never interrupt' })),
        always: optional(Type.Array(Type.String(), { description: 'Words that always interrupt' })),
      }),
    ),
    filler: optional(
      section({ after: quantity('duration', 'Thinking time before it is said'), say: text('What is said') }),
    ),
    silence: optional(
      Type.Array(
        section({
          after: quantity('duration', 'Silence of the caller'),
          say: optional(text('What is said; a bare word names one of `prompts`')),
          do: optional(oneOf(['hangup', 'handoff', 'nothing'])),
        }),
      ),
    ),
  },
  { description: 'Turn-taking of a channel that speaks' },
);

const channel = section(
  {
    use: use('channel'),
    with: optional(withBlock),
    enabled: optional(Type.Boolean({ default: true, description: 'A channel that is off is not opened' })),
    override: optional(
      section({
        prompts: optional(byId(text('Replaces the prompt on this channel'))),
        style: optional(
          section({
            maxChars: optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
            maxSentences: optional(Type.Integer({ minimum: 1, maximum: 1000 })),
          }),
        ),
      }),
    ),
    voice: optional(voice),
    quietHours: optional(
      section(
        {
          from: Type.String({ format: 'clock', description: 'As in 21:00' }),
          to: Type.String({ format: 'clock', description: 'As in 08:00' }),
        },
        { description: 'When a messenger sends nothing but answers; what the bot or an operator begins waits' },
      ),
    ),
  },
  { plugin: 'channel' satisfies PluginKind },
);

const interval = Type.String({ format: 'interval', description: 'Opening time, as in 08:00-12:00' });

const escalationRule = section({
  when: Type.Union([
    Type.Literal('asks-human'),
    section({ misses: Type.Integer({ minimum: 1, maximum: 100, description: 'Unanswered questions in a row' }) }),
    section({ match: Type.String({ format: 're2', description: 'RE2 expression over what the contact wrote' }) }),
  ]),
  say: optional(text('What the bot says then')),
  do: optional(oneOf(['handoff', 'nothing'], { default: 'handoff' })),
});

const filters = section(
  {
    sources: optional(listOrOne('Only from these entries of `knowledge`')),
    tags: optional(listOrOne('Only from entries of `knowledge` with one of these tags')),
    language: optional(
      listOrOne('`same`: only in the language of the question; `any`; or some, as in [de, fr]', {
        default: 'any',
      }),
    ),
  },
  { description: 'What the bot answers from' },
);
const rerank = section(
  {
    use: use('reranker'),
    with: optional(withBlock),
    candidates: optional(
      Type.Integer({ minimum: 2, maximum: 100, default: 20, description: 'Passages that are put into a new order' }),
    ),
    timeout: optional(
      quantity('duration', 'Longer than this a question does not wait; the own order serves then', { default: '2s' }),
    ),
  },
  { plugin: 'reranker' satisfies PluginKind, description: 'A second look at what was found' },
);

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

    llm: optional(
      section(
        {
          use: optional(Type.String({ default: 'offline', description: 'The name of an installed model plugin' })),
          with: optional(withBlock),
          price: optional(price),
          fallback: optional(
            Type.Array(
              section(
                { use: use('model'), with: optional(withBlock), price: optional(price) },
                { plugin: 'model' satisfies PluginKind },
              ),
              { default: [], description: 'Tried in order' },
            ),
          ),
          deadline: optional(
            section(
              {
                firstToken: optional(
                  quantity('duration', 'Until the first word, where it is shown as it comes or a fallback waits', {
                    default: '8s',
                    aboveZero: true,
                  }),
                ),
                total: optional(quantity('duration', 'For the whole answer', { default: '60s', aboveZero: true })),
              },
              { default: {} },
            ),
          ),
          budget: optional(
            section({
              perDay: optional(quantity('money', "As in 15 EUR; a day of the bot's time zone")),
              perConversation: optional(quantity('money', 'As in 0.40 EUR')),
              onExceeded: optional(
                oneOf(['handoff', 'unknown'], { default: 'handoff', description: 'What happens instead of an answer' }),
              ),
            }),
          ),
        },
        { default: {}, plugin: 'model' satisfies PluginKind },
      ),
    ),

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
    retrieval: optional(
      section(
        {
          use: optional(Type.String({ default: 'hnsw', description: 'The name of an installed retrieval plugin' })),
          with: optional(withBlock),
          embedding: optional(
            section(
              {
                use: optional(
                  Type.String({ default: 'hashed', description: 'The name of an installed embedding plugin' }),
                ),
                with: optional(withBlock),
              },
              { default: {}, plugin: 'embedding' satisfies PluginKind },
            ),
          ),
          cite: optional(Type.Boolean({ default: true, description: 'Show where an answer comes from' })),
          onMiss: optional(oneOf(['say-unknown', 'ask-model'], { default: 'say-unknown' })),
          perDocument: optional(
            Type.Integer({
              minimum: 1,
              maximum: 50,
              default: 3,
              description: 'Passages of one document at most, while others are as good; rows count for themselves',
            }),
          ),
          filters: optional(filters),
          rerank: optional(rerank),
        },
        { default: {}, plugin: 'retrieval' satisfies PluginKind },
      ),
    ),

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

    hours: optional(
      section({
        weekly: Type.Unsafe<Readonly<Record<string, readonly string[]>>>({
          type: 'object',
          patternProperties: {
            '^x-': {},
            '^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$': { type: 'array', items: interval },
          },
          additionalProperties: false,
          known: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'mon-fri'],
          description: 'By day or span of days, as in mon-fri',
        }),
        exceptions: optional(
          Type.Array(
            section({
              date: optional(Type.String({ format: 'day', description: 'As in 2026-12-24' })),
              from: optional(Type.String({ format: 'day' })),
              to: optional(Type.String({ format: 'day' })),
              closed: optional(Type.Boolean()),
              open: optional(Type.Array(interval)),
              note: optional(Type.String()),
            }),
          ),
        ),
        whenClosed: optional(
          section({
            bot: optional(oneOf(['on', 'off'], { default: 'on' })),
            say: optional(text('Said outside opening hours')),
          }),
        ),
      }),
    ),

    handoff: optional(
      section({
        inbox: Type.String({ ...id, description: 'Where operators look' }),
        notify: optional(
          Type.Array(
            Type.String({
              pattern: '^(mailto:[^\\s@?&,;<>]+@[^\\s@?&,;<>]+|https?://\\S+)$',
              examples: ['mailto:desk@example.org'],
            }),
            {
              default: [],
              description: 'Who is told when a person is asked for: https: by a signed webhook, mailto: by mail',
            },
          ),
        ),
        secret: optional(
          Type.String({ minLength: 1, secret: true, description: 'Signs what is sent to the addresses of `notify`' }),
        ),
        timeout: optional(quantity('duration', 'How long a person is waited for', { default: '5m', aboveZero: true })),
        onTimeout: optional(oneOf(['callback', 'return'], { default: 'callback' })),
      }),
    ),
    escalation: optional(
      Type.Array(escalationRule, {
        default: [
          { when: 'asks-human', do: 'handoff' },
          { when: { misses: 2 }, do: 'handoff' },
        ],
      }),
    ),

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
            pattern: '^https?://\\S+$',
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
