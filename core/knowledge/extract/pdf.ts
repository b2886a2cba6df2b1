import { getDocumentProxy } from 'unpdf';
import { PolyphonError } from '../../contract/index.ts';
import type { ExtractedText } from './block.ts';
import type { ExtractLimits } from './limits.ts';
import { layOut } from './pdf-layout.ts';
import { linesOf, type PdfPage, type TextItem } from './pdf-lines.ts';
import { titleHeading } from './title-heading.ts';

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
    const pages: PdfPage[] = [];
    let length = 0;
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const lines = linesOf(items.filter((item): item is typeof item & TextItem => 'str' in item));
      const [, bottom = 0, , top = 0] = page.view as readonly number[];
      page.cleanup();
      pages.push({ number, bottom, top, lines });
      length += lines.reduce((sum, { text }) => sum + text.length, 0);
      if (length <= limits.maxTextLength) continue;
      throw new PolyphonError(
        'KNW8004',
        `The PDF holds more than ${limits.maxTextLength} characters of text. Split it into several files.`,
      );
    }
    const blocks = layOut(pages);
    const { info } = (await pdf.getMetadata().catch(() => ({ info: {} }))) as { info: { readonly Title?: unknown } };
    const told = typeof info.Title === 'string' ? info.Title.trim() : '';
    const title = told === '' ? titleHeading(blocks) : told;
    return { blocks, ...(title === undefined ? {} : { title }) };
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
