import { describe, expect, it } from 'vitest';
import type { Logger, ResolvedBot, TenantFolder } from '../../../core/contract/index.ts';
import { Suggestions } from '../../../core/kernel/suggestions.ts';

const ask = (...questions: string[]) =>
  `cases:\n${questions.map((user) => `  - { name: x, turns: [{ user: "${user}" }] }\n`).join('')}`;

/** A folder whose test files are these, in this order. */
function folderOf(files: Readonly<Record<string, string>>): TenantFolder {
  return {
    glob: async () => Object.keys(files).map((path) => ({ path })),
    read: async (path: string) => new TextEncoder().encode(files[path]),
  } as unknown as TenantFolder;
}

describe('the questions to try', () => {
  it('are in the first language of the bot where its tests have some, whatever the files are called', async () => {
    const folder = folderOf({
      'tests/a.yaml': ask('כמה זה עולה?', 'מתי אתם פתוחים?'),
      'tests/b.yaml': ask('Сколько это стоит?', 'Когда вы открыты?'),
    });
    const suggestions = new Suggestions({ folderOf: () => folder, log: {} as Logger });
    const bot = {
      tenantId: 'shop',
      tests: ['tests/*.yaml'],
      languages: { default: 'ru', supported: ['ru', 'he'], detect: true },
    } as unknown as ResolvedBot;
    await suggestions.refresh(bot, AbortSignal.timeout(5000));
    expect(suggestions.of('shop')).toEqual(['Сколько это стоит?', 'Когда вы открыты?', 'כמה זה עולה?']);
  });
});
