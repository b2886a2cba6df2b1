import { apiSchemas } from './api-schemas.ts';
import { chatPaths } from './chat-paths.ts';
import { type Json, schemaOf } from './operation.ts';
import { operatorPaths } from './operator-paths.ts';
import { processPaths } from './process-paths.ts';
import { webhookPaths, webhookSecurity } from './webhook-paths.ts';

/** OpenAPI 3.1 of everything the process serves itself, from the schemas it is checked with. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Polyphon',
      version: '1',
      description:
        'Every error is `application/problem+json` with a stable `code`. `channel` is the key in `channels:` of a bot.',
    },
    servers: [{ url: '/' }],
    paths: named({ ...processPaths, ...chatPaths, ...webhookPaths, ...operatorPaths }),
    components: {
      schemas: apiSchemas,
      responses: {
        Problem: {
          description: 'What is wrong, and what to do.',
          content: { 'application/problem+json': { schema: schemaOf('Problem') } },
        },
      },
      securitySchemes: {
        operatorToken: { type: 'http', scheme: 'bearer', description: 'POLYPHON_ADMIN_TOKEN or one of admin.tokens.' },
        sessionToken: { type: 'http', scheme: 'bearer', description: 'From the opening of the session.' },
        ...webhookSecurity,
      },
    },
  };
}

/** Each operation under a name that generators of clients make a function of, as in `getConversationsMessages`. */
function named(paths: Json): Json {
  const withNames = Object.entries(paths).map(([path, item]) => {
    const operations = Object.entries(item as Json).map(([method, operation]) =>
      method === 'parameters'
        ? [method, operation]
        : [method, { operationId: nameOf(method, path), ...(operation as Json) }],
    );
    return [path, Object.fromEntries(operations)];
  });
  return Object.fromEntries(withNames) as Json;
}

function nameOf(method: string, path: string): string {
  const parts = path
    .replace(/^\/v1\/\{tenant\}/, '')
    .split('/')
    .filter(Boolean);
  const words = parts.flatMap((part, at) => {
    const parameter = /^\{(\w+)\}$/.exec(part)?.[1];
    if (parameter === undefined) return part.split(/[^a-z]+/);
    if (parameter === 'channel') return ['channel'];
    return at === parts.length - 1 ? ['by', parameter] : [];
  });
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
