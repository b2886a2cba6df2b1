/** A whole channel for a messenger that speaks signed JSON, a fake of that messenger, and the suite that every channel passes. */
export const channelParts = {
  plugin: `import { createHmac, timingSafeEqual } from 'node:crypto';
import { isUnsent } from 'polyphon/plugin';

const schema = {
  type: 'object',
  properties: {
    baseUrl: { type: 'string', pattern: '^https?://', description: 'Where messages are sent, as in https://api.example' },
    token: { type: 'string', minLength: 8, secret: true, description: 'Sent as Authorization' },
    signingKey: { type: 'string', minLength: 8, secret: true, description: 'Signs what the platform sends' },
  },
  required: ['baseUrl', 'token', 'signingKey'],
  additionalProperties: false,
};

/** @typedef {{ baseUrl: string, token: string, signingKey: string }} Config */

/** @satisfies {import('polyphon/plugin').Plugin<'channel'>} */
export const plugin = {
  contract: 1,
  kind: 'channel',
  name: '__NAME__',
  schema,
  open: async ({ config, http, clock }) => {
    const { baseUrl, token, signingKey } = /** @type {Config} */ (config);
    return {
      // What the platform can carry: core splits, degrades and falls back by it.
      capabilities: { text: { maxLength: 1000, format: 'plain' }, media: [], buttons: 0, streaming: 'none' },
      routes: [
        {
          method: 'POST',
          path: 'webhook',
          handle: async (request, { body }) => {
            // Before anything is read: whoever cannot sign is nobody.
            if (!isSigned(body, request.headers.get('x-signature') ?? '', signingKey)) {
              return { kind: 'rejected', reason: 'bad-signature' };
            }
            const messages = messagesIn(body);
            if (messages === undefined) return { kind: 'ignored', response: new Response() };
            return { kind: 'accepted', messages, respond: () => new Response() };
          },
        },
      ],
      // One attempt; core tries again where retryAfterMs says that it may.
      send: async (message, signal) => {
        let response;
        try {
          response = await http.fetch(new URL('/send', baseUrl).href, {
            method: 'POST',
            headers: { authorization: 'Bearer ' + token, 'content-type': 'application/json' },
            body: JSON.stringify({ to: message.conversation, text: message.text }),
            signal,
          });
        } catch (error) {
          // Nobody listened there: nothing was sent, and it may go again.
          if (isUnsent(error)) return { status: 'rejected', reason: 'unreachable', retryAfterMs: 1000 };
          // It may have arrived: only the platform knows.
          return { status: 'uncertain' };
        }
        // A gateway that waited in vain had passed the message on.
        if (response.status === 504) return { status: 'uncertain' };
        if (response.ok) return { status: 'delivered', providerMessageId: (await response.json()).id };
        await response.body?.cancel();
        const again = response.status === 429 || response.status >= 500;
        const reason = 'status ' + response.status;
        return { status: 'rejected', reason, ...(again ? { retryAfterMs: waitOf(response, clock.now()) } : {}) };
      },
    };
  },
};

/** @param {string} key @param {string | Uint8Array} body */
export function sign(key, body) {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** @param {Uint8Array} body @param {string} told @param {string} key */
function isSigned(body, told, key) {
  const right = Buffer.from(sign(key, body));
  const given = Buffer.from(told);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** \`retry-after\` is seconds or a date. @param {Response} response @param {number} nowMs */
function waitOf(response, nowMs) {
  const told = response.headers.get('retry-after') ?? '1';
  const waitMs = /^\\d+$/.test(told) ? Number(told) * 1000 : Date.parse(told) - nowMs;
  return waitMs >= 0 ? waitMs : 1000;
}

/** Undefined for what is no message: reactions, receipts, kinds that come next year. @param {Uint8Array} body */
function messagesIn(body) {
  /** @type {unknown} */
  let messages;
  try {
    ({ messages } = JSON.parse(Buffer.from(body).toString()));
  } catch {
    return undefined;
  }
  if (!Array.isArray(messages)) return undefined;
  return messages.filter((message) => isWords(message?.id) && isWords(message.from)).map(messageOf);
}

/**
 * @param {{ id: string, from: string, kind?: unknown, text?: unknown }} message
 * @returns {import('polyphon/plugin').InboundMessage}
 */
function messageOf({ id, from, kind, text }) {
  const sender = { id, conversation: from, contact: { id: from } };
  if (isWords(text)) return { ...sender, text };
  // Somebody sent what this channel cannot read: reported, so that they are told. Without it they would be greeted as a newcomer.
  const name = typeof kind === 'string' && /^[a-z][a-z_ -]{0,39}$/.test(kind) ? kind : 'message';
  return { ...sender, attachments: [{ id, kind: 'unsupported', mediaType: 'application/octet-stream', name }] };
}

/** @param {unknown} value @returns {value is string} */
function isWords(value) {
  return typeof value === 'string' && value !== '';
}
`,
  platform: `import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { sign } from './plugin.js';

/**
 * A fake of the platform: what the suite talks to. Make it as strict as the real one.
 *
 * @typedef {import('polyphon/testing').ChannelPlatform & { baseUrl: string, token: string, signingKey: string }} Platform
 * @returns {Promise<Platform>}
 */
export async function startFakePlatform() {
  const token = 'token-' + randomUUID();
  const signingKey = 'key-' + randomUUID();
  /** @type {import('polyphon/testing').SuiteSent[]} */
  const sent = [];
  /** @type {import('polyphon/testing').SuiteFault[]} */
  const faults = [];
  let attempts = 0;
  const server = createServer(async (request, response) => {
    const body = await readText(request);
    if (request.headers.authorization !== 'Bearer ' + token) return response.writeHead(401).end();
    attempts += 1;
    const fault = faults.shift();
    // Seconds or a date, as every platform may: here a date.
    const later = new Date(Date.now() + 2000).toUTCString();
    if (fault === 'busy') return response.writeHead(429, { 'retry-after': later }).end();
    if (fault === 'failing') return response.writeHead(500).end();
    const { to, text } = JSON.parse(body);
    if (fault === 'refused' || text === '' || text.length > 1000) return response.writeHead(400).end();
    sent.push({ person: Number(String(to).replace('person-', '')), text, media: 0, buttons: [] });
    if (fault === 'lost') return response.destroy();
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'm' + sent.length }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const host = '127.0.0.1:' + port;
  /** @param {string} body */
  const signed = (body) => ({ route: 'webhook', headers: { 'x-signature': sign(signingKey, body) }, body });
  return {
    baseUrl: 'http://' + host,
    hosts: [host],
    secrets: [token, signingKey],
    token,
    signingKey,
    sent,
    get attempts() {
      return attempts;
    },
    meet: (fault) => void faults.push(fault),
    // As \`later\` above: a date has no milliseconds, and may be up to a second early.
    busyForMs: 1000,
    webhook: async (messages) => [
      signed(
        JSON.stringify({
          messages: messages.map(({ number, person, text }) => ({ id: 'in-' + number, from: 'person-' + person, text })),
        }),
      ),
    ],
    forged: (request) => {
      const right = request.headers['x-signature'] ?? '';
      const half = right.length / 2;
      // Of the right length and beginning: a comparison that ends early, or goes by the length, takes it.
      const bent = right.slice(0, half) + (right[half] === 'a' ? 'b' : 'a') + right.slice(half + 1);
      return [
        { ...request, headers: {} },
        ...[right.slice(0, -2), bent, sign('another key', request.body)].map((signature) => ({
          ...request,
          headers: { ...request.headers, 'x-signature': signature },
        })),
      ];
    },
    unknown: () =>
      ['{"reaction":{"on":"in-1"}}', '{"messages":[{},null,7]}', '{"messages":7}', 'null', '{"messages":', ''].map(signed),
    unreadable: () => [signed(JSON.stringify({ messages: [{ id: 'in-9', from: 'person-1', kind: 'story' }] }))],
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
`,
  test: `import test from 'node:test';
import { channelSuite } from 'polyphon/testing';
import { startFakePlatform } from './fake-platform.js';
import { plugin } from './plugin.js';

// What every channel promises: signatures, duplicates, words, order, recipients, limits, one attempt, secrets, isolation.
const suite = channelSuite({
  plugin,
  config: ({ baseUrl, token, signingKey }) => ({ baseUrl, token, signingKey }),
  fixtures: { start: startFakePlatform },
});
for (const { name, run } of suite) test(name, run);
`,
  use: 'channels:\n  my-channel:\n    use: __NAME__\n    with: { baseUrl: "https://api.example", token: "${secret:__KEY___token}", signingKey: "${secret:__KEY___key}" }',
} as const;
