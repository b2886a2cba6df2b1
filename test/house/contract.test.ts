import { expect, it } from 'vitest';
import * as contract from '../../core/contract/index.ts';

it('the contract holds types, one error class and what reads it, and nothing else at run time', () => {
  expect(Object.keys(contract)).toEqual(['isUnsent', 'PolyphonError']);
});
