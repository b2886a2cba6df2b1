import contentDisposition from 'content-disposition';
import type { MessageFile } from '../conversation/operator/message-file.ts';

/** What a browser shows or plays and never runs, with the usual ending of its name. All else is saved, not shown. */
const shown: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'audio/ogg': 'ogg',
  'audio/opus': 'opus',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/wav': 'wav',
  'audio/webm': 'weba',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
};

/** Types under which a saved file may be named: documents that are opened in programs of their own. */
const saved =
  /^(?:application\/(?:pdf|zip|rtf|msword|x-tgsticker|vnd\.[a-z0-9.-]+)|image\/(?:heic|heif|tiff|bmp|avif)|text\/(?:plain|csv|vcard|x-vcard)|(?:audio|video)\/[a-z0-9.-]+)$/;

/** No script, no request, no frame, whatever the file turns out to be. */
const filePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

/** A stranger's file, to be shown by an operator's page: of what the sender says of it only the harmless is passed on. */
export function fileResponse({ bytes, mediaType, kind, name }: MessageFile): Response {
  const told = mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const ending = Object.hasOwn(shown, told) ? shown[told] : undefined;
  const type = ending !== undefined || saved.test(told) ? told : 'application/octet-stream';
  const fallback = ending === undefined ? kind : `${kind}.${ending}`;
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: {
      'content-type': type,
      'content-disposition': contentDisposition(name?.toWellFormed() ?? fallback, {
        type: ending === undefined ? 'attachment' : 'inline',
      }),
      'content-security-policy': filePolicy,
      'cache-control': 'private, no-store',
    },
  });
}
