import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pluginKinds } from '../../../core/contract/plugin.ts';

it('the kinds of plugins are listed once, by the contract', () => {
  expect(pluginKinds).toHaveLength(9);
  expect(new Set(pluginKinds).size).toBe(9);
  const lists = globSync(['core/**/*.ts', 'schemas/*.ts']).filter((path) => {
    const text = readFileSync(path, 'utf8');
    return pluginKinds.every((kind) => new RegExp(`^\\s*'${kind}',$`, 'm').test(text));
  });
  expect(lists).toEqual([]);
});
