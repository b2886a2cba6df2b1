import { getDocumentProxy } from 'unpdf';
import { PolyphonError } from '../../contract/index.ts';
import type { Block, ExtractedText } from './block.ts';
import type { ExtractLimits } from './limits.ts';
import { blocksOfText } from './plain-text.ts';

interface TextItem {
  readonly str: string;
  readonly hasEOL: boolean;
  /** The last two are the place on the page. */
  readonly transform: readonly number[];
  readonly height: number;
}

/** The text layer, page by page; a scan has none. */
export async function extractPdf(bytes: Uint8Array, limits: ExtractLimits): Promise<ExtractedText> {
  const pdf = await open(bytes);
  try {
    if (pdf.numPages > limits.maxPages) {
      throw new PolyphonError(
        'KNW8004',
        `The PDF has ${pdf.numPages} pages; the limit is ${limits.maxPages}. Split it into several files.`,
      );
    }
    const blocks: Block[] = [];
    let length = 0;
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const text = joinItems(items.filter((item): item is typeof item & TextItem => 'str' in item));
      page.cleanup();
      if (text.trim() === '') continue;
      length += text.length;
      if (length > limits.maxTextLength) break;
      blocks.push({ kind: 'page', page: number }, ...blocksOfText(text));
    }
    const { info } = (await pdf.getMetadata().catch(() => ({ info: {} }))) as { info: { readonly Title?: unknown } };
    const title = typeof info.Title === 'string' ? info.Title.trim() : '';
    return { blocks, ...(title === '' ? {} : { title }) };
  } finally {
    await pdf.destroy();
  }
}

async function open(bytes: Uint8Array): ReturnType<typeof getDocumentProxy> {
  try {
    return await getDocumentProxy(bytes, { isEvalSupported: false, stopAtErrors: false, verbosity: 0 });
  } catch (error) {
    const locked = error instanceof Error && error.name === 'PasswordException';
    throw new PolyphonError(
      'KNW8003',
      locked
        ? 'The PDF is locked with a password. Save it without one.'
        : 'The file is not a readable PDF. Export it again and replace the file.',
      { cause: error },
    );
  }
}

/** Lines as they stand; a gap of more than a line and a half ends a paragraph, and a word parted at a line's end is joined. */
function joinItems(items: readonly TextItem[]): string {
  let text = '';
  let last: TextItem | undefined;
  for (const item of items) {
    const y = item.transform[5] ?? 0;
    const lastY = last?.transform[5] ?? y;
    if (last !== undefined && Math.abs(lastY - y) > 1.7 * Math.max(item.height, last.height, 6)) {
      text = `${text.trimEnd()}\n\n`;
    }
    text += item.str;
    if (item.hasEOL && !text.endsWith('\n')) text += '\n';
    if (item.str.trim() !== '') last = item;
  }
  return text.replace(/(\p{Ll})[-\u00ad]\n(?=\p{Ll})/gu, '$1');
}
