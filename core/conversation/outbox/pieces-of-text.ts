import type { Capabilities, OutboundMessage } from '../../contract/index.ts';
import { splitMarkdown } from './split-markdown.ts';
import { splitText } from './split-text.ts';

/** The texts of the messages that say this one, by the channel's limits; the last is the one that carries the actions. */
export function piecesOfText(
  { text, actions }: Pick<OutboundMessage, 'text' | 'actions'>,
  { maxLength, maxLengthWithActions = maxLength, format }: Capabilities['text'],
): readonly string[] {
  const pieces = format === 'markdown' ? splitMarkdown(text, maxLength) : splitText(text, maxLength);
  const last = pieces.at(-1) ?? '';
  if (actions.length === 0 || last.length <= maxLengthWithActions) return pieces;
  if (format === 'markdown') return [...pieces.slice(0, -1), ...splitMarkdown(last, maxLengthWithActions)];
  const below = splitText(last, maxLengthWithActions).at(-1) ?? '';
  // As one, although it was cut small to find the last.
  const above = last.slice(0, last.lastIndexOf(below)).trimEnd();
  return [...pieces.slice(0, -1), above, below];
}
