import { describe, expect, it } from 'vitest';
import { makeXlsx } from '../knowledge/make-xlsx.ts';
import { makeDeployment } from './deployment-folder.ts';

const bot = (path: string, row: string) => `polyphon: 1
name: X
knowledge:
  prices: { use: files, with: { path: "${path}", row: "${row}" } }
channels: { web: { use: web-chat } }
`;
const prices = { 'bots/x/knowledge/prices.csv': 'treatment;price\nCrown;500\n' };

describe('polyphon validate', () => {
  it('warns of a pattern that matches nothing, and strictly refuses it', async () => {
    await using deployment = await makeDeployment({
      'bots/x/bot.yaml': bot('knowlege/*.csv', '{{ price }}'),
      ...prices,
    });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warning BOT1043 .*bots\/x\/bot\.yaml:4:39\n/);
    expect((await deployment.run(['validate', '--strict'])).code).toBe(65);
  });

  it('warns of a question that stands twice, in a file or in bot.yaml', async () => {
    await using deployment = await makeDeployment({
      'bots/x/bot.yaml': `polyphon: 1
name: X
knowledge:
  faq: { use: faq, with: { path: "faq.yaml" } }
  more:
    use: faq
    with:
      pairs:
        - { q: One?, a: x }
        - { q: one?, a: y }
channels: { web: { use: web-chat } }
`,
      'bots/x/faq.yaml': '- { q: Two?, a: x }\n- { q: Two?, a: y }\n',
    });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(0);
    expect(stdout.replaceAll(`${deployment.path}/`, '').match(/^warning .*$/gm)).toEqual([
      "warning BOT1047  faq.yaml, line 2: the question 'Two?' stands twice, first at faq.yaml, line 1  bots/x/bot.yaml:4:34",
      "warning BOT1047  pairs[1]: the question 'one?' stands twice, first at pairs[0]  bots/x/bot.yaml:10:11",
    ]);
  });

  it('says what a source without settings needs, and that no password belongs into an address', async () => {
    const sources = {
      a: '{ use: faq, with: {} }',
      b: '{ use: website, with: { url: "https://me:secret@clinic.example" } }',
      c: '{ use: http-json, with: { url: "https://me:secret@shop.example/api", id: sku } }',
    };
    const entries = Object.entries(sources).map(([key, entry]) => `  ${key}: ${entry}\n`);
    const text = (knowledge: string) =>
      `polyphon: 1\nname: X\nknowledge:\n${knowledge}channels: { web: { use: web-chat } }\n`;
    await using deployment = await makeDeployment({ 'bots/x/bot.yaml': text(entries.join('')) });
    const { stdout } = await deployment.run(['validate']);
    expect(stdout).toMatch(/error BOT1008 {2}nothing is set here .*:4:/);
    expect(stdout).toContain('write at least 1 of: path, pairs, language');
    expect(stdout).toMatch(/does not have the form that is needed .*:5:/);
    expect(stdout).toMatch(/does not have the form that is needed .*:6:/);
    expect(stdout).toContain('write it as in https://shop.example/api/products');
    await deployment.write({ 'bots/x/bot.yaml': text('  a: { use: faq, with: { language: de } }\n') });
    expect((await deployment.run(['validate'])).stdout).toContain('warning BOT1047  there are no pairs');
  });

  it('warns of a pattern for tests that matches nothing, where the bot itself writes it', async () => {
    await using deployment = await makeDeployment({
      'bots/_templates/base.yaml': 'tests: tests/*.yaml\n',
      'bots/x/bot.yaml': 'polyphon: 1\nname: X\nchannels: { web: { use: web-chat } }\ntests: [test/first.yaml]\n',
      'bots/y/bot.yaml': 'polyphon: 1\nextends: _templates/base\nname: Y\nchannels: { web: { use: web-chat } }\n',
    });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(0);
    expect(stdout.match(/^warning .*$/gm)).toEqual([
      expect.stringMatching(/BOT1043 {2}.*: nothing is tested .*bots\/x\/bot\.yaml:4:9$/),
    ]);
  });

  it('warns of a column that the table does not have, with the one that was meant', async () => {
    const row = '{{ treatmnt }}: {{ price }} {{ note | default: 1 }}{% if minutes %}{{ minutes }}{% endif %}';
    await using deployment = await makeDeployment({ 'bots/x/bot.yaml': bot('knowledge/*.csv', row), ...prices });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^warning BOT1041 {2}knowledge\/prices\.csv has no column "treatmnt".*bot\.yaml:4:67\n/);
    expect(stdout).toContain('did you mean "treatment"?');
    expect(stdout).toMatch(/valid: 1 warning\n$/);
  });

  it('warns of a column that no sheet of a workbook has', async () => {
    const sheets = {
      Parts: [
        ['part', 'price'],
        ['Blade', 30],
      ],
      Courses: [[null], ['course', 'day'], ['Pruning', 'Monday']],
    };
    await using deployment = await makeDeployment({
      'bots/x/bot.yaml': bot('knowledge/*', '{{ part }}{{ course }}: {{ prize }} {{ day }}'),
      'bots/x/knowledge/stock.xlsx': makeXlsx(sheets),
      'bots/x/knowledge/damaged.xlsx': 'not a workbook',
      'bots/x/knowledge/about.md': '# About',
    });
    const { stdout } = await deployment.run(['validate']);
    expect(stdout).toMatch(/^warning BOT1041 {2}knowledge\/stock\.xlsx has no column "prize"/);
    expect(stdout).toContain('did you mean "price"?');
    expect(stdout).toContain('its columns are part, price, course, day');
    expect(stdout).toMatch(/valid: 1 warning\n$/);
  });

  it('knows the columns of a table whose names are quoted', async () => {
    await using deployment = await makeDeployment({
      'bots/x/bot.yaml': bot('knowledge/*.csv', '{{ treatment }} {{ price }} {{ column_3 }} {{ note }}'),
      'bots/x/knowledge/prices.csv': '\uFEFF"treatment", "price",,"no;te"\nCrown,500,,x\n',
    });
    const { stdout } = await deployment.run(['validate']);
    expect(stdout).toContain('has no column "note"');
    expect(stdout).toContain('its columns are treatment, price, column_3, no;te');
    expect(stdout).toMatch(/valid: 1 warning\n$/);
  });

  it('refuses a malformed template for rows, at its place', async () => {
    await using deployment = await makeDeployment({
      'bots/x/bot.yaml': bot('knowledge/*.csv', '{{ treatment }}: {{ price'),
      ...prices,
    });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(65);
    expect(stdout).toMatch(/^error BOT1030 .*bot\.yaml:4:81\n/);
  });

  it('tells a mistake in a template once, however many bots extend it', async () => {
    const child = 'polyphon: 1\nname: X\nextends: [_templates/base]\n';
    await using deployment = await makeDeployment({
      'bots/_templates/base.yaml': 'polyphon: 1\nsesion: {}\n',
      'bots/x/bot.yaml': child,
      'bots/y/bot.yaml': child,
    });
    const { code, stdout } = await deployment.run(['validate']);
    expect(code).toBe(65);
    expect(stdout.match(/BOT1004/g)).toHaveLength(1);
    expect(stdout).toMatch(/2 of 2 bots not valid: 1 error\n$/);
  });
});

it('polyphon ingest says which pattern finds nothing', async () => {
  await using deployment = await makeDeployment({ 'bots/x/bot.yaml': bot('knowlege/*.csv', '{{ price }}'), ...prices });
  const { code, stderr } = await deployment.run(['ingest']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^warning BOT1043 .*bots\/x\/bot\.yaml:4:39\n/);
});
