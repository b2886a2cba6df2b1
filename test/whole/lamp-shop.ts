import { expect } from 'vitest';

/** A bot with a web chat and one file, and another bot beside it. */
export const files = {
  'shop/bot.yaml': `polyphon: 1
name: Lamp shop
languages: { default: en, supported: [en] }
prompts:
  greeting: { en: "Hello, this is the lamp shop's AI assistant." }
  unknown: { en: "I do not know that." }
knowledge:
  facts: { use: files, with: { path: "knowledge/*.md" } }
channels:
  web: { use: web-chat, with: { origins: ["https://shop.example"], sessionsPerMinute: 100000, theme: { accent: "#0f766e" } } }
limits: { perContact: 100000/min, perTenant: 1000000/min, maxTurns: 100000 }
escalation: []
guardrails: { disclosure: never }
`,
  'shop/knowledge/lamps.md':
    '# Prices\n\nThe blue lamp costs 40 euros. The red lamp costs 55 euros.\n\n# Delivery\n\nThe delivery of a lamp takes three working days.\n',
  'other/bot.yaml':
    'polyphon: 1\nname: Other\nlanguages: { default: en, supported: [en] }\nchannels: { web: { use: web-chat } }\n',
};

export const text = (value: string, id: string = crypto.randomUUID()) => JSON.stringify({ id, text: value });

export async function problem(response: Response, status: number, code: string): Promise<void> {
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({ status, code });
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(body['title']).toEqual(expect.any(String));
  expect(body['detail']).toEqual(expect.any(String));
}
