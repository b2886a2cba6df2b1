import yauzl from 'yauzl';
import { PolyphonError } from '../../contract/index.ts';
import type { ExtractLimits } from './limits.ts';

/**
 * Unpacks every entry into nothing and counts. What an archive declares is checked first, so that an honest bomb costs no work;
 * yauzl ends an entry that grows past its declared size. `name` is what the archive is to its author, as in `Word document`.
 * @throws PolyphonError KNW8004, or what `damaged` makes.
 */
export async function measureZip(
  buffer: Buffer,
  limits: ExtractLimits,
  name: string,
  damaged: (cause: unknown) => PolyphonError,
): Promise<void> {
  const tooLarge = (what: string): PolyphonError =>
    new PolyphonError('KNW8004', `The ${name} ${what}: it may be a zip bomb. Save it again without embedded files.`);
  const unpacksTo = `unpacks to more than ${Math.round(limits.maxUnpackedBytes / 1024 / 1024)} MB`;
  let zip: yauzl.ZipFile;
  try {
    zip = await yauzl.fromBufferPromise(buffer, { lazyEntries: true, validateEntrySizes: true });
  } catch (error) {
    throw damaged(error);
  }
  if (zip.entryCount > limits.maxZipEntries)
    throw tooLarge(`has ${zip.entryCount} parts; the limit is ${limits.maxZipEntries}`);
  const entries: yauzl.Entry[] = [];
  let declared = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      declared += entry.uncompressedSize;
      if (declared > limits.maxUnpackedBytes || entries.length > limits.maxZipEntries) throw tooLarge(unpacksTo);
      entries.push(entry);
    }
    let unpacked = 0;
    for (const entry of entries) {
      if (entry.fileName.endsWith('/')) continue;
      const stream = await zip.openReadStreamPromise(entry);
      for await (const part of stream) {
        unpacked += (part as Buffer).length;
        if (unpacked > limits.maxUnpackedBytes) throw tooLarge(unpacksTo);
      }
    }
  } catch (error) {
    throw error instanceof PolyphonError ? error : damaged(error);
  }
}
