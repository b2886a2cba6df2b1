import type { ErrorObject } from 'ajv';
import { formHint } from './form-hint.ts';

/** A value beyond what the schema bounds it by. */
export function limit(
  error: ErrorObject,
  schema: Readonly<Record<string, unknown>>,
): { readonly summary: string; readonly detail: string } {
  const bound = String(error.params['limit'] ?? '');
  const about = typeof schema['description'] === 'string' ? `: ${schema['description']}` : '';
  switch (error.keyword) {
    case 'minimum':
      return { summary: `the number is below ${bound}`, detail: `write ${bound} or more` };
    case 'maximum':
      return { summary: `the number is above ${bound}`, detail: `write ${bound} or less` };
    case 'exclusiveMinimum':
      return { summary: `the number is not above ${bound}`, detail: `write more than ${bound}` };
    case 'exclusiveMaximum':
      return { summary: `the number is not below ${bound}`, detail: `write less than ${bound}` };
    case 'minLength':
      return {
        summary: bound === '1' ? 'the text is empty' : `the text is shorter than ${bound} characters`,
        detail: `write at least ${bound}`,
      };
    case 'maxLength':
      return { summary: `the text is longer than ${bound} characters`, detail: 'shorten it' };
    case 'minItems':
      return {
        summary: bound === '1' ? 'the list is empty' : `the list has fewer than ${bound} entries`,
        detail: `write at least ${bound}`,
      };
    case 'maxItems':
      return { summary: `the list has more than ${bound} entries`, detail: 'shorten it' };
    case 'uniqueItems':
      return { summary: 'an entry stands twice in the list', detail: 'remove one of the two' };
    case 'minProperties': {
      const names = Object.keys((schema['properties'] as object | undefined) ?? {});
      return {
        summary: bound === '1' ? 'nothing is set here' : `fewer than ${bound} keys are set here`,
        detail: names.length === 0 ? `write at least ${bound}` : `write at least ${bound} of: ${names.join(', ')}`,
      };
    }
    case 'pattern':
      return {
        summary: 'the text does not have the form that is needed',
        detail: formHint(schema),
      };
    default:
      return { summary: 'the value does not fit', detail: `correct it${about}` };
  }
}
