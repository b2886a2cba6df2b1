import type { Action, Citation } from 'polyphon/plugin';
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'telegraf/types';
import { callbackData } from './address.ts';
import { isVisible, shortened } from './formatted-text.ts';
import { linkable } from './link-address.ts';

const maxButtons = 100;
const maxLabel = 64;
/** About what a telephone shows in one row. */
const rowWidth = 30;
const maxPerRow = 3;
const maxSources = 5;
/** Room is left for the sources. */
export const maxActions = maxButtons - maxSources;

/** What stands under a message. */
export interface Buttons {
  readonly actions: readonly Action[];
  readonly citations: readonly Citation[];
}

export const noButtons: Buttons = { actions: [], citations: [] };

/** Buttons under a message: actions first, then the sources that have an address. Undefined where there is none. */
export function keyboardOf({ actions, citations }: Buttons): InlineKeyboardMarkup | undefined {
  const rows: InlineKeyboardButton[][] = [];
  let width = rowWidth;
  for (const button of actions.slice(0, maxActions).map(buttonOf)) {
    const row = rows.at(-1);
    if (row !== undefined && row.length < maxPerRow && width + button.text.length <= rowWidth) row.push(button);
    else {
      rows.push([button]);
      width = 0;
    }
    width += button.text.length + 4;
  }
  for (const { title, url } of linkedSources(citations)) rows.push([{ text: shortened(`↗ ${title}`, maxLabel), url }]);
  return rows.length === 0 ? undefined : { inline_keyboard: rows };
}

/**
 * Where Telegram has refused a button: those that carry an action, and lines for those that lead to an address, which is what it refuses
 * most; of the former alone none are left. Undefined where there is none at all.
 */
export function fewerButtons({
  actions,
  citations,
}: Buttons): { readonly buttons: Buttons; readonly lines: readonly string[] } | undefined {
  const shown = actions.slice(0, maxActions);
  const linked = shown.flatMap((action) => {
    const url = addressOf(action);
    return url === undefined ? [] : [{ title: labelOf(action), url }];
  });
  const sources = linkedSources(citations).map(({ title, url }) => ({ title: `↗ ${title}`, url }));
  const lines = [...linked, ...sources].map(({ title, url }) => (title.endsWith(url) ? title : `${title}: ${url}`));
  if (lines.length === 0) return shown.length === 0 ? undefined : { buttons: noButtons, lines };
  const pressed = shown.filter((action) => addressOf(action) === undefined);
  return { buttons: { actions: pressed, citations: [] }, lines };
}

function addressOf({ url }: Action): string | undefined {
  return url === undefined ? undefined : linkable(url);
}

function buttonOf(action: Action): InlineKeyboardButton {
  const text = shortened(labelOf(action), maxLabel);
  const url = addressOf(action);
  return url === undefined ? { text, callback_data: callbackData(action.id) } : { text, url };
}

function labelOf({ label, id }: Action): string {
  return cleanLabel(label) || cleanLabel(id) || '…';
}

/**
 * In one line, and in the direction of its own letters. What joins and parts letters and pictures (a family, an English flag, Persian)
 * stays; empty where nothing can be seen.
 */
export function cleanLabel(text: string): string {
  const kept = text
    .toWellFormed()
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return isVisible(kept) ? kept : '';
}

/** Each address once. */
function linkedSources(citations: readonly Citation[]) {
  const byUrl = new Map<string, { readonly title: string; readonly url: string }>();
  for (const citation of citations) {
    const url = citation.url === undefined ? undefined : linkable(citation.url);
    if (url !== undefined && !byUrl.has(url)) byUrl.set(url, { title: cleanLabel(citation.title) || url, url });
  }
  return [...byUrl.values()].slice(0, maxSources);
}

/** Lines for the sources that a button cannot lead to. */
export function sourceLines(citations: readonly Citation[]): readonly string[] {
  const lines = citations
    .filter(({ url }) => url === undefined || linkable(url) === undefined)
    .map(({ title, document, page }) => {
      const name = shortened(cleanLabel(title) || cleanLabel(document), 120);
      return `📄 ${name}${page === undefined ? '' : ` · ${page}`}`;
    });
  return [...new Set(lines)].slice(0, maxSources);
}
