import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPlugins } from '../../../core/kernel/find-plugins.ts';
import { defaultSettings, makeBots, placeOf } from './bots-folder.ts';

const fiveLines =
  'polyphon: 1\nname: Bakery\nknowledge:\n  docs: { use: files, with: { path: knowledge/* } }\nchannels: { web: { use: web-chat } }\n';

describe('a definition', () => {
  it('of five lines is a bot', async () => {
    using bots = makeBots({ 'bakery/bot.yaml': fiveLines });
    const { bot, diagnostics } = await bots.load('bakery');
    expect(diagnostics).toEqual([]);
    expect(bot).toMatchObject({
      tenantId: 'bakery',
      name: { en: 'Bakery' },
      languages: { default: 'en', supported: ['en'], detect: true },
      llm: { use: 'offline', with: {}, fallback: [], deadline: { firstTokenMs: 8000, totalMs: 60_000 } },
      retrieval: { use: 'hnsw', with: { topK: 5 }, embedding: { use: 'hashed' }, cite: true, onMiss: 'say-unknown' },
      session: { idleCloseMs: 1_800_000, coalesceMs: 800, overlap: 'queue', history: 40 },
      limits: { perContact: { count: 20, perMs: 60_000 }, perTenant: { count: 600, perMs: 60_000 } },
      escalation: [
        { when: { kind: 'asks-human' }, do: 'handoff' },
        { when: { kind: 'misses', count: 2 }, do: 'handoff' },
      ],
      guardrails: { disclosure: 'first-reply', pii: { redactLogs: ['phone', 'email'] } },
      tests: ['tests/*.yaml'],
    });
    expect(bot?.prompts.greeting['en']).toContain('{{ bot.name }}');
    expect(bot?.revision).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['de', 'en', 'fr', 'es', 'ru', 'he'])('in %s has texts of its own in that language', async (language) => {
    using bots = makeBots({ 'x/bot.yaml': `polyphon: 1\nlanguages: { default: ${language} }\n` });
    const { bot, diagnostics } = await bots.load('x');
    expect(diagnostics).toEqual([]);
    for (const prompt of ['system', 'greeting', 'unknown', 'failure'])
      expect(bot?.prompts[prompt]?.[language]).toBeTruthy();
  });

  it('in a language without built-in texts speaks English and is told so', async () => {
    using bots = makeBots({ 'x/bot.yaml': 'polyphon: 1\nlanguages: { default: it }\n' });
    const { bot, diagnostics } = await bots.load('x');
    expect(bot?.prompts.unknown['it']).toContain('I do not know');
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(Array(3).fill('warning BOT1031'));
  });

  it('that is the complete example has no error but plugins that are not installed', async () => {
    using bots = makeBots({}, 'praxis');
    const catalogue = await findPlugins({ packages: [], projectDirectory: process.cwd() });
    const { diagnostics } = await bots.load('praxis', { catalogue });
    const others = diagnostics.filter(({ code }) => code !== 'BOT1027');
    expect(others).toEqual([]);
    for (const { summary } of diagnostics) {
      const [, kind = '', name = ''] = /^no (\S+) plugin is named "(.+)"$/.exec(summary) ?? [];
      const names = { channel: 'channel', model: 'model', tool: 'tool', source: 'source' } as const;
      if (kind in names) expect(catalogue.names(kind as 'channel')).not.toContain(name);
    }
  });

  it('is frozen, and its revision changes with what it says, its texts and its secrets', async () => {
    using bots = makeBots({}, 'praxis');
    const first = await bots.load('praxis');
    expect(Object.isFrozen(first.bot?.llm.with)).toBe(true);
    expect((await bots.load('praxis')).bot?.revision).toBe(first.bot?.revision);
    bots.write({ 'praxis/prompts/phone.md': 'Anders.' });
    const second = await bots.load('praxis');
    expect(second.bot?.revision).not.toBe(first.bot?.revision);
    bots.write({
      'praxis/.secrets.yaml': readFileSync(join(bots.path, 'praxis/.secrets.yaml'), 'utf8').replace(
        'value-of-crm_token',
        'other',
      ),
    });
    expect((await bots.load('praxis')).bot?.revision).not.toBe(second.bot?.revision);
  });

  it('keeps notes under x- wherever they stand', async () => {
    using bots = makeBots({
      'x/bot.yaml':
        'polyphon: 1\nx-note: 1\nsession: { x-why: [a] }\nname: { en: X, x-todo: y }\nchannels: { x-old: {}, web: { use: web-chat, x-a: 1, with: { x-b: 2, theme: { x-c: 3 } } } }\n',
    });
    const { bot, diagnostics } = await bots.load('x');
    expect(diagnostics).toEqual([]);
    expect(Object.keys(bot?.channels ?? {})).toEqual(['web']);
    expect(bot?.name).toEqual({ en: 'X' });
  });

  it('turns hours into minutes, over the week’s end and past midnight', async () => {
    using bots = makeBots({
      'x/bot.yaml':
        'polyphon: 1\nhours: { weekly: { sat-mon: ["22:00-02:00"], wed: ["08:00-12:00", "12:00-13:00"] }, exceptions: [{ from: 2026-12-24, to: 2026-12-26, open: ["10:00-12:00"] }] }\n',
    });
    const { bot } = await bots.load('x');
    expect(bot?.hours?.weekly).toEqual({
      0: [
        [0, 120],
        [1320, 1440],
      ],
      1: [
        [0, 120],
        [1320, 1440],
      ],
      2: [[0, 120]],
      3: [[480, 780]],
      6: [[1320, 1440]],
    });
    expect(bot?.hours?.exceptions).toEqual([{ from: '2026-12-24', to: '2026-12-26', open: [[600, 720]] }]);
    expect(bot?.hours?.whenClosed).toEqual({ bot: 'on' });
  });
});

describe('texts', () => {
  it('come from a file and its translations', async () => {
    using bots = makeBots({}, 'praxis');
    const { bot } = await bots.load('praxis');
    expect(bot?.prompts.system['de']).toContain('Zahnarztpraxis');
    expect(bot?.prompts.system['en']).toContain('dental practice');
    expect(bot?.channels['phone']?.override.prompts?.['system']?.['de']).toContain('Telefon');
    expect(bot?.escalation[2]?.say?.['de']).toContain('116 117');
  });

  it('need no file without a language when each language has one', async () => {
    using bots = makeBots({
      'x/bot.yaml':
        'polyphon: 1\nlanguages: { default: de, supported: [de, en] }\nprompts: { system: prompts/s.md, greeting: { de: prompts/g.md, en: Hi } }\n',
      'x/prompts/s.de.md': 'Deutsch',
      'x/prompts/s.en.md': 'English',
      'x/prompts/g.md': 'Hallo',
    });
    const { bot, diagnostics } = await bots.load('x');
    expect(diagnostics).toEqual([]);
    expect(bot?.prompts.system).toEqual({ de: 'Deutsch', en: 'English' });
    expect(bot?.prompts.greeting).toEqual({ de: 'Hallo', en: 'Hi' });
  });

  it('with a malformed template are reported in the file that holds it', async () => {
    using bots = makeBots({
      'x/bot.yaml': 'polyphon: 1\nprompts: { system: prompts/s.md }\n',
      'x/prompts/s.md': 'one\ntwo {{ open\n',
    });
    const { diagnostics } = await bots.load('x');
    expect(diagnostics.map(placeOf)).toEqual(['BOT1030 2:5']);
    expect(diagnostics[0]?.file).toBe(join(bots.path, 'x/prompts/s.md'));
  });

  it('that a reference brings in are never taken for file names', async () => {
    using bots = makeBots({ 'x/bot.yaml': 'polyphon: 1\nprompts: { greeting: "${env:G}" }\n' });
    const { bot } = await bots.load('x', {
      env: { G: 'prompts/x.md' },
      settings: { ...defaultSettings, env: { x: ['G'] } },
    });
    expect(bot?.prompts.greeting).toEqual({ en: 'prompts/x.md' });
  });
});

describe('references', () => {
  const definition =
    'polyphon: 1\nvars: { a: "${env:A}", b: "${env:B:-fallback}", c: "$${env:A}", d: "${file:notes/d.txt}!" }\n';

  it('are replaced by text that cannot become structure', async () => {
    using bots = makeBots({ 'x/bot.yaml': definition, 'x/notes/d.txt': 'from a file\n' });
    const env = { A: '{ injected: true }\nb: 2', B: 'not allowed' };
    const { bot, diagnostics } = await bots.load('x', { env, settings: { ...defaultSettings, env: { x: ['A'] } } });
    expect(diagnostics).toEqual([]);
    expect(bot?.vars).toEqual({ a: env.A, b: 'fallback', c: '${env:A}', d: 'from a file!' });
  });

  it('become numbers where the schema asks for one', async () => {
    using bots = makeBots({
      'x/bot.yaml':
        'polyphon: 1\nsession: { history: "${env:N}" }\nretrieval: { with: { topK: "${env:N}", hybrid: "${env:Y}" } }\n',
    });
    const settings = { ...defaultSettings, env: { '*': ['N', 'Y'] } };
    const { bot, diagnostics } = await bots.load('x', { env: { N: '7', Y: 'false' }, settings });
    expect(diagnostics).toEqual([]);
    expect(bot?.session.history).toBe(7);
    expect(bot?.retrieval.with).toMatchObject({ topK: 7, hybrid: false });
  });

  it('to the environment are for the tenants the deployment names', async () => {
    using bots = makeBots({ 'x/bot.yaml': definition, 'y/bot.yaml': definition, 'y/notes/d.txt': 'd' });
    const { diagnostics } = await bots.load('y', {
      env: { A: 'CANARY' },
      settings: { ...defaultSettings, env: { x: ['A'] } },
    });
    expect(diagnostics.map(placeOf)).toEqual(['BOT1021 2:13']);
    expect(JSON.stringify(diagnostics)).not.toContain('CANARY');
  });
});

describe('the folder of bots', () => {
  it('lists folders that are tenants, and reports one whose name cannot be', async () => {
    using bots = makeBots({
      'b/bot.yaml': fiveLines,
      'a/bot.yaml': fiveLines,
      '_t/x.yaml': '',
      'README.md': '',
      'Big_Name/bot.yaml': fiveLines,
      'empty/notes.txt': '',
    });
    const loaded = await Promise.all(['Big_Name', 'a', 'b', 'empty'].map((id) => bots.load(id)));
    expect(loaded.map(({ diagnostics }) => diagnostics.map(({ code }) => code))).toEqual([
      ['BOT1019'],
      [],
      [],
      ['BOT1018'],
    ]);
  });

  it('does not follow a bot.yaml that is a link out of its folder', async () => {
    using bots = makeBots({ 'x/notes.txt': '', 'y/bot.yaml': fiveLines });
    symlinkSync(join(bots.path, 'y/bot.yaml'), join(bots.path, 'x/bot.yaml'));
    expect((await bots.load('x')).diagnostics.map(({ code }) => code)).toEqual(['BOT1025']);
  });
});
