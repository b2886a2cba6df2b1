import type { Connection } from './connection.ts';
import { type Address, prepareOptOuts } from './opt-outs.ts';
import { digestOf, type ReceivedId } from './received-id.ts';

/** What stays of a person who is erased: digests of what has to be known again, and of nothing else. Called before rows go. */
export interface ErasedTraces {
  /** What the platform delivers again is then no new message. `which`: a condition on the rows of the inbox, over what `of` names. */
  rememberIds(of: { readonly tenant: string }, which: string): void;
  /** Of all the contact's addresses on a channel where they have opted out: they took no messages at any of them. */
  rememberOptOuts(of: { readonly tenant: string; readonly contact: string }): void;
}

export function prepareErasedTraces(connection: Connection): ErasedTraces {
  const { sqlite } = connection;
  const optOuts = prepareOptOuts(connection);
  return {
    rememberIds: (of, which) => {
      const received = sqlite
        .prepare(
          `SELECT inbox.channel, conversations.external_id AS conversation, inbox.external_id AS id, received_at AS at
           FROM conversations JOIN inbox ON inbox.tenant_id = conversations.tenant_id
             AND inbox.channel = conversations.channel AND inbox.conversation_id = conversations.id
           WHERE conversations.tenant_id = :tenant AND ${which}`,
        )
        .all(of) as (ReceivedId & { readonly at: number })[];
      const keep = sqlite.prepare(
        'INSERT OR IGNORE INTO erased_messages (tenant_id, digest, received_at) VALUES (?, ?, ?)',
      );
      for (const { at, ...one } of received) keep.run(of.tenant, digestOf(one), at);
    },
    rememberOptOuts: ({ tenant, contact }) => {
      const addresses = sqlite
        .prepare(
          `SELECT own.channel, own.external_id AS externalId, max(coalesce(one.consent_at, 0)) AS saidAt
           FROM identities AS one JOIN identities AS own
             ON own.tenant_id = one.tenant_id AND own.channel = one.channel AND own.contact_id = one.contact_id
           WHERE one.tenant_id = ? AND one.contact_id = ? AND one.consent = 'out' GROUP BY own.channel, own.external_id`,
        )
        .all(tenant, contact) as (Address & { readonly saidAt: number })[];
      for (const { saidAt, ...address } of addresses) optOuts(tenant).keep(address, saidAt);
    },
  };
}
