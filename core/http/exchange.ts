import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from './caller.ts';
import { PolyphonError } from '../contract/index.ts';

/** One request on its way through the server. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly caller: Caller;
  /** Decoded path segments: `/v1/a/web` is `['v1', 'a', 'web']`. */
  readonly segments: readonly string[];
  /** Path and query as sent, always beginning with `/`. */
  readonly target: string;
  readonly query: URLSearchParams;
  /** Aborts when the caller leaves, or when the server ends what is still running at its own end. */
  readonly signal: AbortSignal;
  /** The template that answered, for metrics: no ids in it. */
  route: string;
}

export interface Target {
  readonly target: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const noQuery = new URLSearchParams();

/**
 * Splits a request target. Segments are decoded once, after splitting, so that `%2f` never becomes a separator.
 * @throws PolyphonError HTP4004.
 */
export function parseTarget(url: string): Target {
  let target = url;
  if (!target.startsWith('/')) {
    // Absolute form, as proxies send it.
    if (!/^https?:\/\//i.test(target) || !URL.canParse(target)) throw malformedTarget();
    const parsed = new URL(target);
    target = parsed.pathname + parsed.search;
  }
  const hash = target.indexOf('#');
  if (hash >= 0) target = target.slice(0, hash);
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  try {
    const segments = path.slice(1).split('/').map(decodeURIComponent);
    if (segments.at(-1) === '') segments.pop();
    return { target, segments, query: mark < 0 ? noQuery : new URLSearchParams(target.slice(mark + 1)) };
  } catch {
    throw malformedTarget();
  }
}

function malformedTarget(): PolyphonError {
  return new PolyphonError('HTP4004', 'Address: its path is not valid. Percent-encode it as UTF-8.');
}
