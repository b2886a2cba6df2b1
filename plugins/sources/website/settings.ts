import { createHash } from 'node:crypto';
import type { Static } from 'typebox';
import type { schema } from './schema.ts';

export interface SiteSettings {
  readonly url: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly maxPages: number;
  readonly depth: number;
  readonly delayMs: number;
  readonly maxDurationMs: number;
  readonly maxPageBytes: number;
  readonly userAgent: string;
  readonly language: string | undefined;
  /** Begins each version: pages read under other rules, or in another week, are read again. */
  readonly mark: string;
}

/**
 * A page that says it is unchanged is not looked at for links, and what they lead to may have come back, or be allowed by now: so often
 * each page is read whole.
 */
const wholeEveryMs = 7 * 86_400_000;

/** Changes when a page is read differently. */
const readerVersion = 1;

/** Of one reading; `nowMs` since the epoch. */
export function readSettings(config: Static<typeof schema>, nowMs: number): SiteSettings {
  const { include = [], exclude = [], language = '', maxPages, depth } = config;
  const rules = [readerVersion, config.url, include, exclude, language, maxPages, depth];
  const week = Math.floor(nowMs / wholeEveryMs);
  return {
    url: config.url,
    include: config.include ?? [],
    exclude: config.exclude ?? [],
    maxPages: config.maxPages,
    depth: config.depth,
    delayMs: amount(config.delay, { ms: 1, s: 1000 }),
    maxDurationMs: amount(config.maxDuration, { s: 1000, m: 60_000, h: 3_600_000 }),
    maxPageBytes: amount(config.maxPageSize.toLowerCase(), { kb: 1000, mb: 1_000_000 }),
    userAgent: config.userAgent,
    language: config.language,
    mark: createHash('sha256')
      .update(JSON.stringify([...rules, week]))
      .digest('hex')
      .slice(0, 8),
  };
}

function amount(text: string, units: Readonly<Record<string, number>>): number {
  const [, count = '0', unit = ''] = /^(\d+)([a-z]+)$/.exec(text) ?? [];
  return Number(count) * (units[unit] ?? 1);
}
