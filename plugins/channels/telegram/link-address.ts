/** Addresses that Telegram makes a link or a button of; for a button with any other it refuses the whole message. */
export function linkable(href: string): string | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  const isWeb = (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname.includes('.');
  return (isWeb || url.protocol === 'tg:') && url.href.length <= 2048 ? url.href : undefined;
}

/** What says nothing to a reader: programs, files in letters, a place on the same page. */
const wordless = /^\s*(javascript|vbscript|data|blob|file):|^#|^\s*$/i;

/** Any other address as people write it: `ftp://…`, a path, a number; empty where there is none to write. */
export function spelledOut(href: string): string {
  return wordless.test(href) ? '' : href.replace(/^(mailto|tel):/, '');
}
