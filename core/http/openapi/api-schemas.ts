import { type TSchema, Type } from 'typebox';
import { chatSchemas } from './chat-schemas.ts';
import { messengerSchemas } from './messenger-schemas.ts';
import { operatorSchemas } from './operator-schemas.ts';

const problem = Type.Object(
  {
    type: Type.String(),
    status: Type.Integer(),
    code: Type.String({ pattern: '^[A-Z]{3}\\d{4}$', description: 'Stable; listed in core/ERRORS.md.' }),
    title: Type.String(),
    detail: Type.String(),
    instance: Type.String({ description: 'Names this occurrence, as in the log of the deployment.' }),
  },
  { description: 'RFC 9457.' },
);

/** Schemas of what the HTTP interface takes and gives; `/openapi.json` is made from them. Keys are component names. */
export const apiSchemas = {
  Problem: problem,
  ...chatSchemas,
  ...operatorSchemas,
  ...messengerSchemas,
} as const satisfies Readonly<Record<string, TSchema>>;
export type ApiSchemaName = keyof typeof apiSchemas;
