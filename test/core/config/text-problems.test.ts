import { describe, expect, it } from 'vitest';
import { makeBots, placeOf } from './bots-folder.ts';

const top = 'polyphon: 1\nname: X\n';

async function diagnosed(text: string, files: Readonly<Record<string, string>> = {}) {
  using bots = makeBots({ 'x/bot.yaml': top + text, ...files });
  const { bot, diagnostics } = await bots.load('x');
  return {
    bot,
    said: diagnostics.map((one) => `${one.severity} ${placeOf(one)}`),
    meant: diagnostics.map(({ suggestion }) => suggestion),
    files: diagnostics.map(({ file }) => file.split('/').slice(-2).join('/')),
    summaries: diagnostics.map(({ summary }) => summary),
  };
}

describe('a text that costs too much', () => {
  it.each([
    ['memory', '{% for i in (1..100000000) %}x{% endfor %}'],
    ['time', '{% for i in (1..9000) %}{% for j in (1..9000) %}x{% endfor %}{% endfor %}'],
    ['what a variable asks for', '{% for i in (1..vars.many) %}x{% endfor %}'],
  ])('is found before anybody talks to the bot: %s', async (_what, text) => {
    const { said, summaries } = await diagnosed(`vars: { many: 100000000 }\nprompts:\n  greeting: "${text}"\n`);
    expect(said).toEqual(['error BOT1030 5:13']);
    expect(summaries[0]).toMatch(/^the template costs more than a text may: .*limit exceeded$/);
  });

  it('is no text that repeats a little', async () => {
    const text = '{% for day in vars.days %}{{ day }} {% endfor %}';
    expect((await diagnosed(`vars: { days: [Mo, Di] }\nprompts: { greeting: "${text}" }\n`)).said).toEqual([]);
  });
});

describe('a name in a text', () => {
  it.each([
    ['a variable of its own', 'Call {{ «vars.fone }}.', 'vars.phone'],
    ['where variables come from', 'Call {{ «vrs.phone }}.', 'vars'],
    ['what the contact has', 'Hello {{ «contact.nam }}', 'contact.name'],
    ['opening hours', 'Open {{ «hours.next_open }}', 'hours.nextOpen'],
    ['what a loop goes over', 'All: {% for d in «var.x %}{{ d }}{% endfor %}', 'vars'],
    ['nothing near', 'All: {{ «zzz }}', undefined],
  ])('that does not exist is a warning where it stands: %s', async (_what, text, suggestion) => {
    const line = `prompts: { greeting: "${text}" }\n`;
    const { bot, said, meant } = await diagnosed(`vars: { phone: "1" }\n${line.replace('«', '')}`);
    expect(said).toEqual([`warning BOT1041 4:${line.indexOf('«') + 1}`]);
    expect(meant).toEqual([suggestion]);
    expect(bot).toBeDefined();
  });

  it.each([
    ['with a default', '{{ vars.fone | default: "1" }}'],
    ['in a condition', '{% if vars.fone %}{{ vars.fone }}{% endif %}'],
    [
      'made by the text itself',
      '{% assign fone = 1 %}{{ fone }}{% for d in vars.days %}{{ d }}{{ forloop.index }}{% endfor %}',
    ],
    ['of a conversation', '{{ context.anything.at.all }}{{ session.metadata.x }}{{ tenant.labels.plan }}'],
    ['whole', '{{ vars }}{{ now }}{{ channel }}{{ bot.name }}{{ bot.language }}'],
    ['by another', '{{ vars[channel] }}'],
  ])('is not warned of %s', async (_what, text) => {
    const { said } = await diagnosed(`vars: { days: [Mo] }\nprompts: { greeting: '${text}' }\n`);
    expect(said).toEqual([]);
  });

  it('has its line and column in a block, and in a file of its own', async () => {
    const block = await diagnosed('prompts:\n  greeting: |\n    Hello.\n\n      Call {{ vars.fone }}.\n');
    expect(block.said).toEqual(['warning BOT1041 7:15']);
    const file = await diagnosed('prompts: { greeting: hello.md }\n', {
      'x/hello.md': 'Hello.\nCall {{ vars.fone }}.\n',
    });
    expect(file.said).toEqual(['warning BOT1041 2:9']);
    expect(file.files).toEqual(['x/hello.md']);
  });

  it('of a filter that does not exist is an error, with the filter that was meant', async () => {
    const { said, meant, summaries } = await diagnosed('prompts: { greeting: "Hi {{ contact.name | upcas }}" }\n');
    expect(said).toEqual(['error BOT1030 3:44']);
    expect(meant).toEqual(['upcase']);
    expect(summaries).toEqual(['there is no filter "upcas"']);
  });
});

describe('the languages of a prompt', () => {
  const languages = 'languages: { default: de, supported: [de, en, fr] }\n';

  it('are all that the bot supports, or it is warned', async () => {
    const { said, summaries } = await diagnosed(`${languages}prompts: { greeting: { de: Hallo, en: Hello } }\n`);
    expect(said).toEqual(['warning BOT1042 4:22']);
    expect(summaries).toEqual(['`prompts.greeting` is missing in "fr"']);
    const files = { 'x/p.md': 'Hallo', 'x/p.en.md': 'Hello' };
    expect((await diagnosed(`${languages}prompts: { greeting: p.md }\n`, files)).said).toEqual([
      'warning BOT1042 4:22',
    ]);
  });

  it('are none that it does not support, or it is warned', async () => {
    const { said, summaries } = await diagnosed(
      'languages: { default: de, supported: [de] }\nprompts: { greeting: { de: Hallo, fr: Bonjour } }\n',
    );
    expect(said).toEqual(['warning BOT1042 4:39']);
    expect(summaries).toEqual([
      '`prompts.greeting` is written in "fr", which the bot does not support: nobody hears it',
    ]);
  });

  it('may be more in a template, which is for other bots as well', async () => {
    const { said } = await diagnosed('extends: _templates/house\nlanguages: { default: de, supported: [de] }\n', {
      '_templates/house.yaml': 'polyphon: 1\nprompts: { greeting: { de: Hallo, fr: Bonjour } }\n',
    });
    expect(said).toEqual([]);
  });

  it('may be one for what the model reads, and for a text that is for all', async () => {
    const { said } = await diagnosed(
      `${languages}prompts: { system: { de: Du bist es. }, greeting: "Hallo, hello, allô" }\n`,
    );
    expect(said).toEqual([]);
  });
});

describe('a bare value in vars', () => {
  it.each([
    ['+49301234567', 'number'],
    ['0123', 'number'],
    ['0x1F', 'number'],
    ['4.50', 'number'],
    ['1e3', 'number'],
    ['12345678901234567890', 'number'],
    ['True', 'word'],
  ])('that texts would say differently is refused: %s', async (value, kind) => {
    const { bot, said, meant, summaries } = await diagnosed(`vars: { deep: { list: [a, ${value}] } }\n`);
    expect(said).toEqual(['error BOT1010 3:27']);
    expect(meant).toEqual([`"${value}"`]);
    expect(summaries[0]).toContain(`a bare ${kind} stands where text is meant`);
    expect(bot).toBeUndefined();
  });

  it('that stays as it is written may be one', async () => {
    const { bot, said } = await diagnosed('vars: { a: 3, b: 4.5, c: true, d: "0123", e: -7, f: word, x-note: 007 }\n');
    expect(said).toEqual([]);
    expect(bot?.vars).toMatchObject({ a: 3, b: 4.5, c: true, d: '0123' });
  });
});
