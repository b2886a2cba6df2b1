import { createHash } from 'node:crypto';
import type { SourceDocument } from '../contract/index.ts';
import { splitterVersion } from './split-chunks.ts';
import { termsVersion } from './terms.ts';

/** Begins each fingerprint: terms of another version could not be found again to be taken out. */
export const termsMark = `${termsVersion}.`;

/** All but the bytes that the stored chunks depend on. Their vectors are another matter: they are made anew without reading anything. */
export function documentFingerprint(document: SourceDocument, languages: readonly string[]): string {
  const parts = [
    splitterVersion,
    languages,
    document.rowTemplate ?? '',
    document.language ?? '',
    document.title,
    document.mediaType,
    document.url ?? '',
  ];
  return termsMark + createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
