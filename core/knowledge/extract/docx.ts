import mammoth from 'mammoth';
import yauzl from 'yauzl';
import { PolyphonError } from '../../contract/index.ts';
import type { ExtractedText } from './block.ts';
import { extractHtml } from './html.ts';
import type { ExtractLimits } from './limits.ts';

/** Headings, lists and tables of a Word document; pictures are left out. */
export async function extractDocx(bytes: Uint8Array, limits: ExtractLimits): Promise<ExtractedText> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // mammoth unpacks whatever it is given, so the archive is measured first.
  await measureZip(buffer, limits);
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

/**
 * Unpacks every entry into nothing and counts. What an archive declares is checked first, so that an honest bomb costs no work;
 * yauzl ends an entry that grows past its declared size.
 */
async function measureZip(buffer: Buffer, limits: ExtractLimits): Promise<void> {
  let zip: yauzl.ZipFile;
  try {
    zip = await yauzl.fromBufferPromise(buffer, { lazyEntries: true, validateEntrySizes: true });
  } catch (error) {
    throw damaged(error);
  }
  if (zip.entryCount > limits.maxZipEntries) throw tooLarge(`${zip.entryCount} parts`, `${limits.maxZipEntries}`);
  const entries: yauzl.Entry[] = [];
  let declared = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      declared += entry.uncompressedSize;
      if (declared > limits.maxUnpackedBytes || entries.length > limits.maxZipEntries)
        throw tooLarge('more unpacked', megabytes(limits.maxUnpackedBytes));
      entries.push(entry);
    }
    let unpacked = 0;
    for (const entry of entries) {
      if (entry.fileName.endsWith('/')) continue;
      const stream = await zip.openReadStreamPromise(entry);
      for await (const part of stream) {
        unpacked += (part as Buffer).length;
        if (unpacked > limits.maxUnpackedBytes) throw tooLarge('more unpacked', megabytes(limits.maxUnpackedBytes));
      }
    }
  } catch (error) {
    throw error instanceof PolyphonError ? error : damaged(error);
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

function tooLarge(what: string, limit: string): PolyphonError {
  return new PolyphonError(
    'KNW8004',
    `The Word document has ${what} than or beside the limit of ${limit}: it may be a zip bomb. Save it again without embedded files.`,
  );
}

function damaged(cause: unknown): PolyphonError {
  return new PolyphonError(
    'KNW8003',
    'The file is not a readable Word document (docx). Open it in an office program, save it again and replace the file.',
    { cause },
  );
}
