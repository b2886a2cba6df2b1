import type { IncomingMessage } from 'node:http';
import { PolyphonError } from '../contract/index.ts';
import { HttpRefusal } from './problem.ts';

const empty = new Uint8Array(0);

/**
 * The raw bytes of a body: signatures are checked on them, so nothing decodes them before.
 * @throws PolyphonError HTP4017 when it is packed (gzip), which no platform's webhook is; HTP4003 when the body is longer than `maxBytes`, HTP4004 when the caller leaves half-way.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const announced = request.headers['content-length'];
  if (announced === undefined && request.headers['transfer-encoding'] === undefined) return Promise.resolve(empty);
  if (announced !== '0' && !isPlain(request.headers['content-encoding'])) {
    return Promise.reject(
      new HttpRefusal(
        'HTP4017',
        'Body: its Content-Encoding is not supported. Send it as it is, without this header.',
        {
          'accept-encoding': 'identity',
        },
      ),
    );
  }
  if (announced !== undefined && Number(announced) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (finish: () => void) => {
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      finish();
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.pause();
        settle(() => reject(tooLarge(maxBytes)));
        return;
      }
      chunks.push(chunk);
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, bytes)));
    const onGone = () =>
      settle(() =>
        reject(new PolyphonError('HTP4004', 'Body: the connection ended before the body did. Send it again.')),
      );
    request.on('data', onData).once('end', onEnd).once('error', onGone).once('close', onGone);
  });
}

/** Several `identity` are joined by a comma, as several of any coding are. */
function isPlain(encoding: string | undefined): boolean {
  return (encoding ?? '').split(',').every((coding) => /^(?:identity)?$/i.test(coding.trim()));
}

/** @throws PolyphonError HTP4004 when the body is not a JSON object. */
export function parseJsonObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // The parser's own message quotes the text, so it is not kept as a cause.
    throw new PolyphonError('HTP4004', 'Body: it is not valid JSON in UTF-8. Correct it and send it again.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolyphonError('HTP4004', 'Body: a JSON object is expected. See /openapi.json for its members.');
  }
  return value as Record<string, unknown>;
}

function tooLarge(maxBytes: number): PolyphonError {
  return new PolyphonError('HTP4003', `Body: it is longer than ${maxBytes} bytes. Send less, or a link to it.`, {
    data: { maxBytes },
  });
}
