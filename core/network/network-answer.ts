import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Answer, announcedBytes, withoutBody } from './answer.ts';
import { answerTooLarge } from './exchange-errors.ts';
import { type LimitedBody, limitBody } from './limited-body.ts';
import { WholeResponse } from './whole-response.ts';

/** The answer as the contract shows it. @throws PolyphonError NET6003. */
export function toResponse(answer: Answer, limits: LimitedBody): Response {
  const { body, status, headers } = answer;
  if (announcedBytes(headers) > limits.maxBytes) {
    if (!(body instanceof ArrayBuffer)) body.destroy();
    throw answerTooLarge(limits.host, limits.maxBytes);
  }
  if (!(body instanceof ArrayBuffer)) {
    return responseOf(answer, limitBody(unpacked(body, headers['content-encoding']), limits));
  }
  limits.ended();
  return responseOf(answer, withoutBody.has(status) ? null : body);
}

/** A missing end of the stream is forgiven, as by browsers. */
const lenient = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };

/** An encoding that was not asked for is handed on as it is. */
function unpacked(body: Readable, packing: string | string[] | undefined): Readable {
  const unpack = typeof packing === 'string' ? unpackers[packing.toLowerCase()] : undefined;
  // The error comes out of the last stream.
  return unpack === undefined ? body : pipeline(body, unpack(), () => undefined);
}

const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: () => createGunzip(lenient),
  'x-gzip': () => createGunzip(lenient),
  deflate: () => createInflate(lenient),
  br: createBrotliDecompress,
};

function responseOf(
  { status, statusText, headers: told, url }: Answer,
  body: ArrayBuffer | ReadableStream<Uint8Array<ArrayBuffer>> | null,
): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(told)) {
    if (typeof value === 'string') headers.append(name, value);
    else for (const one of value ?? []) headers.append(name, one);
  }
  // It is that of the packed body.
  if (headers.has('content-encoding')) headers.delete('content-length');
  const init = { status, statusText, headers };
  const response = body instanceof ArrayBuffer ? new WholeResponse(body, init) : new Response(body, init);
  Object.defineProperty(response, 'url', { value: url.href });
  return response;
}
