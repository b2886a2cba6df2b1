import { sql } from 'kysely';
import type { Random } from '../contract/index.ts';
import { prepareAddIdentity } from './add-identity.ts';
import type { Connection } from './connection.ts';
import { type Address, prepareOptOuts } from './opt-outs.ts';

export interface Contact {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
}
export interface ContactDetails {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
}

/** People, and under which address each channel knows them. */
export interface Contacts {
  byId(id: string): Contact | undefined;
  /** The contact behind an address; made when the address is new. What is told replaces what was known. */
  identify(address: Address, details: ContactDetails, random: Random, now: number): Contact;
  /**
   * Keeps what the person at this address has said about messages from us. `toldAt`: when, in milliseconds since the epoch, where the
   * platform tells it. False where they have said something since then: that stays, unless they leave and it is dated ahead of `now`.
   */
  setConsent(address: Address, consent: 'in' | 'out', now: number, toldAt?: number): boolean;
  /** Whether the contact takes no more messages on this channel. */
  hasOptedOut(channel: string, contactId: string): boolean;
  /** The same of whoever is at an address, also where they have been erased. */
  hasOptedOutAt(address: Address): boolean;
}

/** Written into the text of the query, not bound: only so does SQLite use the partial index. */
const out = sql.lit<'out'>('out');

export function prepareContacts(connection: Connection): (tenantId: string) => Contacts {
  const byId = connection.prepare((db, p: { tenantId: string; id: string }) =>
    db
      .selectFrom('contacts')
      .select(['id', 'name', 'email', 'phone'])
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  const addIdentity = prepareAddIdentity(connection);
  const optOuts = prepareOptOuts(connection);
  const byAddress = connection.prepare((db, p: Address & { tenantId: string }) =>
    db
      .selectFrom('identities')
      .innerJoin('contacts', (join) =>
        join.onRef('contacts.tenantId', '=', 'identities.tenantId').onRef('contacts.id', '=', 'identities.contactId'),
      )
      .select(['contacts.id', 'contacts.name', 'contacts.email', 'contacts.phone'])
      .where('identities.tenantId', '=', p.tenantId)
      .where('identities.channel', '=', p.channel)
      .where('identities.externalId', '=', p.externalId),
  );
  type Row = Contact & { tenantId: string };
  const insert = connection.prepare((db, p: Row & { createdAt: number }) =>
    db.insertInto('contacts').values({
      tenantId: p.tenantId,
      id: p.id,
      name: p.name,
      email: p.email,
      phone: p.phone,
      createdAt: p.createdAt,
    }),
  );
  const setConsent = connection.prepare(
    (
      db,
      p: {
        tenantId: string;
        channel: string;
        externalId: string;
        consent: 'in' | 'out';
        consentAt: number;
        latest: number;
        earliestAhead: number;
      },
    ) =>
      db
        .updateTable('identities')
        .set({ consent: p.consent, consentAt: p.consentAt })
        .where('tenantId', '=', p.tenantId)
        .where('channel', '=', p.channel)
        .where('externalId', '=', p.externalId)
        .where((is) =>
          is.or([is('consentAt', 'is', null), is('consentAt', '<=', p.latest), is('consentAt', '>', p.earliestAhead)]),
        ),
  );
  const optedOut = connection.prepare((db, p: { tenantId: string; channel: string; contactId: string }) =>
    db
      .selectFrom('identities')
      .select('externalId')
      .where('tenantId', '=', p.tenantId)
      .where('channel', '=', p.channel)
      .where('contactId', '=', p.contactId)
      .where('consent', '=', out)
      .limit(1),
  );
  const update = connection.prepare((db, p: Row) =>
    db
      .updateTable('contacts')
      .set({ name: p.name, email: p.email, phone: p.phone })
      .where('tenantId', '=', p.tenantId)
      .where('id', '=', p.id),
  );
  return (tenantId) => {
    const add = addIdentity(tenantId);
    const { saidAt } = optOuts(tenantId);
    const hasOptedOut: Contacts['hasOptedOut'] = (channel, contactId) =>
      optedOut.get({ tenantId, channel, contactId }) !== undefined;
    return {
      byId: (id) => byId.get({ tenantId, id }),
      identify: ({ channel, externalId }, details, random, now) => {
        const known = byAddress.get({ tenantId, channel, externalId });
        const contact: Contact = {
          id: known?.id ?? random.id('con'),
          name: details.name ?? known?.name ?? null,
          email: details.email ?? known?.email ?? null,
          phone: details.phone ?? known?.phone ?? null,
        };
        if (known === undefined) {
          insert.run({ tenantId, ...contact, createdAt: now });
          add({ channel, externalId }, contact.id);
        } else if (known.name !== contact.name || known.email !== contact.email || known.phone !== contact.phone) {
          update.run({ tenantId, ...contact });
        }
        return contact;
      },
      setConsent: ({ channel, externalId }, consent, now, toldAt) => {
        const latest = toldAt ?? Number.MAX_SAFE_INTEGER;
        const earliestAhead = consent === 'out' ? now : Number.MAX_SAFE_INTEGER;
        const when = { consentAt: toldAt ?? now, latest, earliestAhead };
        return setConsent.run({ tenantId, channel, externalId, consent, ...when }) > 0;
      },
      hasOptedOut,
      hasOptedOutAt: ({ channel, externalId }) => {
        const known = byAddress.get({ tenantId, channel, externalId });
        if (known !== undefined) return hasOptedOut(channel, known.id);
        return saidAt({ channel, externalId }) !== undefined;
      },
    };
  };
}
