import { Readability } from '@mozilla/readability';
import { load } from 'cheerio';
import { parseHTML } from 'linkedom';
import { headerRules, words } from './robots-rules.ts';

/** What is read of one page. Pure; runs in a worker, because a large page takes a processor for a second. */
export interface ReadPage {
  /** The main part as a small HTML document with title and language. */
  readonly html: string;
  readonly canonical: string | undefined;
  /** As written, but absolute; those the page says not to follow are left out. */
  readonly links: readonly string[];
  readonly index: 'yes' | 'no';
}

export interface PageRequest {
  readonly bytes: Uint8Array;
  /** The address the page came from, after redirects. */
  readonly url: string;
  readonly contentType: string;
  /** `X-Robots-Tag` headers. */
  readonly robots: string;
  /** For robots rules that name an agent. */
  readonly agent: string;
}

const maxLinks = 5000;
const boilerplate =
  'script,style,noscript,template,svg,canvas,iframe,nav,footer,aside,form,dialog,[hidden],[aria-hidden="true"],[role="navigation"],[role="banner"],[role="contentinfo"]';
/** Readability is made for articles: where it keeps less than this share of the text, it has taken a price list for an aside. */
const leastShare = 0.6;

export function readPage(request: PageRequest): ReadPage {
  const source = decode(request.bytes, request.contentType);
  const { document } = parseHTML(source);
  const base = absolute(document.querySelector('base[href]')?.getAttribute('href'), request.url) ?? request.url;
  const rules = robotsRules(document, request);
  const links = rules.has('nofollow') || rules.has('none') ? [] : linksOf(document, base);
  const canonical = absolute(document.querySelector('link[rel~="canonical"][href]')?.getAttribute('href'), base);
  const language = document.documentElement?.getAttribute('lang')?.trim() ?? '';
  const title = titleOf(document);
  const index = rules.has('noindex') || rules.has('none') ? 'no' : 'yes';
  const html = index === 'no' ? '' : page(title, language, mainPart(source, document));
  return { html, canonical, links, index };
}

/** Addresses of a sitemap, and of the sitemaps an index names. */
export function readSitemap(bytes: Uint8Array): {
  readonly pages: readonly string[];
  readonly sitemaps: readonly string[];
} {
  const $ = load(decode(bytes, ''), { xml: true });
  const texts = (selector: string): readonly string[] =>
    $(selector)
      .toArray()
      .map((node) => $(node).text().trim())
      .filter((text) => text !== '');
  return { pages: texts('urlset > url > loc'), sitemaps: texts('sitemapindex > sitemap > loc') };
}

function mainPart(source: string, document: Document): string {
  const article = readArticle(source);
  for (const element of document.querySelectorAll(boilerplate)) element.remove();
  const mains = [...document.querySelectorAll('main,[role="main"]')];
  const whole = (mains.length === 1 ? mains[0] : document.body) ?? document.body;
  const wholeLength = textLength(whole?.textContent ?? '');
  const enough = article !== undefined && textLength(article.text) >= wholeLength * leastShare;
  return enough ? article.html : (whole?.innerHTML ?? '');
}

function readArticle(source: string): { readonly html: string; readonly text: string } | undefined {
  try {
    // It takes the document apart, so it gets one of its own.
    const article = new Readability(parseHTML(source).document, { charThreshold: 100 }).parse();
    return article?.content ? { html: article.content, text: article.textContent ?? '' } : undefined;
  } catch {
    return undefined;
  }
}

function titleOf(document: Document): string {
  const told =
    document.querySelector('title')?.textContent ??
    document.querySelector('meta[property="og:title"]')?.getAttribute('content') ??
    document.querySelector('h1')?.textContent ??
    '';
  return told.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function linksOf(document: Document, base: string): readonly string[] {
  const links = new Set<string>();
  for (const anchor of document.querySelectorAll('a[href],area[href]')) {
    if (/\bnofollow\b/i.test(anchor.getAttribute('rel') ?? '')) continue;
    const link = absolute(anchor.getAttribute('href'), base);
    if (link !== undefined) links.add(link);
    if (links.size === maxLinks) break;
  }
  return [...links];
}

function robotsRules(document: Document, { robots, agent }: PageRequest): ReadonlySet<string> {
  const texts = [...document.querySelectorAll('meta[name][content]')]
    .filter((meta) => ['robots', agent.toLowerCase()].includes(meta.getAttribute('name')?.toLowerCase() ?? ''))
    .map((meta) => meta.getAttribute('content') ?? '');
  return new Set([...headerRules(robots, agent), ...texts.flatMap(words)]);
}

function page(title: string, language: string, content: string): string {
  const lang = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/.test(language) ? ` lang="${language}"` : '';
  return `<!doctype html><html${lang}><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body>${content}</body></html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function textLength(text: string): number {
  return text.replace(/\s+/g, '').length;
}

function absolute(href: string | null | undefined, base: string): string | undefined {
  if (href === null || href === undefined || href.trim() === '') return undefined;
  try {
    return new URL(href.trim(), base).href;
  } catch {
    return undefined;
  }
}

/** By the header, the byte order mark, the page's own word; else UTF-8, and Windows-1252 where that does not fit. */
function decode(bytes: Uint8Array, contentType: string): string {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 2048));
  const told =
    /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] ?? /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  for (const label of [told, 'utf-8']) {
    if (label === undefined) continue;
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // An unknown name, or not what it says.
    }
  }
  return new TextDecoder('windows-1252').decode(bytes);
}
