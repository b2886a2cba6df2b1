import { PolyphonError } from '../contract/index.ts';

/** What the operator routes ask of the people who talk to a tenant's bot. */
export interface OperatorPeople {
  /** Newest first; those that follow the contact with id `before`. */
  list(
    tenantId: string,
    query: { readonly limit: number; readonly before?: string },
    signal: AbortSignal,
  ): Promise<readonly ContactView[]>;
  /** Undefined when the tenant has no such contact. */
  find(
    tenantId: string,
    contact: string,
    signal: AbortSignal,
  ): Promise<(ContactView & { readonly conversations: readonly string[] }) | undefined>;
}

export interface ContactView {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  /** One on each channel where the person has been, and more where two turned out to be one. */
  readonly identities: readonly { readonly channel: string; readonly address: string }[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** One contact. @throws PolyphonError HTP4016. */
export async function contactResponse(
  people: OperatorPeople,
  call: { readonly tenantId: string; readonly contact: string; readonly signal: AbortSignal },
): Promise<Response> {
  const contact = await people.find(call.tenantId, call.contact, call.signal);
  if (contact !== undefined) return Response.json({ contact });
  throw new PolyphonError('HTP4016', 'Contact: this bot has none with this id. List them at /v1/:tenant/contacts.');
}
