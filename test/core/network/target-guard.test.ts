import { expect, it } from 'vitest';
import { createAllowedPrivate } from '../../../core/network/address-guard.ts';
import { requireWayOut } from '../../../core/network/target-guard.ts';

const nothing = createAllowedPrivate([]);
const names: Readonly<Record<string, readonly string[]>> = {
  'crm.example': ['93.184.215.14'],
  'inside.example': ['10.0.0.7'],
  'both.example': ['93.184.215.14', '10.0.0.7'],
};
const resolve = async (name: string) => names[name] ?? [];

it.each([
  ['https://crm.example/in', undefined],
  ['https://93.184.215.14/in', undefined],
  ['https://inside.example/in', 'NET6001'],
  ['https://both.example/in', 'NET6001'],
  ['https://10.0.0.7/in', 'NET6001'],
  ['https://crm.example:25/in', 'NET6001'],
  ['ftp://crm.example/in', 'NET6001'],
  ['https://nobody.example/in', 'NET6004'],
])('whether events may go to %s is known without asking there: %s', async (target, code) => {
  const asked = requireWayOut(target, nothing, resolve).then(
    () => undefined,
    (error: { readonly code?: string }) => error.code,
  );
  expect(await asked).toBe(code);
});

it('lets the settings allow a host on the inside', async () => {
  const allowed = createAllowedPrivate(['inside.example:443']);
  await expect(requireWayOut('https://inside.example/in', allowed, resolve)).resolves.toBeUndefined();
});
