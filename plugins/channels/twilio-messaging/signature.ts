import { createHash, timingSafeEqual } from 'node:crypto';
import { type Fields, parseFields } from './fields.ts';

export interface SignedRequest {
  /** As the server sees it: the origin is the public one, or what the caller typed where it does not know better. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** The fields of a request that Twilio signed with this account's token; undefined of any other request. */
export type SignatureCheck = (request: SignedRequest) => Fields | undefined;

/**
 * @param publicOrigin Twilio signs the address it calls. Where the deployment has told its own, that is it, also behind a proxy on the
 * same machine that passes on neither name nor scheme.
 * @see https://www.twilio.com/docs/usage/security#validating-requests
 */
export async function createSignatureCheck(
  authToken: string,
  publicOrigin: string | undefined,
): Promise<SignatureCheck> {
  // The part of Twilio's package that knows the algorithm: 5 ms to load, where the whole client takes 70.
  const { validateRequest } = await import('twilio/lib/webhooks/webhooks.js');
  return ({ url, headers, body }) => {
    const signature = headers.get('x-twilio-signature') ?? '';
    if (signature.length !== signatureLength) return undefined;
    const { origin, pathname, search, searchParams } = new URL(url);
    const promised = searchParams.get('bodySHA256');
    const parsed = parseFields(body, headers.get('content-type'));
    // Signed by its digest, a body that cannot be read is Twilio's all the same: it says nothing, and is not refused as a forgery.
    const fields = parsed ?? (promised === null ? undefined : {});
    if (fields === undefined) return undefined;
    // A body that is no form is signed by its digest, which is part of the signed address.
    if (promised !== null && !isDigestOf(body, promised)) return undefined;
    const signed = promised === null ? fields : {};
    const isRight = (address: string) => validateRequest(authToken, signature, address, signed);
    if (publicOrigin !== undefined && publicOrigin !== origin && isRight(publicOrigin + pathname + search))
      return fields;
    return isRight(url) ? fields : undefined;
  };
}

/** Of twenty bytes in base64. */
const signatureLength = 28;

function isDigestOf(body: Uint8Array, promised: string): boolean {
  const told = Buffer.from(promised, 'hex');
  const right = createHash('sha256').update(body).digest();
  return told.length === right.length && timingSafeEqual(told, right);
}
