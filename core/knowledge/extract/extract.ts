import { PolyphonError } from '../../contract/index.ts';
import type { ExtractedText } from './block.ts';
import type { ExtractLimits } from './limits.ts';

/** What can be read, by media type. Readers load with their first document. */
const readers: Readonly<Record<string, (bytes: Uint8Array, limits: ExtractLimits) => Promise<ExtractedText>>> = {
  'text/markdown': async (bytes) => (await import('./markdown.ts')).extractMarkdown(bytes),
  'text/plain': async (bytes) => (await import('./plain-text.ts')).extractPlainText(bytes),
  'text/csv': async (bytes, limits) => (await import('./table.ts')).extractTable(bytes, limits),
  'text/tab-separated-values': async (bytes, limits) => (await import('./table.ts')).extractTable(bytes, limits),
  'text/html': async (bytes) => (await import('./html.ts')).extractHtml(bytes),
  'application/xhtml+xml': async (bytes) => (await import('./html.ts')).extractHtml(bytes),
  'application/pdf': async (bytes, limits) => (await import('./pdf.ts')).extractPdf(bytes, limits),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': async (bytes, limits) =>
    (await import('./docx.ts')).extractDocx(bytes, limits),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': async (bytes, limits) =>
    (await import('./xlsx.ts')).extractXlsx(bytes, limits),
};

/** What a source calls a file whose name ends in nothing it knows. */
const unknownType = 'application/octet-stream';
const tables: ReadonlySet<string> = new Set([
  'text/csv',
  'text/tab-separated-values',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
]);

export interface ExtractRequest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly limits: ExtractLimits;
}

/**
 * Text and structure of one document.
 * @throws PolyphonError KNW8003, KNW8004, KNW8006, KNW8007.
 */
export async function extract({ bytes, mediaType, limits }: ExtractRequest): Promise<ExtractedText> {
  if (bytes.byteLength > limits.maxBytes) {
    throw new PolyphonError(
      'KNW8004',
      `The document has ${bytes.byteLength} bytes; the limit is ${limits.maxBytes}. Split it into several files.`,
    );
  }
  const type = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  const read = readers[type];
  if (read === undefined) {
    throw new PolyphonError(
      'KNW8006',
      `${type === unknownType ? 'Documents of this kind' : `Documents of the type '${type}'`} cannot be read. Save it as md, txt, csv, tsv, xlsx, html, pdf or docx, or leave it out of the pattern under \`knowledge:\`.`,
    );
  }
  const text = await read(bytes, limits).catch((error: unknown) => {
    if (error instanceof PolyphonError) throw error;
    throw new PolyphonError(
      'KNW8003',
      `The document cannot be read as ${type}: it is damaged or not what its name says. Save it again and replace the file.`,
      { cause: error },
    );
  });
  return checkSize(text, type, limits);
}

function checkSize(text: ExtractedText, type: string, limits: ExtractLimits): ExtractedText {
  let length = 0;
  for (const block of text.blocks) {
    if ('text' in block) length += block.text.length;
    else if ('cells' in block) for (const cell of Object.values(block.cells)) length += cell.length;
  }
  if (length === 0) throw new PolyphonError('KNW8007', emptyOf(type));
  if (length > limits.maxTextLength) {
    throw new PolyphonError(
      'KNW8004',
      `The document holds ${length} characters of text; the limit is ${limits.maxTextLength}. Split it into several files.`,
    );
  }
  return text;
}

function emptyOf(type: string): string {
  if (type === 'application/pdf')
    return 'The document holds no text. A scanned page is a picture: run text recognition (OCR) over it first.';
  const fill = 'Fill it, or take it out of the folder.';
  return tables.has(type)
    ? `The table has no rows below its first, which names the columns. ${fill}`
    : `The document holds no text. ${fill}`;
}
