import {
  body,
  chat,
  type Json,
  json,
  listOf,
  messagePage,
  open,
  operator,
  pathParameter,
  problems,
  query,
  schemaOf,
  sessionOrOperator,
  stream,
} from './operation.ts';

const change = (verb: string): Json => ({
  post: chat({
    summary: verb,
    responses: { 200: json('The session as it is now.', schemaOf('Session')), ...problems(409) },
  }),
});
const sessionParameters = [pathParameter('tenant'), pathParameter('channel'), pathParameter('id')];
const resume = [
  { name: 'Last-Event-ID', in: 'header', schema: { type: 'integer' }, description: 'Events after this one.' },
  query('after', { type: 'integer' }, 'The same, for clients that cannot set headers.'),
];

/** The protocol of the built-in web chat, which any channel of that kind speaks. */
export const chatPaths: Json = {
  '/v1/{tenant}/{channel}/sessions': {
    parameters: [pathParameter('tenant'), pathParameter('channel')],
    post: {
      ...open('web-chat', {
        summary: 'Open a session. On a messenger that lets programs write first: with `to`, and an operator token',
        requestBody: body('NewSession', 'NewMessengerSession'),
        responses: {
          201: json('The session; of a web chat its token, of a messenger where it stands.', {
            anyOf: [schemaOf('SessionOpened'), schemaOf('Session')],
          }),
          ...problems(400, 401, 403, 404, 415, 429, 503),
        },
      }),
      security: [{}, { operatorToken: [] }],
    },
  },
  '/v1/{tenant}/{channel}/sessions/{id}': {
    parameters: sessionParameters,
    get: chat({
      summary: 'The session. With an upgrade to WebSocket: its events both ways; the token may be in `?token=`',
      parameters: [query('token', { type: 'string' }, 'On the socket only.'), ...resume],
      responses: { 101: { description: 'The socket is open.' }, 200: json('The session.', schemaOf('Session')) },
      security: sessionOrOperator,
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/pause': { parameters: sessionParameters, ...change('Pause the session') },
  '/v1/{tenant}/{channel}/sessions/{id}/resume': { parameters: sessionParameters, ...change('Resume the session') },
  '/v1/{tenant}/{channel}/sessions/{id}/close': { parameters: sessionParameters, ...change('Close the session') },
  '/v1/{tenant}/{channel}/sessions/{id}/switch': {
    parameters: sessionParameters,
    post: chat({
      summary:
        'Go on in a messenger. With `method: code` six digits were sent there, to be written into this session as a message; with `method: word` the person sends `word` from there',
      requestBody: body('SwitchClaim'),
      responses: { 202: json('How the person proves it.', schemaOf('SwitchInvitation')), ...problems(409, 415) },
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/messages': {
    parameters: sessionParameters,
    get: chat({
      summary: 'What was said',
      parameters: messagePage,
      responses: { 200: json('Messages in order.', listOf('messages', 'Message')) },
    }),
    post: chat({
      summary: 'Say something. With `Accept: text/event-stream` the reply streams in this response',
      parameters: [query('wait', { type: 'boolean' }, '`true` answers when the reply is complete.')],
      requestBody: body('NewMessage', 'NewMessengerMessage'),
      security: sessionOrOperator,
      responses: {
        200: {
          description: 'The reply, as a stream or, with `wait=true`, whole.',
          content: {
            'text/event-stream': { schema: schemaOf('StreamEvent') },
            'application/json': { schema: schemaOf('MessageAnswered') },
          },
        },
        202: json('The message is stored; the reply comes by the stream. Of a messenger: it will be sent.', {
          anyOf: [schemaOf('MessageTaken'), schemaOf('MessageQueued')],
        }),
        ...problems(409, 413, 415),
      },
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/interactive': {
    parameters: sessionParameters,
    post: operator({
      summary: 'Send choices, on a messenger that lets programs write first',
      requestBody: body('NewInteractiveMessage'),
      responses: { 202: json('It will be sent.', schemaOf('MessageQueued')) },
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/templates': {
    parameters: sessionParameters,
    post: operator({
      summary: 'Send a template, also outside the window in which the messenger takes free text',
      requestBody: body('NewTemplateMessage'),
      responses: { 202: json('It will be sent.', schemaOf('MessageQueued')) },
    }),
  },
  '/v1/{tenant}/{channel}/sessions/{id}/stream': {
    parameters: sessionParameters,
    get: chat({
      summary: 'Events as they come',
      parameters: resume,
      responses: { 200: stream('Events until either side leaves.') },
    }),
  },
};
