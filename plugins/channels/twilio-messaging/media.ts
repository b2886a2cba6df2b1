import { type Attachment, type Http, PolyphonError } from 'polyphon/plugin';
import { isMediaAddress, mediaTypeOf } from './decode.ts';
import { basicAuthorization } from './transport.ts';

export interface MediaOptions {
  readonly http: Http;
  readonly accountSid: string;
  readonly authToken: string;
  /** The only origin that is asked, and the only one that gets the credentials. */
  readonly origin: string;
  readonly maxBytes: number;
}

/**
 * The bytes of an attachment a person sent. Twilio sends the reader on to a store of files; the granted way out drops the
 * credentials where a redirect leaves the origin.
 * @throws PolyphonError TWI3402 when the file is not at Twilio, TWI3405 when it is no longer there, TWI3403 when Twilio does not give
 * it, NET6003 when it is too large.
 */
export async function fetchMedia(
  attachment: Attachment,
  { http, accountSid, authToken, origin, maxBytes }: MediaOptions,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }> {
  const { url } = attachment;
  if (url === undefined || !isMediaAddress(url, origin)) {
    throw new PolyphonError(
      'TWI3402',
      'Twilio media: the file is not at Twilio, and was not fetched. Check baseUrl of the channel.',
    );
  }
  const response = await http.fetch(url, {
    headers: { authorization: basicAuthorization(accountSid, authToken) },
    signal,
    maxBytes,
    retry: 'idempotent',
  });
  if (!response.ok) {
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) {
      throw new PolyphonError(
        'TWI3405',
        'Twilio media: the file was deleted at Twilio. Ask the person to send it once more.',
      );
    }
    throw new PolyphonError(
      'TWI3403',
      `Twilio media: Twilio did not give the file (status ${response.status}). Check that accountSid and authToken are of the same account as the number.`,
    );
  }
  const mediaType = response.headers.get('content-type') ?? attachment.mediaType;
  return { bytes: new Uint8Array(await response.arrayBuffer()), mediaType: mediaTypeOf(mediaType) };
}
