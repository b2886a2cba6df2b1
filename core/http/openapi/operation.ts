import type { ApiSchemaName } from './api-schemas.ts';

export type Json = Readonly<Record<string, unknown>>;

export const schemaOf = (name: ApiSchemaName): Json => ({ $ref: `#/components/schemas/${name}` });
export const listOf = (member: string, name: ApiSchemaName): Json => ({
  type: 'object',
  required: [member],
  properties: { [member]: { type: 'array', items: schemaOf(name) } },
});
export const json = (description: string, schema: Json): Json => ({
  description,
  content: { 'application/json': { schema } },
});
export const stream = (description: string): Json => ({
  description,
  content: { 'text/event-stream': { schema: schemaOf('StreamEvent') } },
});
export const text = (description: string, mediaType: string): Json => ({
  description,
  content: { [mediaType]: { schema: { type: 'string' } } },
});
export const body = (...names: readonly ApiSchemaName[]): Json => {
  const [first, ...others] = names.map(schemaOf);
  const schema = others.length === 0 ? (first ?? {}) : { anyOf: [first, ...others] };
  return { required: true, content: { 'application/json': { schema } } };
};
export const query = (name: string, schema: Json, description: string): Json => ({
  name,
  in: 'query',
  schema,
  description,
});
/** Of a history. */
export const messagePage = [
  query('after', { type: 'string' }, 'Messages after the one with this id.'),
  query('limit', { type: 'integer', minimum: 1, maximum: 500, default: 100 }, 'How many.'),
];
export const problems = (...statuses: readonly number[]): Json =>
  Object.fromEntries(statuses.map((status) => [String(status), { $ref: '#/components/responses/Problem' }]));

/** What one method of one address does. */
export interface Operation {
  readonly summary: string;
  readonly responses: Json;
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  /** Where it is not that of its kind. */
  readonly security?: readonly Json[];
}
export const sessionOrOperator = [{ sessionToken: [] }, { operatorToken: [] }];

export const operator = (operation: Operation): Json => ({
  ...operation,
  tags: ['operators'],
  security: [{ operatorToken: [] }],
  responses: { ...operation.responses, ...problems(400, 401, 404, 429) },
});
export const chat = (operation: Operation): Json => ({
  security: [{ sessionToken: [] }],
  ...operation,
  tags: ['web-chat'],
  responses: { ...operation.responses, ...problems(400, 401, 403, 404, 429, 503) },
});
export const open = (tag: string, operation: Operation): Json => ({ ...operation, tags: [tag], security: [] });

export function pathParameter(name: string): Json {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

export function statusSchema(): Json {
  return { type: 'object', required: ['status'], properties: { status: { type: 'string' } } };
}
