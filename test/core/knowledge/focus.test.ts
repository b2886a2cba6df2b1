import { expect, it } from 'vitest';
import { lookAt } from '../../../core/knowledge/focus.ts';
import { soughtOf } from '../../../core/knowledge/sought.ts';
import { questionWords } from '../../../core/knowledge/terms.ts';

it.each([
  ['he', 'משלוח', 'עלות השליחה היא עשרים שקלים.'],
  ['ru', 'гарантия', 'Гарантийный срок составляет год.'],
  ['fr', 'parking', 'Le stationnement est gratuit.'],
])('in %s another word for the same is seen behind what is written together with it', (language, asked, text) => {
  const words = questionWords(asked, [language]).map((word) => ({ word, weight: 1 }));
  const look = lookAt(
    { title: '', headings: [], text },
    soughtOf(words, () => 1),
  );
  expect(look.focus).toBeGreaterThan(0.7);
  expect(look.parts.all).toBeGreaterThan(0.7);
});
