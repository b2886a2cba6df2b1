import { expect, it, vi } from 'vitest';
import { isUnsent, PolyphonError } from '../../../core/contract/errors.ts';

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

it.each([
  ['a request that was not written', new PolyphonError('NET6004', 'x', { data: { sent: 'no' } }), true],
  [
    'one that a library has wrapped twice',
    new Error('a', {
      cause: new TypeError('b', { cause: new PolyphonError('NET6004', 'x', { data: { sent: 'no' } }) }),
    }),
    true,
  ],
  ['a connection that broke later', new PolyphonError('NET6004', 'x'), false],
  ['somebody else’s error with the same data', Object.assign(new Error('x'), { data: { sent: 'no' } }), false],
  ['nothing', undefined, false],
])('tells whether %s may be made again without a double', (_name, error, expected) =>
  expect(isUnsent(error)).toBe(expected),
);
