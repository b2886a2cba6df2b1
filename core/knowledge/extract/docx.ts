import mammoth from 'mammoth';
import { PolyphonError } from '../../contract/index.ts';
import type { ExtractedText } from './block.ts';
import { extractHtml } from './html.ts';
import type { ExtractLimits } from './limits.ts';
import { measureZip } from './measure-zip.ts';

/** Headings, lists and tables of a Word document; pictures are left out. */
export async function extractDocx(bytes: Uint8Array, limits: ExtractLimits): Promise<ExtractedText> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // mammoth unpacks whatever it is given, so the archive is measured first.
  await measureZip(buffer, limits, 'Word document', damaged);
  let html: string;
  try {
    ({ value: html } = await mammoth.convertToHtml(
      { buffer },
      { convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })) },
    ));
  } catch (error) {
    throw damaged(error);
  }
  return extractHtml(new TextEncoder().encode(html));
}

function damaged(cause: unknown): PolyphonError {
  return new PolyphonError(
    'KNW8003',
    'The file is not a readable Word document (docx). Open it in an office program, save it again and replace the file.',
    { cause },
  );
}
