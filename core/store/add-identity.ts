import type { Connection } from './connection.ts';
import { type Address, prepareOptOuts } from './opt-outs.ts';

/** Makes an address a contact's. Who was at it before, and was erased, may have wanted no messages: that goes on. */
export type AddIdentity = (address: Address, contactId: string) => void;

export function prepareAddIdentity(connection: Connection): (tenantId: string) => AddIdentity {
  const optOuts = prepareOptOuts(connection);
  type New = Address & { tenantId: string; contactId: string; consent: 'out' | null; consentAt: number | null };
  const insert = connection.prepare((db, p: New) =>
    db.insertInto('identities').values({
      tenantId: p.tenantId,
      channel: p.channel,
      externalId: p.externalId,
      contactId: p.contactId,
      consent: p.consent,
      consentAt: p.consentAt,
    }),
  );
  return (tenantId) => {
    const { take } = optOuts(tenantId);
    return (address, contactId) => {
      const leftAt = take(address);
      const consent = leftAt === undefined ? null : 'out';
      insert.run({ tenantId, ...address, contactId, consent, consentAt: leftAt ?? null });
    };
  };
}
