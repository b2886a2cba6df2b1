/** Text and its formatting apart, so that no character of the text can be mistaken for a mark. Offsets count UTF-16 units. */
export interface FormattedText {
  readonly text: string;
  /** By offset, the outer before the inner; none crosses another's border. */
  readonly entities: readonly Entity[];
}

export interface Entity {
  readonly type: 'bold' | 'italic' | 'strikethrough' | 'code' | 'pre' | 'text_link' | 'blockquote';
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
}

/** Telegram forgets what is more. */
const maxEntities = 100;
const visible = /[^\s\u180e\u200b-\u200f\u2800\ufffc]/;
/** Stands on what is before it, a space too. */
const joined = /^[\p{M}\u200d]/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Without white space around it, without empty entities, and with code free of other marks. */
export function tidy({ text, entities }: FormattedText): FormattedText {
  const start = startOf(text, entities);
  const kept = text.slice(start).trimEnd();
  const code = entities.filter(isCode);
  const fitting = entities
    .flatMap((entity) => (isCode(entity) ? [entity] : without(entity, code)))
    .flatMap((entity) => shrunk(text, entity, start, start + kept.length))
    .map((entity) => ({ ...entity, offset: entity.offset - start }))
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text: kept, entities: foremost(fitting) };
}

/** As many as Telegram keeps: links before all others, as a word that is not bold is still there. */
function foremost(entities: readonly Entity[]): readonly Entity[] {
  if (entities.length <= maxEntities) return entities;
  let links = 0;
  let others = maxEntities - entities.filter(isLink).length;
  return entities.filter((entity) => {
    if (isLink(entity)) links += 1;
    else others -= 1;
    return isLink(entity) ? links <= maxEntities : others >= 0;
  });
}

/** The links beyond those that Telegram keeps, with their addresses in words. */
export function withinLimit(formatted: FormattedText): FormattedText {
  const links = formatted.entities.filter(isLink).sort((a, b) => a.offset - b.offset);
  return links.length <= maxEntities ? formatted : withAddresses(formatted, links.slice(maxEntities));
}

/** Without these links: behind the words of each stands its address, as long as there is room. */
export function withAddresses(
  { text, entities }: FormattedText,
  links: readonly Entity[],
  maxLength = Number.POSITIVE_INFINITY,
): FormattedText {
  let room = maxLength - text.length;
  const additions = links.flatMap(({ offset, length, url = '' }) => {
    const at = offset + length;
    const words = text.slice(offset, at).includes(url) ? '' : ` (${url})`;
    if (words === '' || words.length > room) return [];
    room -= words.length;
    return [{ at, words }];
  });
  const gone = new Set(links);
  let whole: FormattedText = { text, entities: entities.filter((entity) => !gone.has(entity)) };
  // From the back, so that none moves the place of the next.
  for (const addition of additions.toReversed()) whole = inserted(whole, addition);
  return whole;
}

/** Its words alone; where they were links, with the addresses. */
export function withoutMarks(formatted: FormattedText, maxLength: number): FormattedText {
  const { text } = withAddresses(formatted, formatted.entities.filter(isLink), maxLength);
  return { text, entities: [] };
}

/** With lines under it, as many as there is room for. */
export function withLines(
  { text, entities }: FormattedText,
  lines: readonly string[],
  maxLength = Number.POSITIVE_INFINITY,
): FormattedText {
  let whole = text;
  for (const line of lines.filter((words) => words !== '')) {
    const next = `${whole}${whole === '' ? '' : whole === text ? '\n\n' : '\n'}${line}`;
    if (next.length <= maxLength) whole = next;
  }
  return { text: whole, entities };
}

function inserted(
  { text, entities }: FormattedText,
  { at, words }: { readonly at: number; readonly words: string },
): FormattedText {
  return {
    text: `${text.slice(0, at)}${words}${text.slice(at)}`,
    entities: entities.map((entity) => {
      if (entity.offset >= at) return { ...entity, offset: entity.offset + words.length };
      return crosses(entity, at) ? { ...entity, length: entity.length + words.length } : entity;
    }),
  };
}

/** Where the words begin; of code the line, whose indentation Telegram keeps. */
function startOf(text: string, entities: readonly Entity[]): number {
  const words = text.length - text.trimStart().length;
  const code = entities.find(({ type, offset, length }) => type === 'pre' && offset < words && words < offset + length);
  return code === undefined ? words : lineStart(text, words, code.offset);
}

function lineStart(text: string, at: number, from: number): number {
  return Math.max(from, text.lastIndexOf('\n', at - 1) + 1);
}

/** Pieces of at most `maxLength`, cut where it hurts least: between paragraphs, lines, sentences, words; never in a character. */
export function splitFormatted(formatted: FormattedText, maxLength: number): readonly FormattedText[] {
  const pieces: FormattedText[] = [];
  let rest = formatted;
  while (rest.text.length > maxLength) {
    const cut = cutOf(rest, maxLength);
    pieces.push(tidy(part(rest, 0, cut)));
    rest = tidy(part(rest, cut, rest.text.length));
  }
  if (rest.text !== '') pieces.push(rest);
  return pieces.filter((piece) => isVisible(piece.text));
}

/** Telegram refuses a message, and a button, in which nothing can be seen. */
export function isVisible(text: string): boolean {
  return visible.test(text);
}

/** At most `maxLength` units, ended with an ellipsis where something is missing; never cut in a character. */
export function shortened(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, graphemeBorder(text, maxLength - 1)).trimEnd()}…`;
}

function cutOf({ text, entities }: FormattedText, maxLength: number): number {
  const window = text.slice(0, maxLength + 1);
  for (const pattern of [/\n\n/g, /\n/g, /[.!?…]["»”')]?\s/g, /\s/g]) {
    const cuts = [...window.matchAll(pattern)]
      .map((match) => match.index + match[0].length)
      .filter((end) => end <= maxLength && end > maxLength / 3 && !joined.test(text.slice(end, end + 2)));
    const free = cuts.findLast((end) => !entities.some((entity) => crosses(entity, end)));
    const last = cuts.at(-1);
    const isOfCode = last !== undefined && entities.some((entity) => entity.type === 'pre' && crosses(entity, last));
    const cut = free ?? (pattern.source === '\\s' || (pattern.source === '\\n' && isOfCode) ? last : undefined);
    if (cut !== undefined) return cut;
  }
  return graphemeBorder(text, maxLength);
}

/** The last border between characters, as people see them, at or before `index`. */
function graphemeBorder(text: string, index: number): number {
  const border = graphemes.segment(text).containing(index)?.index ?? text.length;
  if (border > 0) return border;
  // One character longer than the limit: a pile of combining marks. Only the surrogate pair is left to spare.
  const code = text.charCodeAt(index - 1);
  return code >= 0xd800 && code <= 0xdbff && index > 1 ? index - 1 : index;
}

function part({ text, entities }: FormattedText, from: number, to: number): FormattedText {
  const inside = entities.flatMap((entity) => {
    const start = Math.max(entity.offset, from);
    const end = Math.min(entity.offset + entity.length, to);
    return end <= start ? [] : [{ ...entity, offset: start - from, length: end - start }];
  });
  return { text: text.slice(from, to), entities: inside };
}

function shrunk(text: string, entity: Entity, from: number, to: number): readonly Entity[] {
  let start = Math.max(entity.offset, from);
  let end = Math.min(entity.offset + entity.length, to);
  const first = start;
  while (start < end && /\s/.test(text[start] ?? '')) start += 1;
  if (entity.type === 'pre' && start > first) start = lineStart(text, start, first);
  while (end > start && /\s/.test(text[end - 1] ?? '')) end -= 1;
  return end <= start ? [] : [{ ...entity, offset: start, length: end - start }];
}

/** Telegram allows nothing in code and no code in anything but a quotation. */
function without(entity: Entity, code: readonly Entity[]): readonly Entity[] {
  if (entity.type === 'blockquote') return [entity];
  let pieces: readonly Entity[] = [entity];
  for (const hole of code) {
    pieces = pieces.flatMap((piece) => {
      const end = piece.offset + piece.length;
      const holeEnd = hole.offset + hole.length;
      if (holeEnd <= piece.offset || hole.offset >= end) return [piece];
      return [
        { ...piece, length: Math.max(0, hole.offset - piece.offset) },
        { ...piece, offset: holeEnd, length: Math.max(0, end - holeEnd) },
      ].filter(({ length }) => length > 0);
    });
  }
  return pieces;
}

function crosses({ offset, length }: Entity, cut: number): boolean {
  return offset < cut && cut < offset + length;
}

function isLink({ type }: Entity): boolean {
  return type === 'text_link';
}

function isCode({ type }: Entity): boolean {
  return type === 'code' || type === 'pre';
}
