import { type Json, json, open, operator, pathParameter, problems, statusSchema, text } from './operation.ts';

/** What the process answers of itself. */
export const processPaths: Json = {
  '/health': {
    get: open('process', { summary: 'Whether the process runs', responses: { 200: json('It does.', statusSchema()) } }),
  },
  '/ready': {
    get: open('process', {
      summary: 'Whether the process takes requests',
      responses: { 200: json('It does.', statusSchema()), ...problems(503) },
    }),
  },
  '/metrics': {
    get: operator({
      summary: 'Numbers for Prometheus',
      responses: { 200: text('The exposition format.', 'text/plain') },
    }),
  },
  '/openapi.json': {
    get: open('process', { summary: 'This document', responses: { 200: json('OpenAPI 3.1.', { type: 'object' }) } }),
  },
  '/widget.js': {
    get: open('widget', {
      summary: 'The embeddable chat',
      responses: { 200: text('A script for any website.', 'text/javascript'), ...problems(404) },
    }),
  },
  '/play': {
    get: open('widget', {
      summary: 'The playground, with every bot; in production only where it is turned on, for operators',
      responses: { 200: text('A page.', 'text/html'), ...problems(401, 403, 404) },
    }),
  },
  '/play/{tenant}': {
    parameters: [pathParameter('tenant')],
    get: open('widget', {
      summary: 'The playground with one bot chosen',
      responses: { 200: text('A page.', 'text/html'), ...problems(401, 403, 404) },
    }),
  },
  '/v1/{tenant}/{channel}/health': {
    parameters: [pathParameter('tenant'), pathParameter('channel')],
    get: open('process', {
      summary: 'Whether one channel can be opened, and hears its platform where it fetches by itself',
      responses: {
        200: json('It can.', statusSchema()),
        ...problems(404, 503),
      },
    }),
  },
};
