import { type BotIdentity, callsIn } from './addressed.ts';
import { entitiesOf, type Stretch } from './entities.ts';
import { type Fields, textOf } from './fields.ts';

const maxAddressLength = 2048;
const maxLength = 32_000;

/** The words of a text as they are meant: without the name that calls the bot, and with the addresses that lie behind words. */
export function meantWords(message: Fields, text: string, bot: BotIdentity): string {
  const calls = callsIn(message, text, bot);
  const changes = [...calls.map((call) => ({ ...call, words: '' })), ...addressesIn(message, text)];
  if (changes.length === 0) return text;
  let words = text;
  // From the back, so that no change moves the place of the next.
  for (const change of changes.toSorted((left, right) => right.start - left.start)) words = changed(words, change);
  const rest = calls.length === 0 ? words : words.replace(/^[\s,:]+|\s+$/g, '');
  return textOf(rest, maxLength) ?? text;
}

interface Change extends Stretch {
  readonly words: string;
}

/** What was taken out leaves no gap: "Hey @shop_bot, what", "it costs, @shop_bot?", "@shop_bot: what" at the start of a line. */
function changed(text: string, { start, end, words }: Change): string {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  if (words !== '' || /^[\p{L}\p{N}]/u.test(after)) return `${before}${words}${after}`;
  if (/(^|\n)\s*$/.test(before)) return `${before}${after.replace(/^[ \t,:]+/, '')}`;
  const isLast = /^\s*([.?!]|$)/.test(after);
  return `${before.replace(isLast ? /[ \t]*,?[ \t]*$/ : /[ \t]+$/, '')}${after}`;
}

/** Behind words that are a link stands its address, as where a rich message is told. */
function addressesIn(message: Fields, text: string): readonly Change[] {
  return entitiesOf(message).flatMap(({ entity, start, end }) => {
    const url = textOf(entity['url'], maxAddressLength);
    if (entity['type'] !== 'text_link' || url === undefined || end > text.length) return [];
    return text.slice(start, end).includes(url) ? [] : [{ start: end, end, words: ` (${url})` }];
  });
}
