const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/gu;
const letters = /\p{L}/gu;
/** A sentence in Hebrew may begin with, and hold a lot of, names in Latin letters. The other way round is rare. */
const share = 0.3;

/**
 * The direction of a text as a whole. `auto` would go by its first letter, and turn a Hebrew answer around that begins with the
 * name of a product.
 */
export function textDirection(text: string): 'ltr' | 'rtl' | 'auto' {
  const rtl = text.match(rightToLeft)?.length ?? 0;
  const all = text.match(letters)?.length ?? 0;
  if (all === 0) return 'auto';
  return rtl >= all * share ? 'rtl' : 'ltr';
}
