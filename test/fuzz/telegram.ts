import { readdirSync, readFileSync } from 'node:fs';
import { bend, toBytes } from './bend-json.ts';
import type { Chance } from './chance.ts';
import type { FuzzChannel } from './fuzz-channel.ts';
import { type Json, oddNumber, oddText, oddValue } from './odd-values.ts';

interface TypeRule {
  readonly fields?: Readonly<Record<string, { readonly types: readonly string[]; readonly required: boolean }>>;
  readonly subtypes?: readonly string[];
}

const folder = new URL('../fixtures/telegram/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), 'utf8'));
const { types } = read('update-types.json') as { readonly types: Readonly<Record<string, TypeRule>> };
const samples = readdirSync(new URL('updates/', folder))
  .toSorted()
  .map((file) => read(`updates/${file}`) as { [name: string]: Json });

/** Optional by the specification, and hardly ever missing. */
const usual = new Set(['from', 'text', 'data', 'message']);
const words = [
  'hello',
  'private',
  'supergroup',
  'group',
  'mention',
  'bot_command',
  'en',
  'What does the lamp cost?',
  'image/png',
];

/** An update as the Bot API's specification has it, now and then with a value of another type. */
export function updateOfSpecification(chance: Chance): Json {
  const kinds = Object.keys(types['Update']?.fields ?? {}).filter((name) => name !== 'update_id');
  const kind = chance.happens(0.75) ? chance.one(['message', 'edited_message', 'callback_query']) : chance.one(kinds);
  const content = contentOf(types['Update']?.fields?.[kind]?.types ?? ['Message'], chance, 0);
  return { update_id: chance.below(1e9), [kind]: content };
}

function contentOf(kinds: readonly string[], chance: Chance, depth: number): Json {
  if (chance.happens(0.015)) return oddValue(chance);
  const kind = chance.one(kinds);
  if (kind.startsWith('Array of ')) return [...chance.times(3, () => contentOf([kind.slice(9)], chance, depth + 1))];
  switch (kind) {
    case 'String':
      return chance.happens(0.4) ? oddText(chance) : chance.one(words);
    case 'Integer':
      return chance.happens(0.1) ? oddNumber(chance) : chance.below(50_000) + 1;
    case 'Float':
      return oddNumber(chance);
    case 'Boolean':
    case 'True':
      return chance.happens(0.15);
    default:
  }
  const rule = types[kind];
  if (rule === undefined || depth > 5) return {};
  if (rule.subtypes !== undefined) return contentOf(rule.subtypes, chance, depth);
  const fields = Object.entries(rule.fields ?? {}).filter(([name, { required }]) =>
    chance.happens(required ? 0.98 : usual.has(name) ? 0.9 : depth === 0 ? 0.08 : 0.25),
  );
  return Object.fromEntries(fields.map(([name, field]) => [name, contentOf(field.types, chance, depth + 1)]));
}

/** A recorded update, of another person and with numbers of its own, so that it is not a duplicate. */
function recorded(chance: Chance): { [name: string]: Json } {
  const text = JSON.stringify(chance.one(samples))
    .replace(/"message_id":\d+/g, () => `"message_id":${chance.below(1e9) + 1}`)
    .replace(/"update_id":\d+/g, () => `"update_id":${chance.below(1e9)}`)
    .replaceAll('12345678', String(7_000_000 + chance.below(20_000)));
  return JSON.parse(text) as { [name: string]: Json };
}

const secretOf = (tenantId: string): string => `webhook-secret-of-${tenantId}`;

export const telegram: FuzzChannel = {
  name: 'telegram',
  // Bytes that are no JSON object are refused: Telegram has never sent any.
  statuses: [200, 400, 413],
  blameless: [],
  tenant: (tenantId, { baseUrl }) => ({
    channels: `  tg:\n    use: telegram\n    with: { token: "\${secret:token}", webhookSecret: "\${secret:hook}", baseUrl: "${baseUrl}" }`,
    secrets: { token: `${tenantId === 'acme' ? 111_111 : 222_222}:bot-token-of-the-fuzzer`, hook: secretOf(tenantId) },
  }),
  request: (chance) => {
    const body = chance.happens(0.5) ? updateOfSpecification(chance) : recorded(chance);
    const bent = chance.happens(0.6) ? bend(body, samples, chance) : body;
    return {
      method: 'POST',
      path: '/v1/acme/tg/webhook',
      headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secretOf('acme') },
      body: toBytes(bent, chance),
    };
  },
  ways: 8,
  forged: (chance, way) => {
    const right = secretOf('acme');
    const token = [
      undefined,
      '',
      right.slice(0, chance.below(right.length)),
      `${right}${chance.below(10)}`,
      right.toUpperCase(),
      secretOf('other'),
      '111111:bot-token-of-the-fuzzer',
      right.replace(/.$/, 'x'),
    ][way];
    return {
      method: 'POST',
      path: '/v1/acme/tg/webhook',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { 'x-telegram-bot-api-secret-token': token }),
      },
      body: Buffer.from(JSON.stringify(recorded(chance))),
    };
  },
};
