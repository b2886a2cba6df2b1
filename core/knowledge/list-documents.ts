import { PolyphonError, type Source, type SourceDocument } from '../contract/index.ts';
import type { IngestReport } from './ingest-report.ts';

export interface Listed {
  /** The key in `knowledge:`. */
  readonly source: string;
  readonly document: SourceDocument;
}

/** Why a source has no list; it keeps the documents it had. */
export type ListFailure = IngestReport['failures'][number] & { readonly error: unknown };

/** What all sources list now, each id once a source; `versions` is what the last ingest stored of one. A source that cannot list is among the failures. */
export async function listDocuments(
  sources: ReadonlyMap<string, Source>,
  versions: (source: string) => ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<{ readonly listed: readonly Listed[]; readonly failures: readonly ListFailure[] }> {
  const listed: Listed[] = [];
  const failures: ListFailure[] = [];
  for (const [source, port] of sources) {
    try {
      const documents = new Map<string, SourceDocument>();
      for await (const document of port.list(signal, versions(source))) documents.set(document.id, document);
      for (const document of documents.values()) listed.push({ source, document });
    } catch (error) {
      signal.throwIfAborted();
      const known = error instanceof PolyphonError ? error : undefined;
      const message =
        known?.message ??
        `The source '${source}' could not list its documents; those it had stay. The log has the reason. The next ingest tries again.`;
      failures.push({ source, document: '*', code: known?.code ?? 'KNW8001', message, since: 'now', error });
    }
  }
  return { listed, failures };
}
