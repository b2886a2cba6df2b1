import { type Attachment, PolyphonError } from 'polyphon/plugin';
import type { BotApi } from './api.ts';
import { failureOf, toPolyphonError } from './failure.ts';
import { fieldsOf, integerOf, textOf } from './fields.ts';

/** What Telegram gives to bots. */
const maxFileBytes = 20 * 1_048_576;
const timeoutMs = 60_000;

/** What `getFile` says of an id it cannot give a file for, gone or of another bot. */
const goneShape = /file_id|file reference|temporarily unavailable/i;
const tooBigShape = /too big/i;

/** @throws PolyphonError TGM3211 when the file is gone, NET6003 when it is too large, TGM3209 for what is no file. */
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
    const failure = failureOf(error);
    if (failure.kind === 'refused' && failure.status === 400) {
      if (tooBigShape.test(failure.description)) throw tooLarge();
      if (goneShape.test(failure.description)) throw gone();
    }
    throw toPolyphonError(error, 'getFile');
  }
  const path = textOf(fieldsOf(file)?.['file_path'], 512);
  if ((integerOf(fieldsOf(file)?.['file_size']) ?? 0) > maxFileBytes) throw tooLarge();
  if (path === undefined) {
    throw new PolyphonError('TGM3209', 'Telegram, file: Telegram names no place to fetch it from. Ask for it later.');
  }
  const bytes = await api.download(path, { signal, timeoutMs, maxBytes: maxFileBytes });
  return { bytes, mediaType: attachment.mediaType };
}

function tooLarge(): PolyphonError {
  return new PolyphonError('NET6003', 'Telegram, file: bots may fetch up to 20 MB. Ask for a smaller file.');
}

function gone(): PolyphonError {
  return new PolyphonError(
    'TGM3211',
    'Telegram, file: Telegram no longer has it, or another bot got it. Ask the person to send it once more.',
  );
}
