import type { Block } from './block.ts';

/**
 * The only heading of the outermost level. Where there are several, none is the title: it would stand over the chunks of the others,
 * and its words would be found everywhere and so tell nothing.
 */
export function titleHeading(blocks: readonly Block[]): string | undefined {
  const outermost = blocks.flatMap((block) => (block.kind === 'heading' && block.level === 1 ? [block.text] : []));
  return outermost.length === 1 ? outermost[0] : undefined;
}
