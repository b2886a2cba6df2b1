import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainText } from '../../../core/conversation/outbox/plain-text.ts';
import { fakeModel, makeRig, saying, settled } from './rig.ts';

it.each([
  ['**bold** _it_ [l](https://l.example)\n# Head', 'bold it l (https://l.example)\nHead'],
  ['# Prices\n\nFrom **9 €**, *daily*.', 'Prices\n\nFrom 9 €, daily.'],
  ['**Bold with _both_ marks**.', 'Bold with both marks.'],
  ['[https://a.example/x](https://a.example/x)', 'https://a.example/x'],
  ['[a.example](https://a.example/)', 'https://a.example/'],
  ['[Write](mailto:a@b.example) or [a@b.example](mailto:a@b.example)', 'Write (a@b.example) or a@b.example'],
  ['See <https://a.example>.', 'See https://a.example.'],
  ['![A map](https://a.example/m.png)', 'A map (https://a.example/m.png)'],
  ['1. **One**\n2. Two\n   - `three`\n\nEnd', '1. One\n2. Two\n   - three\n\nEnd'],
  ['- **a**\n\n- b\n', '- a\n\n- b\n'],
  ['Run:\n\n```sh\nnpm run *all*\n```\nEnd.', 'Run:\n\nnpm run *all*\nEnd.'],
  ['| a | b |\n|---|---|\n| 1 | **2** |\n\nEnd', 'a | b\n1 | 2\n\nEnd'],
  ['> **Quoted**\n> twice', '> Quoted\n> twice'],
  ['**שלום** עולם [אתר](https://אתר.example/דף)', 'שלום עולם אתר (https://אתר.example/דף)'],
  ['one<br>two', 'one\ntwo'],
  ['~~19 €~~ **15 €**', '~~19 €~~ 15 €'],
  ['12 &euro; in M&uuml;nchen &#8211; &amp; more', '12 € in München – & more'],
  ['AT&amp;T & Co', 'AT&T & Co'],
  ['&lt;b&gt; is **bold**, and so is `&lt;b&gt;`', '<b> is bold, and so is &lt;b&gt;'],
  ['- Tom &amp; Ann&#39;s', "- Tom & Ann's"],
  ['[Lamps](https://shop.example/?a=1&amp;b=2)', 'Lamps (https://shop.example/?a=1&b=2)'],
  ['&amp;lt;', '&lt;'],
])('writes %j as a person would', (markdown, plain) => {
  expect(plainText(markdown)).toBe(plain);
});

const plainTexts = [
  '2 * 3 * 4', '2*3*4 m', '2**3**4', 'snake_case_names and __init__.py', '#1 and # and C#', '+49 30 1234567', '(030) 12 34-56',
  'a.b_c@d-e.example', 'Ada <ada@b.example>', 'https://a.example/a_b_c?x=1&y=*', 'www.a.example', '😀👩‍👩‍👧 ok', 'שלום, מה שלומך? 5 * 3', 'مرحبا',
  '- a\n- b\n  - c', '* a\n* b', '1. a\n2) b', '---', 'Regards\n---\nAda', 'Price* 5 €\n* plus VAT', 'It`s five o`clock', '¯\\_(ツ)_/¯',
  'C:\\temp\\*.txt', 'a | b', '5 < 6 > 4', '[1] says so [2].', '[x] done', 'a\r\nb\r\n', '  indented\n\n    more', '> 5 pieces', 'a ~5 b ~7',
  'AT&T & Co', 'R&D; &c', 'https://shop.example/?a=1&b=2', 'https://shop.example/?a=1&lt=2', '[1]: https://a.example', '_', '**', '', ' ', '***', '100 % *', 'see [1]\n\n[1]: https://a.example',
]; // biome-ignore format: one list

it.each(plainTexts)('leaves %j as it is', (text) => {
  expect(plainText(text)).toBe(text);
});

it('leaves any text without marks as it is, and throws for none', () => {
  const words = fc.stringMatching(/^[^*_`[\]#|<>~]*$/u);
  fc.assert(fc.property(words, (text) => plainText(text) === text));
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => typeof plainText(text) === 'string'));
});

it('loses no word of lists and paragraphs with marks', () => {
  const item = fc.stringMatching(/^[a-zא-ת]{1,8}$/u);
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 8 }), (items) => {
      const markdown = items.map((name, index) => `${index + 1}. **${name}**: see [${name}](https://x.example/)`);
      const plain = items.map((name, index) => `${index + 1}. ${name}: see ${name} (https://x.example/)`);
      expect(plainText(markdown.join('\n'))).toBe(plain.join('\n'));
    }),
  );
});

it('sends no marks to a channel that shows plain text, and keeps them in the history', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.models = [fakeModel(saying('The **lamp** costs [40 €](https://a.example).'))];
  await rig.sms('Hello there');
  await rig.clock.advance(1000);
  await settled();
  expect(tenant.sent.at(-1)?.text).toBe('The lamp costs 40 € (https://a.example).');
});
