import { describe, expect, it } from 'vitest';
import { encode } from '../../../../plugins/channels/telegram/encode.ts';
import { formatMarkdown } from '../../../../plugins/channels/telegram/markdown.ts';
import { refusalOf } from '../../../kit/fake-telegram-rules.ts';
import { shown } from './marked.ts';
import { outbound } from './open-telegram.ts';

describe('a link', () => {
  it.each([
    ['![lamp](https://shop.example/l?a=1&amp;b=2)', '<text_link https://shop.example/l?a=1&b=2>lamp</text_link>'],
    ['[Write](tg://resolve?domain=shop)', '<text_link tg://resolve?domain=shop>Write</text_link>'],
    ['[list](ftp://shop.example/a.zip)', 'list (ftp://shop.example/a.zip)'],
    ['[prices](/prices.pdf)', 'prices (/prices.pdf)'],
    ['[wiki](https://intranet/lamps)', 'wiki (https://intranet/lamps)'],
    ['[call](tel:+4930123)', 'call (+4930123)'],
    ['[/prices.pdf](/prices.pdf)', '/prices.pdf'],
    ['[![](/l.png)](https://shop.example)', '<text_link https://shop.example/>/l.png</text_link>'],
    ['[![lamp](/l.png)](https://shop.example)', '<text_link https://shop.example/>lamp</text_link>'],
    ['[x](javascript:alert) [y](data:text/html,a) [below](#below) [z]()', 'x y below z'],
  ])('%j becomes %j', (markdown, expected) => {
    expect(shown(markdown)).toBe(expected);
  });
});

describe('a table', () => {
  it('keeps its links, and then stands in lines, as code has none', () => {
    expect(shown('| lamp | shop |\n|---|---|\n| blue | [A](https://a.example/) |\n| **red** | none |')).toBe(
      'lamp: blue\nshop: <text_link https://a.example/>A</text_link>\n\nlamp: <bold>red</bold>\nshop: none',
    );
    expect(shown('| | [shop](https://a.example/) |\n|---|---|\n| blue | A |')).toBe(
      'blue\n<text_link https://a.example/>shop</text_link>: A',
    );
  });

  it('too wide keeps its links and its marks', () => {
    const wide = '| name of the product | where it is sold |\n|---|---|\n| lamp | [Shop](https://a.example/), `now` |';
    expect(shown(wide)).toBe(
      'name of the product: lamp\nwhere it is sold: <text_link https://a.example/>Shop</text_link>, <code>now</code>',
    );
  });

  it('without a row is its header', () => {
    const names = ['A rather long name of a product', '[Another](https://a.example/)'];
    expect(shown(`| ${names.join(' | ')} |\n|---|---|`)).toBe(
      'A rather long name of a product | <text_link https://a.example/>Another</text_link>',
    );
  });
});

describe('more marks than the hundred that Telegram keeps', () => {
  it('leave links before all others', () => {
    const { entities } = formatMarkdown(`${'**a** b '.repeat(150)}[shop](https://shop.example/)`);
    expect(entities).toHaveLength(100);
    expect(entities.map(({ type }) => type).indexOf('text_link')).toBe(99);
  });

  it('have their addresses in words where they are links', () => {
    const links = Array.from({ length: 130 }, (_, index) => `[L${index}](https://a.example/${index}) 💡`);
    const { text, entities } = formatMarkdown(`**${links.join(' ')}** and the [last](https://a.example/last)`);
    expect(entities).toHaveLength(100);
    expect(text).toContain(' L99 💡 L100 (https://a.example/100) 💡 ');
    expect(text).toMatch(/ L129 \(https:\/\/a\.example\/129\) 💡 and the last \(https:\/\/a\.example\/last\)$/);
    for (const { offset, length, url } of entities)
      expect(url).toBe(`https://a.example/${text.slice(offset + 1, offset + length)}`);
  });

  it('are never refused', () => {
    const links = Array.from({ length: 250 }, (_, index) => `**b${index}** *[L${index}](https://a.example/${index})*`);
    const steps = encode(outbound({ text: links.join(' ') }));
    expect(steps.map(({ method, payload }) => refusalOf(method, { chat_id: 7, ...payload }))).toEqual(
      steps.map(() => undefined),
    );
  });
});
