import { type Attachment, type Http, PolyphonError } from 'polyphon/plugin';
import { mediaIdShape, mediaTypeOf } from './decode-message.ts';
import type { GraphClient } from './graph-client.ts';
import { graphReason } from './graph-errors.ts';
import { objectOf } from './loose-json.ts';

/** Where Meta keeps files: https only, these hosts and those below them. */
const mediaHosts = ['graph.facebook.com', 'lookaside.fbsbx.com', 'fbsbx.com', 'fbcdn.net', 'whatsapp.net'];

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const maxRedirects = 5;

/** `error_subcode` of code 100: no object has this id, or the token may not see it. */
const objectMissing = 33;

export interface MediaOptions {
  readonly http: Http;
  readonly graph: GraphClient;
  readonly accessToken: string;
  readonly phoneNumberId: string;
  /** The Graph API's own origin; files may also be there. */
  readonly origin: string;
  readonly maxBytes: number;
}

/**
 * The bytes of an attachment a person sent. Its address is asked of Meta by the file's id and never taken from a message, and the
 * token goes to Meta's hosts only.
 * @throws PolyphonError WAP3306 when Meta no longer has the file, WAP3301 when it does not give it, WAP3302 when it names another
 * host, NET6003 when it is too large.
 */
export async function fetchMedia(
  attachment: Attachment,
  options: MediaOptions,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }> {
  const { graph, phoneNumberId, maxBytes } = options;
  if (!mediaIdShape.test(attachment.id)) {
    throw new PolyphonError('WAP3301', 'WhatsApp media: the attachment carries no id of a file. Ask for it once more.');
  }
  const found = await graph.call('GET', `${attachment.id}?phone_number_id=${phoneNumberId}`, { signal });
  const { url, file_size: size, mime_type: mediaType } = found.body;
  if (found.status !== 200 || typeof url !== 'string') throw notGiven(found.status, found.body);
  const bytes = Number(size);
  if (Number.isFinite(bytes) && bytes > maxBytes) {
    throw new PolyphonError(
      'NET6003',
      `WhatsApp media: the file is larger than ${maxBytes} bytes. Raise maxMediaBytes of the channel, or ask for a smaller one.`,
    );
  }
  const response = await fetchPinned(url, options, signal);
  if (!response.ok) {
    await response.body?.cancel();
    throw notGiven(response.status, {});
  }
  return {
    bytes: new Uint8Array(await response.arrayBuffer()),
    mediaType: mediaTypeOf(mediaType ?? response.headers.get('content-type') ?? attachment.mediaType),
  };
}

/** Where the address leads on, each step is judged before it is taken: no request leaves for a host that is not Meta's. */
async function fetchPinned(first: string, options: MediaOptions, signal: AbortSignal): Promise<Response> {
  const { http, accessToken, origin, maxBytes } = options;
  let url = first;
  for (let redirects = 0; ; redirects += 1) {
    if (!isMediaAddress(url, origin)) throw elsewhere();
    // Whoever is led on to another origin carries its proof in the address.
    const isFirst = new URL(url).origin === new URL(first).origin;
    const headers = isFirst ? { authorization: `Bearer ${accessToken}` } : {};
    const response = await http.fetch(url, { headers, signal, maxBytes, retry: 'idempotent', redirect: 'return' });
    const location = response.headers.get('location');
    if (!redirectStatuses.has(response.status) || location === null || redirects === maxRedirects) return response;
    await response.body?.cancel();
    url = URL.parse(location, url)?.href ?? '';
  }
}

export function isMediaAddress(address: string, origin: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  if (url.origin === origin) return true;
  const isKnown = mediaHosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  return isKnown && url.protocol === 'https:' && url.port === '';
}

function notGiven(status: number, body: Readonly<Record<string, unknown>>): PolyphonError {
  const { code, error_subcode: subcode } = objectOf(body['error']);
  // Meta says of an object that is not there any more that the parameter is not valid.
  if (status === 404 || status === 410 || (code === 100 && subcode === objectMissing)) {
    return new PolyphonError(
      'WAP3306',
      'WhatsApp media: Meta no longer has the file (it is kept for 30 days), or not for this access token. Ask for it once more.',
    );
  }
  const reason = typeof code === 'number' ? graphReason(code) : `status ${status}`;
  return new PolyphonError(
    'WAP3301',
    `WhatsApp media: Meta did not give the file (${reason}). Check the access token.`,
  );
}

function elsewhere(): PolyphonError {
  return new PolyphonError(
    'WAP3302',
    'WhatsApp media: the file is said to be on a host that is not Meta’s, and was not fetched. Check baseUrl of the channel.',
  );
}
