import { bend, toBytes } from './bend-json.ts';
import type { BuiltBots } from './built-bots.ts';
import type { Chance } from './chance.ts';
import type { FuzzChannel, FuzzRequest } from './fuzz-channel.ts';
import { type Json, oddText } from './odd-values.ts';

interface Session {
  readonly session: string;
  readonly token: string;
}

const sessions: Record<'acme' | 'other', Session[]> = { acme: [], other: [] };
const sessionsOfEach = 40;
const file = {
  kind: 'image',
  mediaType: 'image/png',
  url: 'https://shop.example/lamp.png',
  name: 'lamp.png',
  bytes: 1000,
};

const messages: readonly Json[] = [
  { id: 'c-1', text: 'What does the blue lamp cost?' },
  { id: 'c-2', text: 'Was kostet die rote Lampe?', attachments: [file] },
  { id: 'c-3', action: { id: 'yes', label: 'Yes' } },
  { id: 'c-4', attachments: [file, file] },
];
const openings: readonly Json[] = [
  {},
  {
    locale: 'de',
    contact: { name: 'Ada', email: 'ada@example.org', phone: '+49301234' },
    metadata: { page: '/lamps' },
  },
];
const claims: readonly Json[] = [
  { channel: 'web', address: '+491701234567' },
  { channel: 'nowhere', address: 'x' },
];
const donors = [...messages, ...openings, ...claims];
const queries = [
  '',
  '?after=',
  '?after=1',
  '?after=-1',
  '?limit=1',
  '?limit=0',
  '?limit=1e9',
  '?limit=NaN',
  '?after=%00',
  '?after=%ff',
  '?limit=5&limit=6',
  `?after=${'a'.repeat(129)}`,
];

function ask(
  method: FuzzRequest['method'],
  path: string,
  token: string | undefined,
  body: Buffer = Buffer.alloc(0),
): FuzzRequest {
  return {
    method,
    path: `/v1/acme/web/${path}`,
    headers: {
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(token === undefined ? {} : { authorization: token }),
    },
    body,
  };
}

function bodyOf(kinds: readonly Json[], chance: Chance): Buffer {
  const kind = structuredClone(chance.one(kinds)) as { [name: string]: Json };
  if (kind['id'] !== undefined) kind['id'] = `c-${chance.below(1e9)}`;
  if (kind['text'] !== undefined && chance.happens(0.5)) kind['text'] = oddText(chance);
  return toBytes(chance.happens(0.4) ? bend(kind, donors, chance) : kind, chance);
}

export const webChat: FuzzChannel = {
  name: 'web-chat',
  statuses: [200, 201, 202, 400, 409, 413, 422, 429],
  blameless: [],
  tenant: () => ({
    channels: '  web:\n    use: web-chat\n    with: { sessionsPerMinute: 1000000, attachments: { max: 8MB } }',
    secrets: { unused: 'secret-that-nobody-asks-for' },
  }),
  prepare: async (server: BuiltBots) => {
    for (const tenantId of ['acme', 'other'] as const) {
      sessions[tenantId].length = 0;
      for (let index = 0; index < sessionsOfEach; index += 1) {
        const response = await fetch(`${server.origin}/v1/${tenantId}/web/sessions`, { method: 'POST' });
        if (!response.ok) throw new Error(`a session could not be opened: ${response.status}`);
        sessions[tenantId].push((await response.json()) as Session);
      }
    }
  },
  request: (chance) => {
    const { session, token } = chance.one(sessions.acme);
    const bearer = `Bearer ${token}`;
    const at = `sessions/${session}`;
    if (chance.happens(0.7)) return ask('POST', `${at}/messages`, bearer, bodyOf(messages, chance));
    return chance.one([
      () => ask('POST', 'sessions', undefined, bodyOf(openings, chance)),
      () => ask('POST', `${at}/switch`, bearer, bodyOf(claims, chance)),
      () =>
        ask(
          'POST',
          `${at}/${chance.one(['pause', 'resume', 'resume', 'resume', 'resume'])}`,
          bearer,
          bodyOf(openings, chance),
        ),
      () => ask('GET', at, bearer),
      () => ask('GET', `${at}/messages${chance.one(queries)}`, bearer),
    ])();
  },
  ways: 10,
  forged: (chance, way) => {
    const { session, token } = chance.one(sessions.acme);
    const other = chance.one(sessions.other);
    const next = sessions.acme.find((candidate) => candidate.session !== session) ?? other;
    const path = `sessions/${session}/messages`;
    const body = Buffer.from(JSON.stringify({ id: `f-${chance.below(1e9)}`, text: 'What does the blue lamp cost?' }));
    const authorization = [
      undefined,
      '',
      'Bearer ',
      `Bearer ${token.slice(0, chance.below(token.length))}`,
      `Bearer ${token}x`,
      `Bearer ${token.toLowerCase()}x`,
      `Basic ${token}`,
      `Bearer ${other.token}`,
      `Bearer ${next.token}`,
    ][way];
    if (way === 9) return ask('POST', `sessions/${other.session}/messages`, `Bearer ${other.token}`, body);
    return ask('POST', path, authorization, body);
  },
};
