export function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
