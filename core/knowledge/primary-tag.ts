/** The language of a BCP 47 tag without its region or script: `pt` of `pt-BR`. */
export function primaryTag(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}
