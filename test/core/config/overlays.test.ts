import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

describe('templates and overlays', () => {
  const template =
    'polyphon: 1\nlock: [llm.budget]\nllm: { budget: { perDay: 5 EUR } }\nlabels: { a: one, b: two }\nguardrails: { refuse: [x, y] }\nprompts: { greeting: texts/hello.md }\n';

  it('merge maps deep, replace lists and delete with null', async () => {
    using bots = makeBots({
      '_templates/base.yaml': template,
      '_templates/texts/hello.md': 'Hello from the template.',
      'x/bot.yaml':
        'polyphon: 1\nextends: _templates/base\nlabels: { a: null, c: three }\nguardrails: { refuse: [z] }\n',
    });
    const { bot, diagnostics, origin } = await bots.load('x');
    expect(diagnostics.map(({ code }) => code)).toEqual([]);
    expect(bot?.labels).toEqual({ b: 'two', c: 'three' });
    expect(bot?.guardrails.refuse).toEqual(['z']);
    expect(bot?.llm.budget).toEqual({ perDay: { amount: 5, currency: 'EUR' }, onExceeded: 'handoff' });
    expect(bot?.prompts.greeting).toEqual({ en: 'Hello from the template.' });
    expect(origin(['labels', 'b'])).toMatchObject({
      file: join(bots.path, '_templates/base.yaml'),
      line: 4,
      column: 22,
    });
    expect(origin(['labels', 'c'])).toMatchObject({ file: join(bots.path, 'x/bot.yaml'), line: 3, column: 23 });
    expect(origin(['session', 'idleClose'])).toBeUndefined();
  });

  it('later ones win, the environment’s overlay over the bot, the local one over all', async () => {
    using bots = makeBots({
      '_templates/a.yaml': 'session: { history: 1, idleClose: 1m, coalesce: 1s }\nlabels: { from: a }\n',
      '_templates/b.yaml': 'extends: [_templates/a]\nsession: { history: 2 }\n',
      '_templates/c.yaml': 'labels: { from: c }\n',
      'x/bot.yaml': 'polyphon: 1\nextends: [_templates/b, _templates/c.yaml]\nsession: { idleClose: 3m }\n',
      'x/bot.staging.yaml': 'session: { idleClose: 4m, coalesce: 4s }\n',
      'x/bot.local.yaml': 'session: { coalesce: 5s }\n',
    });
    const { bot, diagnostics, files } = await bots.load('x', { environmentName: 'staging' });
    expect(diagnostics).toEqual([]);
    expect(bot?.session).toMatchObject({ history: 2, idleCloseMs: 240_000, coalesceMs: 5000 });
    expect(bot?.labels).toEqual({ from: 'c' });
    expect(files.map((file) => file.slice(bots.path.length + 1)).sort()).toEqual([
      '_templates/a.yaml',
      '_templates/b.yaml',
      '_templates/c.yaml',
      'x/bot.local.yaml',
      'x/bot.staging.yaml',
      'x/bot.yaml',
    ]);
    expect((await bots.load('x')).bot?.session.idleCloseMs).toBe(180_000);
  });

  it.each([
    [
      'a bot',
      { 'x/bot.yaml': 'polyphon: 1\nextends: [_templates/base]\nllm: { budget: { perDay: 9 EUR } }\n' },
      'x/bot.yaml',
      '3:18',
    ],
    [
      'a deeper key of a bot',
      { 'x/bot.yaml': 'polyphon: 1\nextends: [_templates/base]\nllm:\n  budget:\n    perConversation: 9 EUR\n' },
      'x/bot.yaml',
      '5:5',
    ],
    [
      'an overlay',
      { 'x/bot.yaml': 'polyphon: 1\nextends: [_templates/base]\n', 'x/bot.local.yaml': 'llm: { budget: null }\n' },
      'x/bot.local.yaml',
      '1:8',
    ],
    [
      'another template',
      {
        'x/bot.yaml': 'polyphon: 1\nextends: [_templates/base, _templates/b]\n',
        '_templates/b.yaml': 'llm: { budget: { perDay: 6 EUR } }\n',
      },
      '_templates/b.yaml',
      '1:18',
    ],
  ])('a locked path is not changed by %s, and both places are named', async (_who, files, file, place) => {
    using bots = makeBots({
      '_templates/base.yaml': template,
      '_templates/texts/hello.md': 'x',
      ...(files as Record<string, string>),
    });
    const { bot, diagnostics } = await bots.load('x');
    expect(bot).toBeUndefined();
    expect(diagnostics.map(placeOf)).toEqual([`BOT1017 ${place}`]);
    expect(diagnostics[0]?.file).toBe(join(bots.path, file));
    expect(diagnostics[0]?.detail).toContain(`${join(bots.path, '_templates/base.yaml')}:2:8`);
  });

  it('a locked path may be repeated as it is', async () => {
    using bots = makeBots({
      '_templates/base.yaml': template,
      '_templates/texts/hello.md': 'x',
      'x/bot.yaml': 'polyphon: 1\nextends: [_templates/base]\nllm: { budget: { perDay: 5 EUR }, use: offline }\n',
    });
    expect((await bots.load('x')).diagnostics.map(({ code }) => code)).toEqual([]);
  });

  it('in a circle are refused with the way round', async () => {
    using bots = makeBots({
      '_t/a.yaml': 'extends: [_t/b]\n',
      '_t/b.yaml': 'extends: [_t/a]\n',
      'x/bot.yaml': 'polyphon: 1\nextends: [_t/a]\n',
    });
    const { diagnostics } = await bots.load('x');
    expect(diagnostics.map(placeOf)).toEqual(['BOT1016 1:11']);
    expect(diagnostics[0]?.detail).toContain('_t/a -> _t/b -> _t/a');
  });

  it('report their own mistakes in their own file', async () => {
    using bots = makeBots({ '_t/a.yaml': 'sesion: {}\n', 'x/bot.yaml': 'polyphon: 1\nextends: [_t/a]\n' });
    const { diagnostics } = await bots.load('x');
    expect(diagnostics.map(placeOf)).toEqual(['BOT1004 1:1']);
    expect(diagnostics[0]?.file).toBe(join(bots.path, '_t/a.yaml'));
  });
});
