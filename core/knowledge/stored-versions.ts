import type { StoredDocument } from '../store/knowledge-repository.ts';

/** Version by id of what is stored of one source. */
export function versionsOf(stored: Iterable<StoredDocument>, source: string): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const document of stored) if (document.source === source) versions.set(document.document, document.version);
  return versions;
}
