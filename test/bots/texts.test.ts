import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { botsDirectory, filesOf, readBotFile, shippedTenants } from './shipped-bots.ts';

interface Written {
  readonly languages: { readonly default: string; readonly supported: readonly string[] };
  readonly prompts: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly channels: Readonly<Record<string, { readonly use: string; readonly enabled?: boolean }>>;
}
interface TestFile {
  readonly cases: readonly {
    readonly name: string;
    readonly turns: readonly { readonly expect?: Readonly<Record<string, unknown>> }[];
  }[];
}

describe.each(shippedTenants)('%s', (tenantId) => {
  const bot = parse(readBotFile(tenantId, 'bot.yaml')) as Written;

  it.each(bot.languages.supported)('says its prepared texts in %s', (language) => {
    for (const name of ['greeting', 'unknown', 'failure']) {
      const text = bot.prompts[name];
      expect(typeof text === 'object' ? text[language] : undefined, name).toMatch(/\p{L}/u);
    }
  });

  it.each(bot.languages.supported)('tells the model who it is in %s', (language) => {
    const localized = join(botsDirectory, tenantId, `prompts/system.${language}.md`);
    expect(existsSync(localized) || bot.languages.supported.length === 1, localized).toBe(true);
    expect(filesOf(tenantId, 'prompts').length).toBeGreaterThanOrEqual(2);
  });

  it('answers on the web, and keeps the channels that need an account switched off', () => {
    expect(bot.channels['web']).toMatchObject({ use: 'web-chat' });
    const enabled = Object.entries(bot.channels).filter(([, channel]) => channel.enabled !== false);
    expect(enabled.map(([key]) => key)).toEqual(['web']);
    expect(Object.keys(bot.channels).length).toBeGreaterThanOrEqual(3);
  });

  it('is tested on facts, on what it does not know, and on the way to a human', () => {
    const cases = filesOf(tenantId, 'tests').flatMap((path) => (parse(readBotFile(tenantId, path)) as TestFile).cases);
    const expectations = cases.flatMap((one) => one.turns.map((turn) => turn.expect ?? {}));
    expect(cases.length).toBeGreaterThanOrEqual(8);
    expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
    expect(expectations.filter((one) => 'contains' in one && 'cites' in one).length).toBeGreaterThanOrEqual(6);
    expect(expectations.some((one) => one['says'] === 'unknown')).toBe(true);
    expect(expectations.some((one) => one['ownership'] === 'human')).toBe(true);
  });
});
