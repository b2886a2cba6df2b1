import picomatch from 'picomatch';

/** Parameters that only say where a visitor came from. */
const tracking = /^(utm_\w+|gclid|gbraid|wbraid|fbclid|msclkid|mc_[ce]id|igshid|_hs\w+|yclid|dclid|ref_src)$/i;
/** What no text comes from. */
const noText =
  /\.(avif|bmp|css|eot|exe|flac|gif|gz|ico|ics|jpe?g|js|json|m4a|m4v|mjs|mov|mp3|mp4|mpe?g|ogg|otf|png|rar|rss|svgz?|tar|tiff?|ttf|vcf|wasm|wav|webm|webp|woff2?|xml|zip)$/i;
const maxAddressLength = 1000;
/** An address that repeats one step more often than this, or has more parameters, comes from a trap and not from an author. */
const maxRepeats = 2;
const maxParameters = 6;

/** The one form of an address; undefined where no page can be behind it. */
export function pageAddress(href: string, base?: string): string | undefined {
  let url: URL;
  try {
    url = new URL(href, base);
  } catch {
    return undefined;
  }
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '')
    return undefined;
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) if (tracking.test(name)) url.searchParams.delete(name);
  url.searchParams.sort();
  if (url.href.endsWith('?')) url.search = '';
  return url.href.length > maxAddressLength ? undefined : url.href;
}

export function looksLikeTrap(address: string): boolean {
  const url = new URL(address);
  if ([...url.searchParams].length > maxParameters || noText.test(url.pathname)) return true;
  const counts = new Map<string, number>();
  for (const step of url.pathname.split('/')) {
    if (step === '') continue;
    const count = (counts.get(step) ?? 0) + 1;
    if (count > maxRepeats) return true;
    counts.set(step, count);
  }
  return false;
}

interface Rule {
  /** Of the site itself where undefined. */
  readonly origin: string | undefined;
  readonly matches: (path: string) => boolean;
}

/** Which addresses are documents of this source. */
export class Scope {
  readonly #origin: string;
  readonly #include: readonly Rule[];
  readonly #exclude: readonly Rule[];

  constructor(origin: string, rules: { readonly include: readonly string[]; readonly exclude: readonly string[] }) {
    this.#origin = origin;
    this.#include = rules.include.map(compile);
    this.#exclude = rules.exclude.map(compile);
  }

  /** Of the site, or of another one that `include` names: the only addresses that are asked for at all. */
  reaches(address: string): boolean {
    const { origin } = new URL(address);
    return origin === this.#origin || this.#include.some((rule) => rule.origin === origin);
  }

  takes(address: string): boolean {
    const { origin, pathname } = new URL(address);
    const path = decoded(pathname);
    const own = origin === this.#origin;
    const fits = (rule: Rule): boolean =>
      (rule.origin === undefined ? own : rule.origin === origin) && rule.matches(path);
    if (this.#exclude.some(fits)) return false;
    const rules = this.#include.filter((rule) => (own ? rule.origin === undefined : rule.origin === origin));
    return own && rules.length === 0 ? true : this.#include.some(fits);
  }
}

function compile(pattern: string): Rule {
  const [, origin, path = pattern] = /^(https?:\/\/[^/]+)(\/.*)?$/i.exec(pattern) ?? [];
  const glob = origin === undefined ? pattern : path === pattern ? '/**' : path;
  // Extended globs nest repetitions, which a hostile address could make expensive.
  const matches = picomatch(glob, { dot: true, noextglob: true });
  return { origin: origin === undefined ? undefined : new URL(origin).origin, matches: (text) => matches(text) };
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
