/** The address if it is one that a link may have, written out in full; else undefined. */
export function safeUrl(address: string, relativeTo?: string): string | undefined {
  // Browsers skip these inside a scheme: `java\nscript:` runs.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(address)) return undefined;
  if (!URL.canParse(address, relativeTo)) return undefined;
  const url = new URL(address, relativeTo);
  if (!['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)) return undefined;
  // `https://bank.example@evil.example` shows one host and opens another.
  if (url.username !== '' || url.password !== '') return undefined;
  return url.href;
}
