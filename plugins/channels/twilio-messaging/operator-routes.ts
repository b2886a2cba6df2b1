import {
  type Action,
  type AddressForm,
  type Attachment,
  type Delivery,
  type Outbound,
  type OutgoingMessage,
  PolyphonError,
  type Route,
  type SessionView,
} from 'polyphon/plugin';
import { fieldsOf, type JsonFields, listIn, malformed, objectIn, textIn } from './operator-fields.ts';
import { templateFields, templateIn } from './operator-template.ts';
import type { Network } from './outgoing.ts';
import type { TwilioConfig } from './schema.ts';
import { networkOf } from './sending-number.ts';

export interface OperatorRouteOptions {
  readonly outbound: Outbound;
  readonly templates: TwilioConfig['templates'];
  readonly defaultLanguage: string;
  readonly addressForm: AddressForm;
  /** The one network that the sender is on; undefined where a Messaging Service may have senders on both. */
  readonly onlyNetwork: Network | undefined;
}

const maxBodyBytes = 65_536;
const maxTextLength = 20_000;
const mediaKinds: ReadonlySet<string> = new Set(['image', 'audio', 'video', 'document', 'sticker']);

/** Beginning conversations and writing into them, for programs with an operator token. */
export function operatorRoutes(options: OperatorRouteOptions): readonly Route[] {
  const { outbound, templates, defaultLanguage } = options;
  return [
    {
      method: 'POST',
      path: 'sessions',
      access: 'operator',
      maxBytes: maxBodyBytes,
      handle: async (_, call) => {
        const fields = fieldsOf(call, ['to', 'name', 'locale']);
        const id = recipientOf(textIn(fields, 'to', 200) ?? '', options);
        const name = textIn(fields, 'name', 200);
        const locale = textIn(fields, 'locale', 35);
        const phone = id.slice(id.indexOf('+'));
        const contact = { id, phone, ...(name === undefined ? {} : { name }) };
        const person = { conversation: id, contact, ...(locale === undefined ? {} : { locale }) };
        return answer(sessionBody(await outbound.open(person, call.signal)), 201);
      },
    },
    {
      method: 'GET',
      path: 'sessions/:id',
      access: 'operator',
      handle: async (_, call) => {
        const session = await outbound.session(call.parameters['id'] ?? '', call.signal);
        if (session === undefined) throw unknownSession();
        const messages = await outbound.deliveries(session.id, call.signal);
        return answer({ ...sessionBody(session), messages }, 200);
      },
    },
    sending('messages', ['id', 'text', 'attachments'], (fields) => {
      const text = textIn(fields, 'text', maxTextLength) ?? '';
      const attachments = attachmentsIn(fields);
      if (text === '' && attachments.length === 0)
        throw malformed('the message is empty', 'Send `text` or `attachments`');
      return { text, attachments };
    }),
    sending('interactive', ['id', 'text', 'actions'], (fields) => {
      const text = textIn(fields, 'text', maxTextLength);
      if (text === undefined) throw malformed('`text` is missing', 'Links need words above them');
      return { text, actions: linksIn(fields) };
    }),
    sending('templates', ['id', ...templateFields], (fields) => templateIn(fields, templates, defaultLanguage)),
  ];

  function sending(kind: string, known: readonly string[], decode: (fields: JsonFields) => OutgoingMessage): Route {
    return {
      method: 'POST',
      path: `sessions/:id/${kind}`,
      access: 'operator',
      maxBytes: maxBodyBytes,
      handle: async (_, call) => {
        const fields = fieldsOf(call, known);
        const key = textIn(fields, 'id', 200);
        const message = { ...decode(fields), ...(key === undefined ? {} : { key: `${kind} ${key}` }) };
        try {
          return answer(await outbound.enqueue(call.parameters['id'] ?? '', message, call.signal), 202);
        } catch (error) {
          if (error instanceof PolyphonError && error.code === 'CNV5002') throw unknownSession();
          throw error;
        }
      },
    };
  }
}

function answer(body: object, status: number): Delivery {
  return { kind: 'ignored', response: Response.json(body, { status }) };
}

function sessionBody({ id, state, owner, channel, locale, createdAt, expiresAt }: SessionView): object {
  return { session: id, id, state, owner, channel, locale, createdAt, expiresAt };
}

/** An address without what people write into a telephone number to read it better, as in `+49 (30) 111-2233` or `0049…`. */
function recipientOf(to: string, { addressForm, onlyNetwork }: OperatorRouteOptions): string {
  const id = addressForm.read(to.replace(/[\s()[\]./‐‑–-]/g, ''));
  if (id === undefined) {
    throw malformed('`to` is no telephone number with its country code', 'Send +16505551234, or whatsapp:+16505551234');
  }
  if (onlyNetwork !== undefined && networkOf(id) !== onlyNetwork) {
    throw malformed('`to` is on WhatsApp, and this channel sends SMS', 'Send the number alone, or use another channel');
  }
  return id;
}

/** Twilio shows choices in templates only; links stand below the text. */
function linksIn(fields: JsonFields): readonly Action[] {
  const actions = listIn(fields, 'actions', 10).map((value, index): Action => {
    const place = `actions[${index}]`;
    const entry = objectIn(value, { name: `\`${place}\``, known: ['id', 'label', 'url'] });
    const label = textIn(entry, 'label', 200);
    const url = textIn(entry, 'url', 2000);
    if (label === undefined) throw malformed(`\`${place}\` has no \`label\``, 'Send { label, url }');
    if (url === undefined) {
      throw malformed(
        `\`${place}\` has no \`url\`, and Twilio shows choices in templates only`,
        'Send a template that has them, or write them into `text`',
      );
    }
    if (!isOf(url, ['https:', 'http:']))
      throw malformed(`the \`url\` of \`${place}\` is no web address`, 'Send https://…');
    return { id: textIn(entry, 'id', 200) ?? label, label, url };
  });
  if (actions.length === 0) throw malformed('`actions` is missing', 'Send 1 to 10 of { label, url }');
  return actions;
}

function attachmentsIn(fields: JsonFields): readonly Attachment[] {
  return listIn(fields, 'attachments', 5).map((value, index): Attachment => {
    const place = `attachments[${index}]`;
    const entry = objectIn(value, { name: `\`${place}\``, known: ['kind', 'url', 'mediaType', 'name'] });
    const kind = textIn(entry, 'kind', 20) ?? '';
    const url = textIn(entry, 'url', 2000) ?? '';
    const name = textIn(entry, 'name', 200);
    if (!mediaKinds.has(kind)) {
      throw malformed(`the \`kind\` of \`${place}\` is none of ${[...mediaKinds].join(', ')}`, 'Send one of these');
    }
    if (!isOf(url, ['https:'])) {
      throw malformed(`the \`url\` of \`${place}\` is not an https address`, 'Send where Twilio can fetch the file');
    }
    const mediaType = textIn(entry, 'mediaType', 120) ?? 'application/octet-stream';
    const id = String(index + 1);
    return { id, kind: kind as Attachment['kind'], mediaType, url, ...(name === undefined ? {} : { name }) };
  });
}

function isOf(url: string, protocols: readonly string[]): boolean {
  return URL.canParse(url) && protocols.includes(new URL(url).protocol);
}

function unknownSession(): PolyphonError {
  return new PolyphonError('TWI3407', 'Twilio: this channel has no such session. Open one with POST …/sessions.');
}
