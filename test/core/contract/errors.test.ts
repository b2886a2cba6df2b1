import { expect, it, vi } from 'vitest';
import { PolyphonError } from '../../../core/contract/errors.ts';

it('knows an error of a plugin that brought its own copy of the contract', async () => {
  vi.resetModules();
  const copy = (await import('../../../core/contract/errors.ts')) as typeof import('../../../core/contract/errors.ts');
  expect(copy.PolyphonError).not.toBe(PolyphonError);
  const foreign: unknown = new copy.PolyphonError('KNW8001', 'There: nothing. Try again.');
  expect(foreign).toBeInstanceOf(PolyphonError);
  expect(new Error('other')).not.toBeInstanceOf(PolyphonError);
});

it('still tells kinds of it apart', () => {
  class Special extends PolyphonError {}
  expect(new Special('KNW8001', 'x')).toBeInstanceOf(PolyphonError);
  expect(new Special('KNW8001', 'x')).toBeInstanceOf(Special);
  expect(new PolyphonError('KNW8001', 'x')).not.toBeInstanceOf(Special);
});
