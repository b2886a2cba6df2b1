import { type Attachment, PolyphonError } from 'polyphon/plugin';
import type { BotApi } from './api.ts';
import { toPolyphonError } from './failure.ts';
import { fieldsOf, integerOf, textOf } from './fields.ts';

/** What Telegram gives to bots. */
const maxFileBytes = 20 * 1_048_576;
const timeoutMs = 60_000;

/** @throws PolyphonError TGM3209 for what is no file, too large or gone. */
export async function fetchMedia(
  api: BotApi,
  attachment: Attachment,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }> {
  if (attachment.kind === 'location' || attachment.kind === 'contact' || attachment.id === '') {
    throw new PolyphonError('TGM3209', `Telegram, file: a ${attachment.kind} has no bytes. Its facts are in \`url\`.`);
  }
  if ((attachment.bytes ?? 0) > maxFileBytes) throw tooLarge();
  let file: unknown;
  try {
    file = await api.call('getFile', { file_id: attachment.id }, { signal });
  } catch (error) {
    throw toPolyphonError(error, 'getFile');
  }
  const path = textOf(fieldsOf(file)?.['file_path'], 512);
  if (path === undefined || (integerOf(fieldsOf(file)?.['file_size']) ?? 0) > maxFileBytes) throw tooLarge();
  const bytes = await api.download(path, { signal, timeoutMs, maxBytes: maxFileBytes });
  return { bytes, mediaType: attachment.mediaType };
}

function tooLarge(): PolyphonError {
  return new PolyphonError('TGM3209', 'Telegram, file: bots may fetch up to 20 MB. Ask for a smaller file.');
}
