import { readFileSync } from 'node:fs';
import { fakeWhatsappSignature } from '../kit/index.ts';
import { samples } from '../plugins/channels/whatsapp/samples.ts';
import { bend, toBytes } from './bend-json.ts';
import type { Chance } from './chance.ts';
import { fromSchema, type Schema } from './from-schema.ts';
import type { FuzzChannel, FuzzRequest } from './fuzz-channel.ts';
import type { Json } from './odd-values.ts';

const { components } = JSON.parse(
  readFileSync(new URL('../fixtures/whatsapp/openapi.subset.json', import.meta.url), 'utf8'),
) as { readonly components: { readonly schemas: Readonly<Record<string, Schema>> } };
const { schemas } = components;
const bodies = samples.map(({ body }) => body as Json);

const numberOf = (tenantId: string): string => (tenantId === 'acme' ? '106540352242922' : '106540352242999');
const secretOf = (tenantId: string): string => `app-secret-of-${tenantId}`;
const verifyToken = 'verify-token-of-the-fuzzer';

/** A published or recorded webhook, to this number, from another person and with ids of its own. */
function recorded(chance: Chance): Json {
  const { body, phoneNumberId } = chance.one(samples);
  const text = JSON.stringify(body)
    .replaceAll(phoneNumberId, numberOf('acme'))
    .replace(/wamid\.[\w+/=-]+/g, () => `wamid.${chance.below(1e9).toString(36)}`)
    .replaceAll('16505551234', `1650555${10_000 + chance.below(20_000)}`);
  return JSON.parse(text) as Json;
}

/** Meta's own description of a webhook asks for what only a sender knows; as material for a fuzzer that is no harm. */
function described(chance: Chance): Json {
  const value = fromSchema(schemas['WebhookPayload'] ?? {}, schemas, chance);
  const text = JSON.stringify(value).replace(
    /"phone_number_id":"(?:[^"\\]|\\.)*"/g,
    `"phone_number_id":"${numberOf('acme')}"`,
  );
  const body = JSON.parse(text) as { [name: string]: Json };
  return chance.happens(0.9) ? { ...body, object: 'whatsapp_business_account' } : body;
}

/** The rarer envelope of Meta's is the usual one with what its specification says of messages inside. */
function inEnvelope(chance: Chance): Json {
  const message = fromSchema(schemas['Message'] ?? {}, schemas, chance) as { [name: string]: Json };
  const from = `1650555${10_000 + chance.below(20_000)}`;
  const told = {
    from,
    id: `wamid.${chance.below(1e9).toString(36)}`,
    timestamp: String(1_795_000_000 + chance.below(1e6)),
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: numberOf('acme') },
    contacts: [{ profile: { name: 'Sheena Nelson' }, wa_id: from }],
    messages: [{ ...message, ...told }],
  };
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '419561257915477', changes: [{ value, field: 'messages' }] }],
  };
}

function post(body: Buffer, signature: string | undefined): FuzzRequest {
  return {
    method: 'POST',
    path: '/v1/acme/whatsapp/webhook',
    headers: {
      'content-type': 'application/json',
      ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
    },
    body,
  };
}

export const whatsapp: FuzzChannel = {
  name: 'whatsapp',
  // What is signed is Meta's, and Meta repeats for a week what is not acknowledged.
  statuses: [200, 413],
  blameless: [/^to must be a telephone number/, /^recipient must be a business-scoped/],
  tenant: (tenantId, { baseUrl }) => ({
    channels: `  whatsapp:
    use: whatsapp
    with:
      phoneNumberId: "${numberOf(tenantId)}"
      accessToken: "\${secret:token}"
      appSecret: "\${secret:app}"
      verifyToken: "\${secret:verify}"
      baseUrl: "${baseUrl}"`,
    secrets: { token: `EAA-token-of-${tenantId}`, app: secretOf(tenantId), verify: verifyToken },
  }),
  request: (chance) => {
    const make = chance.one([recorded, recorded, described, inEnvelope, inEnvelope]);
    const body = make(chance);
    const bytes = toBytes(chance.happens(0.5) ? bend(body, bodies, chance) : body, chance);
    return post(bytes, fakeWhatsappSignature(secretOf('acme'), bytes));
  },
  ways: 11,
  forged: (chance, way) => {
    const bytes = Buffer.from(JSON.stringify(recorded(chance)));
    const right = fakeWhatsappSignature(secretOf('acme'), bytes);
    const at = 7 + chance.below(64);
    const signature = [
      undefined,
      '',
      'sha256=',
      right.slice(7),
      right.slice(0, chance.below(right.length)),
      right.replace('sha256', 'sha1'),
      `${right}${chance.below(10)}`,
      `${right.slice(0, at)}${right[at] === '0' ? '1' : '0'}${right.slice(at + 1)}`,
      fakeWhatsappSignature(secretOf('other'), bytes),
      fakeWhatsappSignature('', bytes),
      fakeWhatsappSignature(secretOf('acme'), Buffer.concat([bytes, Buffer.from(' ')])),
    ][way];
    return post(bytes, signature);
  },
};
