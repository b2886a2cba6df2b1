import { describe, expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

async function diagnosed(text: string) {
  using bots = makeBots({ 'x/bot.yaml': `polyphon: 1\nname: X\n${text}`, 'x/.secrets.yaml': 'a: "b"\n' });
  const { diagnostics } = await bots.load('x');
  return diagnostics.map((one) => ({ said: `${one.severity} ${placeOf(one)}`, ...one }));
}

describe('a word that nothing answers to', () => {
  it('is refused among the events of a webhook', async () => {
    const events = (type: string) =>
      `events: [{ url: "https://a.example", secret: "\${secret:a}", types: [${type}] }]\n`;
    expect(await diagnosed(events('turn.started'))).toEqual([]);
    expect(await diagnosed(events('turn.start'))).toMatchObject([
      { said: 'error BOT1007 3:69', suggestion: 'turn.started' },
    ]);
  });

  it('is refused among what is kept out of logs', async () => {
    expect(await diagnosed('guardrails: { pii: { redactLogs: [phone, emial] } }\n')).toMatchObject([
      { said: 'error BOT1007 3:42', suggestion: 'email' },
    ]);
  });
});

describe('nothing at all', () => {
  it.each([
    ['limits: { perContact: 0/min }', '3:23'],
    ['limits: { perTenant: 00/s }', '3:22'],
    ['llm: { deadline: { firstToken: 0s } }', '3:32'],
    ['session: { idleClose: 0m }', '3:23'],
  ])('is refused where it would stop the bot: %s', async (line, place) => {
    expect(await diagnosed(`${line}\n`)).toMatchObject([
      { said: `error BOT1008 ${place}`, summary: expect.stringMatching(/ of nothing would stop the bot$/) },
    ]);
  });

  it('is taken where it means at once', async () => {
    expect(await diagnosed('session: { coalesce: 0ms }\n')).toEqual([]);
  });
});

describe('the remedy for a wrong form', () => {
  it.each([
    ['events: [{ url: "here", secret: "${secret:a}" }]', 'write it as in https://crm.example/hooks/bot'],
    // A name and a password in an address are never sent: each event would have been tried in vain for 17 hours.
    [
      'events: [{ url: "https://u:p@a.example/", secret: "${secret:a}" }]',
      'write it as in https://crm.example/hooks/bot',
    ],
    ['languages: { supported: [en, English] }', 'write it as in de'],
    ['handoff: { inbox: desk, notify: ["desk"] }', 'write it as in mailto:desk@example.org'],
    ['channels: { web: { use: web-chat, with: { theme: { accent: red } } } }', 'write it in the form ^#[0-9a-f]{6}$'],
  ])('says how it is written: %s', async (line, detail) => {
    expect(await diagnosed(`${line}\n`)).toMatchObject([{ code: 'BOT1008', detail }]);
  });

  it('speaks of an amount of money', async () => {
    expect(await diagnosed('llm: { budget: { perDay: 15 } }\n')).toMatchObject([
      { code: 'BOT1009', summary: 'an amount of money needs a unit' },
    ]);
  });
});

describe('a value of another type', () => {
  it.each([
    ['labels: { a: { b: c } }', 'write one text, in quotes where it holds ": " or " #"'],
    ['escalation: [{ when: { misses: 2.5 } }]', 'write a whole number, as in 3'],
    ['retrieval: { cite: [true] }', 'write true or false'],
    ['channels: { web: { use: web-chat, with: { theme: { scheme: [dark] } } } }', 'write auto or light or dark'],
  ])('is told how it is written: %s', async (line, detail) => {
    expect(await diagnosed(`${line}\n`)).toMatchObject([{ detail }]);
  });
});
