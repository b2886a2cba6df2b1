import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Random } from '../../../../core/contract/index.ts';
import { seededRandom } from '../../../kit/index.ts';
import { deployTelegram, secret } from './telegram-deployment.ts';

interface FieldRule {
  readonly types: readonly string[];
  readonly required: boolean;
}
interface TypeRule {
  readonly fields?: Readonly<Record<string, FieldRule>>;
  readonly subtypes?: readonly string[];
}
const { types } = JSON.parse(
  readFileSync(new URL('../../../fixtures/telegram/update-types.json', import.meta.url), 'utf8'),
) as { readonly types: Readonly<Record<string, TypeRule>> };

const naughty = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '👨‍👩‍👧',
  '/start',
  '/start@acme_bot x',
  '@acme_bot',
  "'; DROP TABLE--",
  '<b>',
  '{{ vars.x }}',
  '\u202e',
  'a'.repeat(5000),
  '__proto__',
  '-1',
  'NaN',
];
const numbers = [0, -1, 1, 7, 4.5, 1e16, -(2 ** 53), 2 ** 31, 1_795_000_000, Number.MAX_VALUE];

/** Optional by the specification, and hardly ever missing. */
const usual = new Set(['from', 'text', 'data', 'message']);

/** Updates as the specification has them, and then bent: fields dropped, of another type, nested, enlarged. */
class UpdateFuzzer {
  readonly #random: Random;
  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  update(): unknown {
    const kinds = Object.keys(types['Update']?.fields ?? {}).filter((name) => name !== 'update_id');
    const kind = this.#chance(0.75) ? this.#one(['message', 'edited_message', 'callback_query']) : this.#one(kinds);
    const content = this.#value(types['Update']?.fields?.[kind]?.types ?? ['Message'], 0);
    const update = { update_id: Math.floor(this.#random.next() * 1e9), [kind]: content };
    return this.#chance(0.03) ? this.#wrong() : update;
  }

  #value(kinds: readonly string[], depth: number): unknown {
    if (this.#chance(0.02)) return this.#wrong();
    const kind = this.#one(kinds);
    if (kind.startsWith('Array of '))
      return Array.from({ length: Math.floor(this.#random.next() * 4) }, () => this.#value([kind.slice(9)], depth + 1));
    switch (kind) {
      case 'String':
        return this.#chance(0.4)
          ? this.#one(naughty)
          : this.#one([
              'hello',
              'private',
              'supergroup',
              'group',
              'mention',
              'en',
              'What does the lamp cost?',
              'image/png',
            ]);
      case 'Integer':
        return this.#chance(0.2) ? this.#one(numbers) : Math.floor(this.#random.next() * 50) + 1;
      case 'Float':
        return this.#one(numbers);
      case 'Boolean':
      case 'True':
        return this.#chance(0.15);
      default:
    }
    const rule = types[kind];
    if (rule === undefined || depth > 5) return {};
    if (rule.subtypes !== undefined) return this.#value(rule.subtypes, depth);
    const entries = Object.entries(rule.fields ?? {}).filter(([name, { required }]) => {
      if (required) return !this.#chance(0.02);
      if (usual.has(name)) return this.#chance(0.9);
      return this.#chance(depth === 0 ? 0.08 : 0.25);
    });
    return Object.fromEntries(entries.map(([name, field]) => [name, this.#value(field.types, depth + 1)]));
  }

  #wrong(): unknown {
    return this.#one<unknown>([
      null,
      0,
      '',
      [],
      {},
      'x',
      true,
      [[[[]]]],
      { toString: 1 },
      [null],
      -0.5,
      { __proto__x: {} },
    ]);
  }

  #chance(part: number): boolean {
    return this.#random.next() < part;
  }

  #one<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random.next() * values.length)] as Value;
  }
}

describe('whatever Telegram may send', () => {
  it('2,000 updates built from its specification and bent are answered with 200 or refused, never with a failure', async () => {
    await using stage = await deployTelegram();
    const { acme, deployment, telegram } = stage;
    const fuzzer = new UpdateFuzzer(20_261_121);
    const url = acme.webhook?.url ?? '';
    const statuses = new Map<number, number>();
    let slowestMs = 0;
    const post = async () => {
      const startedMs = performance.now();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'x-telegram-bot-api-secret-token': `${secret}-acme` },
        body: JSON.stringify(fuzzer.update()),
      });
      await response.arrayBuffer();
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    };
    const worker = async () => {
      for (let index = 0; index < 250; index += 1) await post();
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect([...statuses.keys()].filter((status) => status !== 200 && status !== 400)).toEqual([]);
    expect(statuses.get(200)).toBeGreaterThan(1900);
    // The figure to reach is a second; the rest is patience with a busy machine.
    expect(slowestMs).toBeLessThan(5000);
    expect(deployment.lines.filter((line) => line.includes('"level":50') || line.includes('"level":"error"'))).toEqual(
      [],
    );
    // Enough of them are messages that the test means something.
    expect(telegram.calls.filter(({ method }) => method === 'sendMessage').length).toBeGreaterThan(100);
    expect(telegram.calls.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  }, 60_000);

  it.each(['', '{', '[]', 'null', '"x"', '12', '\u0000', '{"update_id":'])(
    'a body that is no object is refused as such: %j',
    async (body) => {
      await using stage = await deployTelegram();
      const response = await fetch(stage.acme.webhook?.url ?? '', {
        method: 'POST',
        headers: { 'x-telegram-bot-api-secret-token': `${secret}-acme` },
        body,
      });
      expect(response.status).toBe(400);
    },
  );
});
