import { expect, it } from 'vitest';
import * as contract from '../../core/contract/index.ts';

it('the contract holds types and one error class, and nothing else at run time', () => {
  expect(Object.keys(contract)).toEqual(['PolyphonError']);
});
