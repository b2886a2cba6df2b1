import { formatMarkdown } from '../../../../plugins/channels/telegram/markdown.ts';

/** The text with its entities as marks, to be read in a test. */
export function shown(markdown: string): string {
  const { text, entities } = formatMarkdown(markdown);
  const marks = entities.flatMap(({ type, offset, length, url, language }, index) => [
    {
      at: offset,
      order: index,
      mark: `<${type}${url === undefined ? '' : ` ${url}`}${language === undefined ? '' : ` ${language}`}>`,
    },
    { at: offset + length, order: -index - 1, mark: `</${type}>` },
  ]);
  let out = '';
  for (let index = 0; index <= text.length; index += 1) {
    const here = marks.filter(({ at }) => at === index).sort((a, b) => a.order - b.order);
    out += here.map(({ mark }) => mark).join('') + (text[index] ?? '');
  }
  return out;
}
