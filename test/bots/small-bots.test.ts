import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { ask } from './ask.ts';

/** Bots of one to three documents of one to three sentences: how rare a word is says nothing there. */
const bots: Readonly<
  Record<string, { readonly languages: string; readonly documents: Readonly<Record<string, string>> }>
> = {
  bakery: { languages: '{ default: de }', documents: { 'zeiten.md': 'Wir öffnen um 7 Uhr.' } },
  refunds: { languages: '{ default: en }', documents: { 'refunds.md': 'Contact Maria Lopez for refunds.' } },
  garage: {
    languages: '{ default: de, supported: [de, en], detect: true }',
    documents: {
      'parking.md': 'Parking costs four euros per hour. Monthly tickets are sold at the gate.',
      'opening.md': 'We open at 6 am and close at 11 pm.',
      'refunds.md': 'Contact Maria Lopez for refunds.',
    },
  },
};

let deployment: Deployment;

beforeAll(async () => {
  const files = Object.entries(bots).flatMap(([tenant, { languages, documents }]) => [
    [
      `${tenant}/bot.yaml`,
      `polyphon: 1\nname: Small\nlanguages: ${languages}\nknowledge:\n  docs: { use: files, with: { path: "docs/*.md" } }\nchannels: { web: { use: web-chat } }\n`,
    ],
    ...Object.entries(documents).map(([name, text]) => [`${tenant}/docs/${name}`, `${text}\n`]),
  ]);
  deployment = await deploy({ files: Object.fromEntries(files) });
}, 60_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
});

describe('a bot of a few sentences', () => {
  it.each([
    ['bakery', 'Wann öffnen Sie?', '7 Uhr'],
    ['bakery', 'Wann habt ihr geöffnet?', '7 Uhr'],
    ['bakery', 'Wie sind die Öffnungszeiten?', '7 Uhr'],
    ['bakery', 'Wann macht ihr auf?', '7 Uhr'],
    ['bakery', 'Verkaufen Sie Fahrräder?', 'unknown'],
    ['bakery', 'Wer ist der Bundeskanzler?', 'unknown'],
    ['refunds', 'Who do I contact for refunds?', 'Maria Lopez'],
    ['refunds', 'How do I get my money back?', 'Maria Lopez'],
    ['refunds', 'What is the capital of France?', 'unknown'],
    ['garage', 'How much is parking per hour?', 'four euros'],
    ['garage', 'What does parking cost?', 'four euros'],
    ['garage', 'When do you close?', '11 pm'],
    ['garage', 'Who do I contact for refunds?', 'Maria Lopez'],
    ['garage', 'Do you sell bicycles?', 'unknown'],
  ])('%s: %s -> %s', async (tenant, question, answer) => {
    const said = await ask(deployment, tenant, question);
    expect(said).toContain(answer);
    // These documents are in the language that is spoken, and nobody may say otherwise.
    expect(said).not.toMatch(/original|not in English|nicht auf Deutsch/i);
  });

  it('knows the languages of its documents, short as they are', async () => {
    const signal = new AbortController().signal;
    const found = await deployment.application.kernel.search(
      'garage',
      { text: 'parking refunds open', below: 'keep' },
      signal,
    );
    expect(new Set(found.map(({ language }) => language))).toEqual(new Set(['en']));
  });
});
