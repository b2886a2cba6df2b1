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

  it('are not remembered of a bot that was removed while its tests were read', async () => {
    const gate = Promise.withResolvers<void>();
    const folder = folderOf({ 'tests/a.yaml': ask('What does it cost?') });
    const slow = {
      glob: async () => {
        await gate.promise;
        return [{ path: 'tests/a.yaml' }];
      },
      read: folder.read,
    } as unknown as TenantFolder;
    const suggestions = new Suggestions({ folderOf: () => slow, log: {} as Logger });
    const bot = {
      tenantId: 'shop',
      tests: ['tests/*.yaml'],
      languages: { default: 'en', supported: ['en'], detect: true },
    } as unknown as ResolvedBot;
    const refreshed = suggestions.refresh(bot, AbortSignal.timeout(5000));
    suggestions.forget('shop');
    gate.resolve();
    await refreshed;
    expect(suggestions.of('shop')).toEqual([]);
  });
});
