import type { Selectable } from 'kysely';
import { prepareAddIdentity } from './add-identity.ts';
import type { Connection } from './connection.ts';
import type { Address } from './opt-outs.ts';
import type { Tables } from './tables.ts';

export type ContactRow = Omit<Selectable<Tables['contacts']>, 'tenantId'>;

/** Contacts as persons: all their addresses, and what happens when two turn out to be one. */
export interface People {
  byId(id: string): ContactRow | undefined;
  /** Newest first, after the contact with id `before`. */
  list(query: { readonly limit: number; readonly before?: string }): readonly ContactRow[];
  addresses(contactId: string): readonly Address[];
  conversations(contactId: string): readonly string[];
  /** The contact behind an address. */
  at(address: Address): string | undefined;
  /** Gives a new address to a contact. */
  addAddress(address: Address, contactId: string): void;
  /**
   * Who was at `from` is at `to`, where nobody else is known: nobody is behind `from` any more, as far as we know. Whether they want messages
   * goes with them, unless they have said so at `to` since.
   */
  moveAddress(from: Address, to: Address): void;
  /** One person from now on: addresses and conversations go over, and what only the first told. */
  merge(contactId: string, into: string): void;
}

const columns = ['id', 'name', 'email', 'phone', 'createdAt'] as const;

export function preparePeople(connection: Connection): (tenantId: string) => People {
  type OfTenant = { tenantId: string };
  type OfContact = OfTenant & { contactId: string };
  const byId = connection.prepare((db, p: OfContact) =>
    db.selectFrom('contacts').select(columns).where('tenantId', '=', p.tenantId).where('id', '=', p.contactId),
  );
  // Ids are ordered by the time of their making.
  const list = connection.prepare((db, p: OfTenant & { before: string; limit: number }) =>
    db
      .selectFrom('contacts')
      .select(columns)
      .where('tenantId', '=', p.tenantId)
      .where('id', '<', p.before)
      .orderBy('id', 'desc')
      .limit(p.limit),
  );
  const addresses = connection.prepare((db, p: OfContact) =>
    db
      .selectFrom('identities')
      .select(['channel', 'externalId'])
      .where('tenantId', '=', p.tenantId)
      .where('contactId', '=', p.contactId)
      .orderBy('channel')
      .orderBy('externalId'),
  );
  const conversations = connection.prepare((db, p: OfContact) =>
    db
      .selectFrom('conversations')
      .select('id')
      .where('tenantId', '=', p.tenantId)
      .where('contactId', '=', p.contactId)
      .orderBy('lastActiveAt', 'desc'),
  );
  const at = connection.prepare((db, p: OfTenant & Address) =>
    db
      .selectFrom('identities')
      .select(['contactId', 'consent', 'consentAt'])
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('externalId', '=', p.externalId),
  );
  const addIdentity = prepareAddIdentity(connection);
  const dropAddress = connection.prepare((db, p: OfTenant & Address) =>
    db
      .deleteFrom('identities')
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('externalId', '=', p.externalId),
  );
  const sayAt = connection.prepare((db, p: OfTenant & Address & { consent: 'in' | 'out'; consentAt: number }) =>
    db
      .updateTable('identities')
      .set({ consent: p.consent, consentAt: p.consentAt })
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('externalId', '=', p.externalId)
      .where((is) => is.or([is('consentAt', 'is', null), is('consentAt', '<', p.consentAt)])),
  );
  type Merge = OfTenant & { contactId: string; into: string };
  const moveAddresses = connection.prepare((db, p: Merge) =>
    db
      .updateTable('identities')
      .set({ contactId: p.into })
      .where('tenantId', '=', p.tenantId)
      .where('contactId', '=', p.contactId),
  );
  const moveConversations = connection.prepare((db, p: Merge) =>
    db
      .updateTable('conversations')
      .set({ contactId: p.into })
      .where('tenantId', '=', p.tenantId)
      .where('contactId', '=', p.contactId),
  );
  const fill = connection.prepare(
    (db, p: OfTenant & { id: string; name: string | null; email: string | null; phone: string | null }) =>
      db
        .updateTable('contacts')
        .set({ name: p.name, email: p.email, phone: p.phone })
        .where('tenantId', '=', p.tenantId)
        .where('id', '=', p.id),
  );
  const remove = connection.prepare((db, p: OfContact) =>
    db.deleteFrom('contacts').where('tenantId', '=', p.tenantId).where('id', '=', p.contactId),
  );
  return (tenantId) => {
    const addAddress = addIdentity(tenantId);
    return {
      byId: (contactId) => byId.get({ tenantId, contactId }),
      list: ({ limit, before }) => list.all({ tenantId, limit, before: before ?? '\u{10ffff}' }),
      addresses: (contactId) => addresses.all({ tenantId, contactId }),
      conversations: (contactId) => conversations.all({ tenantId, contactId }).map(({ id }) => id),
      at: (address) => at.get({ tenantId, ...address })?.contactId,
      addAddress,
      moveAddress: (from, to) => {
        const old = at.get({ tenantId, ...from });
        if (old === undefined) return;
        if (at.get({ tenantId, ...to }) === undefined) addAddress(to, old.contactId);
        const { consent, consentAt } = old;
        if (consent !== null && consentAt !== null) sayAt.run({ tenantId, ...to, consent, consentAt });
        dropAddress.run({ tenantId, ...from });
      },
      merge: (contactId, into) => {
        const gone = byId.get({ tenantId, contactId });
        const kept = byId.get({ tenantId, contactId: into });
        if (gone === undefined || kept === undefined || contactId === into) return;
        moveAddresses.run({ tenantId, contactId, into });
        moveConversations.run({ tenantId, contactId, into });
        fill.run({
          tenantId,
          id: into,
          name: kept.name ?? gone.name,
          email: kept.email ?? gone.email,
          phone: kept.phone ?? gone.phone,
        });
        remove.run({ tenantId, contactId });
      },
    };
  };
}
