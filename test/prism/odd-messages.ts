import type { Action, Attachment, OutboundMessage } from '../../core/contract/index.ts';
import { Chance } from '../fuzz/chance.ts';
import { oddText } from '../fuzz/odd-values.ts';

const seed = 20_261_121;
const files: readonly Attachment[] = [
  { id: '1', kind: 'image', mediaType: 'image/png', url: 'https://shop.example/lamp.png' },
  {
    id: '2',
    kind: 'document',
    mediaType: 'application/pdf',
    url: 'https://shop.example/a%20lamp.pdf',
    name: 'A lamp.pdf',
  },
  { id: '3', kind: 'audio', mediaType: 'audio/mpeg', url: 'https://shop.example/lamp.mp3' },
  { id: '4', kind: 'video', mediaType: 'video/mp4', url: 'https://shop.example/lamp.mp4' },
  { id: '5', kind: 'sticker', mediaType: 'image/webp', url: 'https://shop.example/lamp.webp' },
  { id: '6', kind: 'location', mediaType: 'application/geo+json', url: 'geo:52.5,13.4', name: 'The shop' },
  { id: '7', kind: 'contact', mediaType: 'text/vcard', url: 'tel:+4930111222', name: 'Ada' },
  { id: '8', kind: 'image', mediaType: 'image/png' },
  { id: '9', kind: 'document', mediaType: 'text/plain', url: 'ftp://shop.example/x', name: '../../x' },
];

/** Messages as a model or a tool may come up with them: any text, several files, many choices, links. */
export function oddMessages(count: number, conversation: string): readonly OutboundMessage[] {
  return Array.from({ length: count }, (_, index): OutboundMessage => {
    const chance = new Chance(seed, index);
    const action = (number: number): Action => ({
      id: chance.happens(0.7) ? `choice-${number}` : textOf(chance, 300),
      label: chance.happens(0.6) ? `Choice ${number}` : textOf(chance, 300),
      ...(chance.happens(0.15) ? { url: `https://shop.example/?q=${number}` } : {}),
    });
    return {
      id: `out_${index}`,
      conversation,
      text: chance.happens(0.5) ? 'The blue lamp costs 40 euros.' : textOf(chance, 4_096),
      attachments: chance.happens(0.4) ? chance.times(3, () => chance.one(files)) : [],
      actions: chance.happens(0.4) ? chance.times(12, action) : [],
      citations: [],
    };
  });
}

/** As core hands it over: well-formed, without NUL, and no longer than the channel says. */
function textOf(chance: Chance, maxLength: number): string {
  return oddText(chance).toWellFormed().replaceAll('\0', '').slice(0, maxLength).toWellFormed();
}
