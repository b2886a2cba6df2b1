import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closeOpenMarks,
  plainText,
  renderBlocks,
} from '../../../../../plugins/channels/web-chat/widget/panel/markdown.ts';
import { safeUrl } from '../../../../../plugins/channels/web-chat/widget/panel/safe-url.ts';

const html = (text: string) => renderBlocks(text, 'complete').join('');
const growing = (text: string) => renderBlocks(text, 'growing').join('');
const allowedTags =
  /^<\/?(?:a|p|br|strong|em|del|code|pre|ul|ol|li|blockquote|hr|div|table|thead|tbody|tr|th|td)(?: (?:href|class|start|tabindex|target|rel)="[^"<>]*")* ?\/?>$/;

describe('an address', () => {
  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'blob:https://shop.example/1',
    'ftp://shop.example',
    '//shop.example/path',
    '/relative',
    'relative.html',
    '#place',
    '',
    'https://bank.example@evil.example/',
    'https://user:word@shop.example/',
  ])('%j is not linked', (address) => {
    expect(safeUrl(address)).toBeUndefined();
    expect(html(`[text](<${address.replace(/[<>\n]/g, '')}>)`)).not.toMatch(/href="(?!https?:|mailto:|tel:)/);
  });

  it.each([
    ['https://shop.example/a?b=c&d=e#f', 'https://shop.example/a?b=c&d=e#f'],
    ['HTTP://SHOP.EXAMPLE', 'http://shop.example/'],
    ['mailto:info@shop.example', 'mailto:info@shop.example'],
    ['tel:+49301234567', 'tel:+49301234567'],
  ])('%s is linked', (address, href) => {
    expect(safeUrl(address)).toBe(href);
  });

  it('may be relative where it says to what', () => {
    expect(safeUrl('/files/1.pdf', 'https://bots.example')).toBe('https://bots.example/files/1.pdf');
    expect(safeUrl('javascript:alert(1)', 'https://bots.example')).toBeUndefined();
  });
});

describe('markdown', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<a href="javascript:alert(1)">x</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<style>body{display:none}</style>',
    '<form action="https://evil.example"><input name=a></form>',
    '[x](javascript:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x]("onmouseover=alert(1) //)',
    '[x](https://a.example/"onmouseover="alert(1))',
    '![x](https://tracker.example/pixel.png)',
    '![x" onerror="alert(1)](https://tracker.example)',
    '<https://a.example/"><script>alert(1)</script>>',
    '```"><script>alert(1)</script>\ncode\n```',
    '| <script>alert(1)</script> |\n| --- |\n| <img src=x onerror=alert(1)> |',
    '[x]: javascript:alert(1)\n\n[x]',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '<p style="position:fixed">x</p>',
    '<!-- <img src=x onerror=alert(1)> -->',
    '- <details ontoggle=alert(1) open>',
    '# <math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  ])('%j becomes harmless before the sanitiser sees it', (text) => {
    for (const made of [html(text), growing(text)]) {
      for (const tag of made.match(/<[^>]*>/g) ?? []) expect(tag).toMatch(allowedTags);
    }
  });

  it('gives links no way back to this page', () => {
    expect(html('[prices](https://shop.example/prices)')).toContain(
      '<a href="https://shop.example/prices" target="_blank" rel="noopener noreferrer">prices</a>',
    );
  });

  it('shows a picture as a link, so that nothing is fetched unasked', () => {
    expect(html('![the map](https://shop.example/map.png)')).toContain('>the map</a>');
  });

  it('keeps headings out of the outline of the page', () => {
    expect(html('# Prices')).toBe('<p class="heading">Prices</p>\n');
  });

  it('reads aloud as plain words', () => {
    expect(plainText('**Crown**: 640 &amp; `x < y`\n\n- a\n- b')).toBe('Crown: 640 & x < y a b');
  });
});

describe('markdown that is still being written', () => {
  it.each([
    ['A **bold', '<p>A <strong>bold</strong></p>\n'],
    ['A **', '<p>A </p>\n'],
    ['A **bold** and *thin', '<p>A <strong>bold</strong> and <em>thin</em></p>\n'],
    ['Call `npm', '<p>Call <code>npm</code></p>\n'],
    ['See [the pri', '<p>See the pri</p>\n'],
    ['See [the list](https://shop.exa', '<p>See the list</p>\n'],
    ['Text\n-', '<p>Text</p>\n'],
    ['Text\n==', '<p>Text</p>\n'],
    ['Text\n\n| a | b |', '<p>Text</p>\n'],
    ['Text\n\n| a | b |\n| --', '<p>Text</p>\n'],
    ['Text\n\n1.', '<p>Text</p>\n'],
    ['```js\nconst a = 1', '<pre tabindex="0"><code>const a = 1</code></pre>\n'],
    ['- one\n- two **b', '<ul>\n<li>one</li>\n<li>two <strong>b</strong></li>\n</ul>\n'],
  ])('%j shows no half marks', (text, expected) => {
    expect(growing(text)).toBe(expected);
  });

  it('shows a table as soon as it is one', () => {
    expect(growing('| a | b |\n| --- | --- |\n| 1 ')).toContain('<table>');
  });

  it('leaves the blocks above its end as they are', () => {
    const text =
      'First **part**.\n\n- a\n- b\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nLast [part](https://shop.example) of it.';
    const whole = renderBlocks(text, 'complete');
    for (let end = 1; end <= text.length; end++) {
      const blocks = renderBlocks(text.slice(0, end), 'growing');
      expect(blocks.slice(0, -1)).toEqual(whole.slice(0, Math.max(0, blocks.length - 1)));
    }
  });

  it('never throws, and never makes a tag of what was text', () => {
    const alphabet = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '*',
      '**',
      '`',
      '```',
      '[',
      ']',
      '(',
      ')',
      '|',
      '-',
      '<',
      '>',
      '!',
      '#',
      '_',
      '~',
      '1.',
      'https://a.b',
      'א',
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 40 }), (parts) => {
        for (const tag of growing(parts.join('')).match(/<[^>]*>/g) ?? []) expect(tag).toMatch(allowedTags);
      }),
    );
  });

  it('does not change a text that is complete', () => {
    for (const text of [
      'A **bold** word.',
      'One `code` and [link](https://a.example).',
      '- a\n- b',
      '2 * 3 = 6 and 4 * 5 = 20',
    ])
      expect(closeOpenMarks(text)).toBe(text);
  });
});
