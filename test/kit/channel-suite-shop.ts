import type { Attachment } from '../../core/contract/index.ts';

type Kind = Exclude<Attachment['kind'], 'unsupported'>;

/** What the bot sends along, one of each kind, and what its address gives to a platform that takes bytes: their beginning, at least. */
const goods: Readonly<Record<Kind, { readonly mediaType: string; readonly url: string; readonly base64?: string }>> = {
  image: {
    mediaType: 'image/png',
    url: 'https://shop.example/lamp.png',
    base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  },
  audio: { mediaType: 'audio/mpeg', url: 'https://shop.example/lamp.mp3', base64: 'SUQzBAAAAAAAAA==' },
  video: { mediaType: 'video/mp4', url: 'https://shop.example/lamp.mp4', base64: 'AAAAGGZ0eXBtcDQyAAAAAG1wNDJpc29t' },
  document: { mediaType: 'application/pdf', url: 'https://shop.example/lamp.pdf', base64: 'JVBERi0xLjcKJSVFT0YK' },
  sticker: { mediaType: 'image/webp', url: 'https://shop.example/lamp.webp', base64: 'UklGRgQAAABXRUJQ' },
  location: { mediaType: 'application/geo+json', url: 'geo:52.5,13.4' },
  contact: { mediaType: 'text/vcard', url: 'tel:+4930111222' },
};

export function attachmentOf(kind: Kind, id = '1'): Attachment {
  const { mediaType, url } = goods[kind];
  return { id, kind, mediaType, url, name: 'lamp' };
}

/** What the shop answers; undefined for what is no address of the shop. */
export function fromShop(url: string, method = 'GET'): Response | undefined {
  if (new URL(url).host !== 'shop.example') return undefined;
  const good = Object.values(goods).find((candidate) => candidate.url === url);
  if (good?.base64 === undefined) return new Response(null, { status: 404 });
  const bytes = Buffer.from(good.base64, 'base64');
  const headers = { 'content-type': good.mediaType, 'content-length': String(bytes.length) };
  return new Response(method === 'HEAD' ? null : bytes, { headers });
}
