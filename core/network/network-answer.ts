import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { answerTooLarge } from './exchange-errors.ts';
import { type LimitedBody, limitBody } from './limited-body.ts';
import { WholeResponse } from './whole-response.ts';

/** What came back, before anybody reads its body. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Dispatcher.ResponseData['body'];
  readonly url: URL;
}

/** A body that says it is no longer than this is read at once: a stream costs more than such a body. */
const maxReadAtOnce = 65_536;
/** Statuses whose Response may have no body, not even an empty one (fetch.spec.whatwg.org/#null-body-status). */
const withoutBody: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** The answer as the contract shows it. @throws PolyphonError NET6003, and what `explain` makes of a connection that breaks. */
export async function toResponse(answer: Answer, limits: LimitedBody): Promise<Response> {
  const { body, status } = answer;
  const announced = Number(answer.headers['content-length'] ?? Number.NaN);
  if (announced > limits.maxBytes) {
    limits.ended();
    await body.dump({ limit: 0 }).catch(() => undefined);
    throw answerTooLarge(limits.host, limits.maxBytes);
  }
  if (withoutBody.has(status)) {
    await body.dump().catch(() => undefined);
    limits.ended();
    return responseOf(answer, null);
  }
  const packing = answer.headers['content-encoding'];
  if (announced <= maxReadAtOnce && packing === undefined && !isEventStream(answer)) {
    try {
      return responseOf(answer, await body.arrayBuffer());
    } catch (error) {
      throw limits.explain(error);
    } finally {
      limits.ended();
    }
  }
  return responseOf(answer, limitBody(unpacked(body, packing), limits));
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

function isEventStream({ headers }: Answer): boolean {
  return String(headers['content-type'] ?? '').startsWith('text/event-stream');
}
