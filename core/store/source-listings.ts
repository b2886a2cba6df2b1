import type { Connection } from './connection.ts';

export interface SourceListing {
  /** The key in `knowledge:`. */
  readonly source: string;
  /** Hash of what the list depends on beside the source's own content. */
  readonly definition: string;
  /** Milliseconds since the epoch. */
  readonly listedAt: number;
}

/** When a tenant's sources that are listed in the background were last listed. */
export interface SourceListings {
  all(): readonly SourceListing[];
  /** Call inside `Store.write`. */
  record(listing: SourceListing): void;
}

export function prepareSourceListings(connection: Connection): (tenantId: string) => SourceListings {
  const all = connection.prepare((db, p: { tenantId: string }) =>
    db.selectFrom('sourceListings').select(['source', 'definition', 'listedAt']).where('tenantId', '=', p.tenantId),
  );
  const record = connection.prepare(
    (db, p: { tenantId: string; source: string; definition: string; listedAt: number }) =>
      db.replaceInto('sourceListings').values({
        tenantId: p.tenantId,
        source: p.source,
        definition: p.definition,
        listedAt: p.listedAt,
      }),
  );
  return (tenantId) => ({
    all: () => all.all({ tenantId }),
    record: (listing) => void record.run({ tenantId, ...listing }),
  });
}
