const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** In English, of a BCP 47 tag; undefined for what is no language. */
export function languageName(tag: string): string | undefined {
  try {
    return names.of(tag);
  } catch {
    return undefined;
  }
}
