import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitMarkdown } from '../../../core/conversation/outbox/split-markdown.ts';
import { formatMarkdown } from '../../../plugins/channels/telegram/markdown.ts';

const shown = (markdown: string, maxLength = 4096) => {
  const pieces = splitMarkdown(markdown, maxLength);
  expect(pieces.every((piece) => piece.length <= maxLength && piece.trim() !== '')).toBe(true);
  return pieces.map((piece) => {
    const { text, entities } = formatMarkdown(piece);
    return {
      text,
      marked: entities.map(({ type, offset, length, url }) => ({
        type,
        url,
        text: text.slice(offset, offset + length),
      })),
    };
  });
};
const words = (pieces: readonly { readonly text: string }[]) =>
  pieces
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ');

describe('an answer longer than a message', () => {
  it('moves or reopens bold words at the cut', () => {
    const [first, second] = shown(
      `${'word '.repeat(815)}**a bold phrase that crosses the boundary here** and the end. ${'tail '.repeat(50)}`,
    );
    expect(first?.marked).toEqual([]);
    expect(second?.marked).toMatchObject([{ type: 'bold', text: 'a bold phrase that crosses the boundary here' }]);
    expect(first?.text).not.toContain('*');
  });

  it('does not cut a link of a few words', () => {
    const pieces = shown(
      `${'x '.repeat(2030)}[a long link label that is here](https://example.com/some/very/long/path) end ${'y '.repeat(100)}`,
    );
    expect(pieces.flatMap(({ marked }) => marked)).toEqual([
      { type: 'text_link', url: 'https://example.com/some/very/long/path', text: 'a long link label that is here' },
    ]);
    expect(words(pieces)).not.toMatch(/[[\]()]/);
  });

  it('keeps links whose addresses stand together at its end', () => {
    const filler = 'word '.repeat(30);
    const markdown = `See [our **shop**][Shop], [prices][], [lamps] and ![a lamp][pic]. Not \`[lamps]\`.[^1]

> ${filler}[shop] again
> and [a
> broken one][shop].

- ${filler}[our shop][shop]

| a | b |
|---|---|
| [shop] | ${filler} |

[shop]: https://shop.example/a(b) "The shop"
[prices]: <https://shop.example/p?a=1&b=2>
[lamps]: https://shop.example/lamps
[pic]: https://shop.example/l.png
[^1]: forever
[other]: https://other.example/`;
    const links = (pieces: ReturnType<typeof shown>) => pieces.flatMap(({ marked }) => marked.filter(({ url }) => url));
    const pieces = shown(markdown, 300);
    expect(pieces.length).toBeGreaterThan(2);
    expect(links(pieces)).toEqual(links(shown(markdown)).filter(({ text }) => text !== 'a\nbroken one'));
    expect(links(pieces)).toHaveLength(7);
    expect(words(pieces)).toContain('Not [lamps].[^1]');
    expect(words(pieces)).toContain('[^1]: forever');
    expect(words(pieces)).toContain('[other]: https://other.example/');
    expect(words(pieces)).not.toContain('[lamps]: https');
  });

  it('is bold in each part when it is bold as a whole', () => {
    const bold = 'many bold words '.repeat(400).trim();
    const pieces = shown(`**${bold}**`);
    expect(pieces.map(({ text, marked }) => marked.length === 1 && marked[0]?.text === text)).toEqual([true, true]);
    expect(words(pieces)).toBe(bold);
  });

  it('is code in each part when it is code, line by line, and no code behind it', () => {
    const lines = Array.from(
      { length: 300 },
      (_, index) => `${index % 2 === 0 ? '' : '  '}const line${index} = ${index} * 2;`,
    );
    const pieces = shown(`Here:\n\n\`\`\`js\n${lines.join('\n')}\n\`\`\`\n\nEnd.`);
    const code = pieces.flatMap(({ marked }) => marked);
    expect(code.every(({ type }) => type === 'pre')).toBe(true);
    expect(
      code
        .map(({ text }) => text)
        .join('\n')
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(lines.map((line) => line.trim()));
    expect(pieces.at(-1)?.text.endsWith('\n\nEnd.')).toBe(true);
  });

  it('goes on counting in a list', () => {
    const items = Array.from(
      { length: 200 },
      (_, index) => `1. **Item ${index + 1}** costs ${index} euros, and so it stands in the list of prices`,
    );
    const pieces = shown(items.join('\n'));
    expect(words(pieces)).toBe(
      items
        .map(
          (_, index) => `${index + 1}. Item ${index + 1} costs ${index} euros, and so it stands in the list of prices`,
        )
        .join(' '),
    );
    expect(pieces.flatMap(({ marked }) => marked)).toHaveLength(200);
  });

  it('does not leave a number alone in front of the cut', () => {
    const [first, second] = splitMarkdown(`${'a costs b\n'.repeat(6)}\n1. ${'x y '.repeat(30)}`, 60);
    expect(first?.endsWith('a costs b')).toBe(true);
    expect(second).toMatch(/^1\. x y/);
  });

  it('says the names of a table again', () => {
    const rows = Array.from({ length: 40 }, (_, index) => `| ${index} | b |`);
    for (const piece of splitMarkdown(`| n | m |\n|---|---|\n${rows.join('\n')}`, 120))
      expect(piece).toMatch(/^\| n \| m \|\n\|---\|---\|\n\|/);
  });

  it('quotes on', () => {
    const quoted = shown(`> **${'a quoted word '.repeat(30).trim()}**\n\nEnd.`, 120);
    expect(quoted.at(-1)?.text.endsWith('End.')).toBe(true);
    for (const { marked } of quoted.slice(0, -1))
      expect(marked.map(({ type }) => type)).toEqual(['blockquote', 'bold']);
  });
});

it('shows the same words with the same marks, wherever it is cut', () => {
  const span = fc
    .tuple(
      fc.constantFrom('', '**', '*', '~~', '`', '['),
      fc.array(fc.stringMatching(/^[a-zא-ת]{1,9}$/u), { minLength: 1, maxLength: 12 }),
    )
    .map(([mark, said]) => ({ mark, said }));
  fc.assert(
    fc.property(
      fc.array(span, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 60, max: 200 }),
      (spans, maxLength) => {
        const markdown = spans.map(({ mark, said }) =>
          mark === '[' ? `[${said.join(' ')}](https://x.example/)` : mark + said.join(' ') + mark,
        );
        const pieces = shown(markdown.join(' '), maxLength);
        expect(words(pieces)).toBe(spans.flatMap(({ said }) => said).join(' '));
        const marked = spans.filter(({ mark }) => mark !== '').flatMap(({ said }) => said);
        expect(pieces.flatMap((piece) => piece.marked.flatMap(({ text }) => text.split(/\s+/)))).toEqual(marked);
      },
    ),
  );
});

it('keeps to the limit with any text', () => {
  const piece = fc.constantFrom(
    '**',
    '_',
    '`',
    '```\n',
    '[a](https://b.example/c)',
    '\n',
    '\n\n',
    '- ',
    '1. ',
    '> ',
    '# ',
    '| a | b |\n|-|-|\n',
    'word ',
    '😀',
    '<b>',
    '](',
    '![',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (parts, maxLength) =>
      splitMarkdown(parts.join(''), maxLength).every(({ length }) => length <= Math.max(maxLength, 2)),
    ),
  );
});
