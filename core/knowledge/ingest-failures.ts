import { type Logger, PolyphonError } from '../contract/index.ts';
import type { StoredDocument } from '../store/knowledge-repository.ts';
import type { IngestReport } from './ingest-report.ts';

type Failure = IngestReport['failures'][number];
type Named = Pick<StoredDocument, 'source' | 'document'>;

/** What one ingest could not do, for its report and the log. */
export class IngestFailures {
  readonly #tenantId: string;
  readonly #log: Logger;
  readonly #all: Failure[] = [];

  constructor(tenantId: string, log: Logger) {
    this.#tenantId = tenantId;
    this.#log = log;
  }

  get all(): readonly Failure[] {
    return this.#all;
  }

  notListed({ error, ...failure }: Failure & { readonly error: unknown }): void {
    this.#all.push(failure);
    this.#log.warn('a source could not list its documents', { tenant: this.#tenantId, source: failure.source, error });
  }

  unread({ source, document }: Named, error: unknown): Failure {
    const failure = { source, document, ...reasonOf(error), since: 'now' } as const;
    this.#all.push(failure);
    const { code } = failure;
    this.#log.warn('a document could not be read', { tenant: this.#tenantId, source, document, code, error });
    return failure;
  }

  /** An earlier ingest has logged it. */
  known({ source, document, error }: StoredDocument): void {
    if (error !== undefined) this.#all.push({ source, document, ...error, since: 'before' });
  }
}

function reasonOf(error: unknown): Pick<Failure, 'code' | 'message'> {
  if (error instanceof PolyphonError) return { code: error.code, message: error.message };
  return {
    code: 'KNW8003',
    message: 'The document could not be read. The log has the reason. Save it again and replace the file.',
  };
}
