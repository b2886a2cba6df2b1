import type { IncomingMessage, ServerResponse } from 'node:http';
import { PolyphonError } from '../contract/index.ts';
import type { Caller } from './caller.ts';

/** One request on its way through the server. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly caller: Caller;
  /** Decoded path segments: `/v1/a/web` is `['v1', 'a', 'web']`. */
  readonly segments: readonly string[];
  /** Path and query as sent, always beginning with `/`. */
  readonly target: string;
  readonly query: URLSearchParams;
  /** Aborts when the caller leaves, when the revision that serves it closes, or when the server stops waiting for it. */
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  /** The template that answered, for metrics: no ids in it. */
  route: string;
  /** `events` once an event stream is being written; those end first when the server closes. */
  phase: 'answering' | 'events';
  /** Where the book of exchanges keeps it. */
  place: number;
}

/** A request that will be answered with HTTP. */
export interface HttpExchange extends Exchange {
  readonly response: ServerResponse;
}

export interface Target {
  readonly target: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const maxTargetLength = 8_192;
const noQuery = new URLSearchParams();

/**
 * Splits a request target. Segments are decoded once, after splitting, so that `%2f` never becomes a separator.
 * @throws PolyphonError HTP4004, HTP4012.
 */
export function parseTarget(url: string): Target {
  if (url.length > maxTargetLength) {
    throw new PolyphonError('HTP4012', `Address: it is longer than ${maxTargetLength} characters. Send less in it.`);
  }
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
    const raw = path.slice(1).split('/');
    const segments = path.includes('%') ? raw.map(decodeURIComponent) : raw;
    if (segments.at(-1) === '') segments.pop();
    if (segments.some((segment) => segment.includes('\0'))) throw malformedTarget();
    return { target, segments, query: mark < 0 ? noQuery : new URLSearchParams(target.slice(mark + 1)) };
  } catch {
    throw malformedTarget();
  }
}

function malformedTarget(): PolyphonError {
  return new PolyphonError('HTP4004', 'Address: its path is not valid. Percent-encode it as UTF-8.');
}
