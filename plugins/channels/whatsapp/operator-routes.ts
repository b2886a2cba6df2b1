import {
  type Action,
  type Attachment,
  type Delivery,
  type Outbound,
  type OutgoingMessage,
  PolyphonError,
  type Route,
  type SessionView,
} from 'polyphon/plugin';
import { type Fields, objectOf } from './loose-json.ts';
import { fieldsOf, isHttps, isWeb, listIn, malformed, textIn } from './operator-fields.ts';
import { templateFields, templateIn } from './operator-template.ts';
import { isUserId } from './person-id.ts';
import type { WhatsappConfig } from './schema.ts';

export interface OperatorRouteOptions {
  readonly outbound: Outbound;
  readonly templates: WhatsappConfig['templates'];
  readonly defaultLanguage: string;
}

const maxBodyBytes = 65_536;
const maxTextLength = 20_000;
const phoneShape = /^\+?[1-9]\d{4,19}$/;
const mediaKinds: ReadonlySet<string> = new Set(['image', 'audio', 'video', 'document', 'sticker']);

/** Beginning conversations and writing into them, for programs with an operator token. */
export function operatorRoutes({ outbound, templates, defaultLanguage }: OperatorRouteOptions): readonly Route[] {
  return [
    {
      method: 'POST',
      path: 'sessions',
      access: 'operator',
      maxBytes: maxBodyBytes,
      handle: async (_, call) => {
        const fields = fieldsOf(call, ['to', 'name', 'locale']);
        const to = recipientOf(textIn(fields, 'to', 200) ?? '');
        if (!phoneShape.test(to) && !isUserId(to)) {
          throw malformed('`to` is neither a telephone number nor a business-scoped user id', 'Send +16505551234');
        }
        const id = to.replace(/^\+/, '');
        const name = textIn(fields, 'name', 200);
        const locale = textIn(fields, 'locale', 35);
        const contact = {
          id,
          ...(name === undefined ? {} : { name }),
          ...(phoneShape.test(to) ? { phone: `+${id}` } : {}),
        };
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
      if (text === undefined) throw malformed('`text` is missing', 'Choices need words above them');
      return { text, actions: actionsIn(fields) };
    }),
    sending('templates', ['id', ...templateFields], (fields) => templateIn(fields, templates, defaultLanguage)),
  ];

  function sending(kind: string, known: readonly string[], decode: (fields: Fields) => OutgoingMessage): Route {
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

function actionsIn(fields: Fields): readonly Action[] {
  const actions = listIn(fields, 'actions', 10).map((value): Action => {
    const entry = objectOf(value);
    const label = textIn(entry, 'label', 200);
    const url = textIn(entry, 'url', 2000);
    const id = textIn(entry, 'id', 200) ?? label;
    if (label === undefined || id === undefined) throw malformed('an action has no `label`', 'Send { id, label }');
    if (url !== undefined && !isWeb(url)) throw malformed('an action’s `url` is not a web address', 'Send https://…');
    return { id, label, ...(url === undefined ? {} : { url }) };
  });
  const replies = actions.filter(({ url }) => url === undefined);
  for (const member of ['id', 'label'] as const) {
    const twice = replies.findIndex((action, index) =>
      replies.slice(0, index).some((other) => other[member].trim() === action[member].trim()),
    );
    if (twice !== -1) {
      const place = actions.indexOf(replies[twice] as Action);
      throw malformed(
        `\`actions[${place}]\` has the \`${member}\` of another one`,
        'Meta takes each once: give it its own',
      );
    }
  }
  if (actions.length === 0) throw malformed('`actions` is missing', 'Send 1 to 10 of { id, label }');
  return actions;
}

function attachmentsIn(fields: Fields): readonly Attachment[] {
  return listIn(fields, 'attachments', 5).map((value, index): Attachment => {
    const entry = objectOf(value);
    const kind = textIn(entry, 'kind', 20) ?? '';
    const url = textIn(entry, 'url', 2000) ?? '';
    const name = textIn(entry, 'name', 200);
    if (!mediaKinds.has(kind))
      throw malformed(`\`kind\` is none of ${[...mediaKinds].join(', ')}`, 'Send one of these');
    if (!isHttps(url))
      throw malformed('an attachment’s `url` is not an https address', 'Send where Meta can fetch the file');
    const mediaType = textIn(entry, 'mediaType', 120) ?? 'application/octet-stream';
    return {
      id: String(index + 1),
      kind: kind as Attachment['kind'],
      mediaType,
      url,
      ...(name === undefined ? {} : { name }),
    };
  });
}

/** A telephone number without what people write into it to read it better, as in `+49 (30) 111-2233` or `0049…`; all else as it is. */
function recipientOf(to: string): string {
  const number = to.replace(/[\s()[\]./‐‑–-]/g, '').replace(/^00/, '+');
  return phoneShape.test(number) ? number : to;
}

function unknownSession(): PolyphonError {
  return new PolyphonError('WAP3305', 'WhatsApp: this channel has no such session. Open one with POST …/sessions.');
}
