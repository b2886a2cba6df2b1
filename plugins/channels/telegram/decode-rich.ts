import { type Fields, fieldsOf, listOf, textOf } from './fields.ts';

const maxLength = 32_000;
/** Nested deeper, it is no text that somebody wrote. */
const maxDepth = 16;

/** The words of a rich message, block by block: headings, lists, tables and quotations in lines. Pictures in it are left out. */
export function richWords(message: Fields): string | undefined {
  const rich = fieldsOf(message['rich_message']);
  return rich === undefined ? undefined : whole(blockLines(rich['blocks'], 0));
}

/** A checklist in lines: its title, and each task with what became of it. */
export function listWords(message: Fields): string | undefined {
  const checklist = fieldsOf(message['checklist']);
  const title = textOf(checklist?.['title'], 1024);
  const tasks = listOf(checklist?.['tasks']).map((value) => {
    const task = fieldsOf(value);
    const text = textOf(task?.['text'], 1024);
    const isDone = task?.['completed_by_user'] !== undefined || task?.['completed_by_chat'] !== undefined;
    return text === undefined ? undefined : `${isDone ? '☑' : '☐'} ${text}`;
  });
  return whole([title, ...tasks]);
}

function whole(lines: readonly (string | undefined)[]): string | undefined {
  const text = lines.filter((line) => line !== undefined && line.trim() !== '').join('\n');
  return textOf(text, maxLength);
}

function blockLines(blocks: unknown, depth: number): readonly string[] {
  if (depth > maxDepth) return [];
  return listOf(blocks).flatMap((value) => {
    const block = fieldsOf(value);
    if (block === undefined) return [];
    const { summary, text, expression, caption, credit, blocks: inner, items, cells } = block;
    return [
      ...[summary, text, expression].map((words) => wordsIn(words, depth)),
      ...blockLines(inner, depth + 1),
      ...listOf(items).map((item) => itemLine(fieldsOf(item) ?? {}, depth)),
      ...listOf(cells).map((row) => rowLine(row, depth)),
      ...[caption, fieldsOf(caption)?.['credit'], credit].map((words) => wordsIn(words, depth)),
    ].filter((line) => line.trim() !== '');
  });
}

function itemLine(item: Fields, depth: number): string {
  const box = item['has_checkbox'] === true ? (item['is_checked'] === true ? '☑' : '☐') : undefined;
  const label = box ?? textOf(item['label'], 32) ?? '-';
  return `${label} ${blockLines(item['blocks'], depth + 1).join('\n')}`;
}

function rowLine(row: unknown, depth: number): string {
  return listOf(row)
    .map((cell) => wordsIn(fieldsOf(cell)?.['text'], depth))
    .join(' | ');
}

/** Marked words are objects around words; a link is told with its address. */
function wordsIn(words: unknown, depth: number): string {
  if (typeof words === 'string') return words;
  if (depth > maxDepth) return '';
  if (Array.isArray(words)) return words.map((part) => wordsIn(part, depth + 1)).join('');
  const marked = fieldsOf(words);
  if (marked === undefined) return '';
  const { text, expression, alternative_text: emoji, url } = marked;
  const said = [text, expression, emoji].map((part) => wordsIn(part, depth + 1)).join('');
  return typeof url === 'string' && url !== '' && !said.includes(url) ? `${said} (${url})` : said;
}
