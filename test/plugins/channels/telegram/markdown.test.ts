import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../../plugins/channels/telegram/encode.ts';
import { shortened, splitFormatted } from '../../../../plugins/channels/telegram/formatted-text.ts';
import { formatMarkdown } from '../../../../plugins/channels/telegram/markdown.ts';
import { refusalOf } from '../../../kit/fake-telegram-rules.ts';
import { shown } from './marked.ts';

const outbound = (text: string) => ({
  id: 'out_1',
  conversation: '7',
  text,
  attachments: [],
  actions: [],
  citations: [],
});

describe('an answer in Markdown', () => {
  it.each([
    ['The lamp costs **40 euros**.', 'The lamp costs <bold>40 euros</bold>.'],
    ['*a* and ~~b~~ and `c_d`', '<italic>a</italic> and <strikethrough>b</strikethrough> and <code>c_d</code>'],
    ['***both***', '<italic><bold>both</bold></italic>'],
    ['**a `b` c**', '<bold>a</bold> <code>b</code> <bold>c</bold>'],
    ['[our shop](https://shop.example/a_b)', '<text_link https://shop.example/a_b>our shop</text_link>'],
    ['[**our** shop](https://shop.example)', '<text_link https://shop.example/><bold>our</bold> shop</text_link>'],
    ['https://shop.example/a_b_c', 'https://shop.example/a_b_c'],
    ['[x](javascript:alert)', 'x'],
    ['It lasts[^1].\n\n[^1]: forever', 'It lasts[^1].\n\n[^1]: forever'],
    ['It lasts[^1].\n\n[^1]: for ever and a day', 'It lasts[^1].\n\n[^1]: for ever and a day'],
    ['See [our shop][s].\n\n[S]: https://shop.example/', 'See <text_link https://shop.example/>our shop</text_link>.'],
    ['Source:\n\n[s]: https://shop.example/', 'Source:\n\n[s]: https://shop.example/'],
    ['[Lamps](https://shop.example/?a=1&amp;b=2)', '<text_link https://shop.example/?a=1&b=2>Lamps</text_link>'],
    ['[write](mailto:a@b.example)', 'write (a@b.example)'],
    ['![a lamp](https://shop.example/l.png)', '<text_link https://shop.example/l.png>a lamp</text_link>'],
    ['# Prices\n\nBlue', '<bold>Prices</bold>\nBlue'],
    ['- a\n- b\n  - c', '• a\n• b\n   • c'],
    ['2. a\n3. b', '2. a\n3. b'],
    ['- [x] done\n- [ ] open', '• ☑ done\n• ☐ open'],
    ['> said\n> so', '<blockquote>said\nso</blockquote>'],
    ['```js\nconst a = "*b*";\n```', '<pre js>const a = "*b*";</pre>'],
    ['a\n\n---\n\nb', 'a\n\n———\n\nb'],
    ['one\ntwo', 'one\ntwo'],
    ['| a | b |\n|---|---|\n| 1 | 22 |', '<pre>a | b\n1 | 22</pre>'],
    ['5 < 6 & <b>no html</b>', '5 < 6 & <b>no html</b>'],
    ['Tom &amp; Jerry', 'Tom & Jerry'],
    ['12 &euro; in M&uuml;nchen', '12 € in München'],
    ['2 * 3 * 4 = 24', '2 * 3 * 4 = 24'],
    ['snake_case_name and _open', 'snake_case_name and _open'],
    ['Open 9:00~12:00, 13:00~17:00.', 'Open 9:00~12:00, 13:00~17:00.'],
    ['~9~ to **10~20, 30~40** kg', '~9~ to <bold>10~20, 30~40</bold> kg'],
    ['Size 120*60*75 cm, 5**2**3', 'Size 120*60*75 cm, 5**2**3'],
    ['Call __init__ or __main__.', 'Call __init__ or __main__.'],
    ['这是*重点*吗', '这是<italic>重点</italic>吗'],
    ['super**duper** and __two words__', 'super<bold>duper</bold> and <bold>two words</bold>'],
    ['# **Prices** today', '<bold>Prices today</bold>'],
    ['**not closed', '**not closed'],
    ['```py\n    return x\nprint(x)\n```', '<pre py>    return x\nprint(x)</pre>'],
    ['```\n\n\n  a\n b\n\n```', '<pre>  a\n b</pre>'],
    ['ab\u2028cd\u202b**e**\u202c f', 'ab\ncd<bold>e</bold> f'],
    ['a\u030angstro\u0308m **b**', '\u00e5ngstro\u0308m <bold>b</bold>'],
    ['  padded  ', 'padded'],
    ['👨‍👩‍👧 **ok**', '👨‍👩‍👧 <bold>ok</bold>'],
  ])('%j becomes %j', (markdown, expected) => {
    expect(shown(markdown)).toBe(expected);
  });

  it.each([
    'Thank you, we have your message.',
    '  We open at 9:30 (Mon-Fri), 3 + 4 = 7; ask for "Ada"?',
    '  - one thing',
    '+ one thing',
    '1. one thing',
    '3) one thing',
    '    four spaces',
    'See www.example.com',
    'See https://example.com',
    'Write to ada@example.com',
    'a   b · “c”… — d\u00a0e',
    '=== three',
    '',
  ])('says one line alone as it says it before other marks: %j', (line) => {
    const before = formatMarkdown(`${line}\n\n**b**`);
    const alone = formatMarkdown(line);
    expect(before.text).toBe(alone.text === '' ? 'b' : `${alone.text}\n\nb`);
    expect(before.entities.slice(0, -1)).toEqual(alone.entities);
  });

  it('writes a wide table in lines', () => {
    const table = '| product | price |\n|---|---|\n| a very long name of a lamp with many words | 40 euros |';
    expect(formatMarkdown(table)).toEqual({
      text: 'product: a very long name of a lamp with many words\nprice: 40 euros',
      entities: [],
    });
  });

  it('keeps a hundred marks, which is what Telegram keeps', () => {
    const { entities } = formatMarkdown('**a** b '.repeat(150));
    expect(entities).toHaveLength(100);
    expect(entities[99]?.offset).toBe(99 * 4);
  });

  it('loses no word where marks are nested beyond reason', () => {
    const deep = `${'> '.repeat(60)}${'- '.repeat(60)}word`;
    expect(formatMarkdown(deep).text).toContain('word');
    expect(formatMarkdown(`${'['.repeat(2000)}word${'](https://a.example)'.repeat(2000)}`).text).toContain('word');
  });

  it('is never refused, whatever stands in it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '*',
        '**',
        '_',
        '__',
        '~~',
        '`',
        '```',
        '\n',
        '\n\n',
        '> ',
        '- ',
        '1. ',
        '# ',
        '[',
        '](',
        ')',
        '|',
        '\\',
        '<',
        '>',
        '&',
        '!',
        '![',
        '&lt;',
        '<b>',
        '---',
        '\t',
        '    ',
      ),
      fc.constantFrom(
        '[a](https://b.example)',
        '[x](http://localhost)',
        '[t](tg://user?id=1)',
        '`a`',
        '**b**',
        '```\nc\n```\n',
        '| a | b |\n|---|---|\n| 1 | 2 |\n',
        '<script>',
        '&#39;',
        '\u202e',
        '\u0000',
        '\r\n',
        '\ud83d',
        '👨‍👩‍👧',
        'é\u0301\u0301',
        '\u200b',
        '\u2028',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.lorem({ maxCount: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const { method, payload } of encode(outbound(pieces.join('')))) {
          expect(refusalOf(method, { chat_id: 7, ...payload })).toBeUndefined();
        }
      }),
      { numRuns: 1500 },
    );
  });
});

describe('a long answer', () => {
  it('is cut between words, never in a character or at its mark', () => {
    const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'word ',
            '👨‍👩‍👧‍👦',
            '**bold words** ',
            'e\u0301',
            '`code` ',
            'Ende. ',
            '\n\n',
            '🇪🇸',
            'नमस्ते ',
          ),
          { minLength: 40, maxLength: 200 },
        ),
        fc.integer({ min: 30, max: 120 }),
        (parts, maxLength) => {
          const whole = formatMarkdown(parts.join(''));
          const pieces = splitFormatted(whole, maxLength);
          const squeezed = (text: string) => text.replace(/\s+/g, '');
          expect(squeezed(pieces.map(({ text }) => text).join(''))).toBe(squeezed(whole.text));
          const borders = new Set([...graphemes.segment(whole.text)].map(({ index }) => index));
          let from = 0;
          for (const { text, entities } of pieces) {
            expect(text.length).toBeLessThanOrEqual(maxLength);
            const at = whole.text.indexOf(text, from);
            expect(at).toBeGreaterThanOrEqual(from);
            expect(borders.has(at)).toBe(true);
            from = at + text.length;
            expect(refusalOf('sendMessage', { chat_id: 7, text, entities })).toBeUndefined();
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is not cut between a space and the sign that stands on it', () => {
    const pieces = splitFormatted({ text: 'aaaa bbbb \u0301cccc dddd', entities: [] }, 10);
    expect(pieces.map(({ text }) => text)).toEqual(['aaaa', 'bbbb \u0301cccc', 'dddd']);
  });

  it('goes on with the mark it was cut in', () => {
    const pieces = splitFormatted(formatMarkdown(`**${'word '.repeat(30).trim()}**`), 60);
    expect(pieces.length).toBeGreaterThan(2);
    for (const { text, entities } of pieces)
      expect(entities).toEqual([{ type: 'bold', offset: 0, length: text.length }]);
  });

  it('is cut between the lines of code that is longer than a message, and keeps how they are indented', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index % 2 === 0 ? '' : '    '}call(${index}, "a b");`);
    const pieces = splitFormatted(formatMarkdown(`\`\`\`js\n${lines.join('\n')}\n\`\`\``), 100);
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.map(({ text }) => text).join('\n')).toBe(lines.join('\n'));
    for (const { text, entities } of pieces)
      expect(entities).toEqual([{ type: 'pre', language: 'js', offset: 0, length: text.length }]);
  });

  it('of one endless character is cut all the same', () => {
    const zalgo = `a${'\u0301'.repeat(10_000)}`;
    expect(splitFormatted({ text: zalgo, entities: [] }, 4096).map(({ text }) => text.length)).toEqual([
      4096, 4096, 1809,
    ]);
  });
});

describe('a shortened label', () => {
  it('ends with an ellipsis, between characters', () => {
    expect(shortened('short', 10)).toBe('short');
    expect(shortened('a lamp for everybody', 10)).toBe('a lamp fo…');
    expect(shortened('👨‍👩‍👧👨‍👩‍👧', 12)).toBe('👨‍👩‍👧…');
  });
});
