import { unitForms } from '../../schemas/unit-forms.ts';
import type { Unit } from '../../schemas/vocabulary.ts';
import type { Described } from './schema-finding.ts';
import type { Place } from './source-text.ts';
import { likelyUnit } from './units.ts';

export const unitNames: Readonly<Record<Unit, string>> = {
  duration: 'a duration',
  rate: 'a rate',
  size: 'a size',
  money: 'an amount of money',
};

/** @param bare a number without a unit, as written. */
export function malformedQuantity(unit: Unit, place: Place, bare?: string): Described {
  const { example } = unitForms[unit];
  if (bare !== undefined) {
    return {
      code: 'BOT1009',
      place,
      summary: `${unitNames[unit]} needs a unit`,
      detail: `write the number with its unit, as in ${example}`,
      suggestion: `${bare}${likelyUnit[unit]}`,
    };
  }
  return {
    code: 'BOT1009',
    place,
    summary: `this is not ${unitNames[unit]}`,
    detail: `write a number with its unit, as in ${example}`,
  };
}
