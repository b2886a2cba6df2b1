import type { ContactView, OperatorPeople } from '../http/contact-routes.ts';
import type { Application } from '../kernel/application.ts';
import type { ContactRow } from '../store/people.ts';
import type { TenantStore } from '../store/tenant-store.ts';

/** People as the operators' routes see them. */
export function createPeopleDesk({ store }: Pick<Application, 'store'>): OperatorPeople {
  return {
    list: async (tenantId, query) => {
      const tenant = store.forTenant(tenantId);
      return tenant.people.list(query).map((row) => viewOf(tenant, row));
    },
    find: async (tenantId, contact) => {
      const tenant = store.forTenant(tenantId);
      const row = tenant.people.byId(contact);
      return row === undefined
        ? undefined
        : { ...viewOf(tenant, row), conversations: tenant.people.conversations(contact) };
    },
  };
}

function viewOf(tenant: TenantStore, row: ContactRow): ContactView {
  return {
    id: row.id,
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.email === null ? {} : { email: row.email }),
    ...(row.phone === null ? {} : { phone: row.phone }),
    identities: tenant.people.addresses(row.id).map(({ channel, externalId }) => ({ channel, address: externalId })),
    createdAt: new Date(row.createdAt).toISOString(),
  };
}
