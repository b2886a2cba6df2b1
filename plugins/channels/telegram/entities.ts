import { type Fields, fieldsOf, integerOf, listOf } from './fields.ts';

/** A part of a text, in UTF-16 units. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The marks on the words of a message or of the caption under its picture. */
export function entitiesOf(message: Fields): readonly (Stretch & { readonly entity: Fields })[] {
  return [...listOf(message['entities']), ...listOf(message['caption_entities'])].flatMap((value) => {
    const entity = fieldsOf(value);
    const start = integerOf(entity?.['offset']);
    const length = integerOf(entity?.['length']);
    if (entity === undefined || start === undefined || length === undefined || start < 0 || length < 1) return [];
    return [{ entity, start, end: start + length }];
  });
}
