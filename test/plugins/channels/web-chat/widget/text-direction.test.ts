import { describe, expect, it } from 'vitest';
import { textDirection } from '../../../../../plugins/channels/web-chat/widget/panel/text-direction.ts';

describe('the direction of a text', () => {
  it.each([
    ['LT-Note 14 עולה 2890 שקלים', 'rtl'],
    ['שלום', 'rtl'],
    ['مرحبا iPhone', 'rtl'],
    ['The word שלום means peace in Hebrew', 'ltr'],
    ['Сколько стоит LT-Note?', 'ltr'],
    ['2890', 'auto'],
    ['', 'auto'],
  ])('%j is %s', (text, direction) => {
    expect(textDirection(text)).toBe(direction);
  });
});
