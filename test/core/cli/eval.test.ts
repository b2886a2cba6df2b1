import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

describe('polyphon eval', () => {
  it('measures recall and unknown questions by the tests of the bot', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stdout } = await deployment.run(['eval', 'lamp-shop']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/recall@1 +100 %/);
    expect(stdout).toMatch(/unknown recognised +100 %/);
    expect(stdout).not.toContain('✗');
  });

  it('prints JSON with one entry a question', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { stdout } = await deployment.run(['eval', 'lamp-shop', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      formatVersion: 1,
      questions: 2,
      answerable: 1,
      unanswerable: 1,
      recall: { 1: 1, 5: 1 },
      mrr: 1,
      unknown: { recall: 1, precision: 1, refused: 0 },
      results: [
        { expected: 'passage', rank: 1, found: 'yes', from: 'tests/shop.yaml:5' },
        { expected: 'unknown', found: 'no' },
      ],
    });
  });

  it('takes questions from a CSV, ends with 1 under --min-recall, and writes a page without scripts', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'questions.csv':
        'question,expected_document,expected_text,unknown\n"When are you open, <b>please</b>?",,9 am,\nWhat does a repair cost?,knowledge/other.md,,\nHow high is the moon?,,,yes\n',
    });
    const words = ['eval', 'lamp-shop', '--questions', join(deployment.path, 'questions.csv')];
    const report = join(deployment.path, 'report.html');
    const missed = await deployment.run([...words, '--min-recall', '0.9', '--html', report]);
    expect(missed.code).toBe(1);
    expect(missed.stdout).toMatch(/recall@5 +50.0 %/);
    expect(missed.stdout).toContain('✗ What does a repair cost?');
    expect(missed.stdout).toContain('no document of the bot is called "knowledge/other.md"');
    expect(missed.stdout).not.toContain('✗ When');
    expect((await deployment.run([...words, '--min-recall', '50%'])).code).toBe(0);
    const page = await readFile(report, 'utf8');
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(page).not.toMatch(/<script|https?:|<b>/);
    expect(page).toContain('What does a repair cost?');
    expect(page).toContain('no document of the bot is called &#34;knowledge/other.md&#34;');
    // For those who do not see the plots.
    expect(page).toMatch(/aria-label="[^"]*1: 50\.0 %, 3: 50\.0 %, 5: 50\.0 %, 10: 50\.0 %"/);
    expect(page).toMatch(/aria-label="[^"]*answerable: 0\.\d\d, unanswerable: 0\.00"/);
    expect(page).toContain('<dt>unknown, precision</dt><dd>100 %</dd>');
  });

  it('gives no share of no question, and says when all went as expected', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'questions.csv': 'question,unknown\nHow high is the moon?,yes\n',
    });
    const { stdout } = await deployment.run(['eval', 'lamp-shop', '--questions', 'questions.csv', '--html', 'r.html']);
    expect(stdout).toMatch(/recall@5 +–\n/);
    expect(stdout).toMatch(/MRR +–\n/);
    const page = await readFile(join(deployment.path, 'r.html'), 'utf8');
    expect(page).toContain('<p>Every question went as expected.</p>');
    expect(page).not.toContain('NaN');
  });

  it('says which line of a CSV says nothing', async () => {
    await using deployment = await makeDeployment({ ...lampShop, 'q.csv': 'question,expected_text\nWhy?,\n' });
    const { code, stderr } = await deployment.run(['eval', 'lamp-shop', '--questions', join(deployment.path, 'q.csv')]);
    expect(code).toBe(64);
    expect(stderr).toContain('q.csv:2');
  });
});

describe('polyphon eval --questions', () => {
  const ask = async (csv: string, ...options: readonly string[]) => {
    await using deployment = await makeDeployment({ ...lampShop, 'q.csv': csv });
    return await deployment.run(['eval', 'lamp-shop', '--questions', 'q.csv', ...options]);
  };

  it('reads what a spreadsheet saves with semicolons, and names the lines of the file', async () => {
    const { code, stdout } = await ask(
      '\uFEFFquestion;expected_text;unknown\r\n\r\n"What does\r\na repair, of a lamp, cost?";25 euros;\r\nWhen are you open?;by night;\r\n',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 questions/);
    expect(stdout).toMatch(/✗ When are you open\?.*q\.csv:5\n$/);
  });

  it.each([
    ['no line', '', 'it holds no question'],
    ['only names of columns', 'question,expected_text\n', 'it holds no question'],
    ['an open quotation mark', 'question,expected_text\n"Why?,x\nHow?,y\n', 'Near line 3 a quotation mark is opened'],
  ])('refuses a file with %s', async (_what, csv, message) => {
    const { code, stderr } = await ask(csv);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });

  it('makes the folder of a report, and says why none can be written', async () => {
    const csv = 'question,expected_text\nWhat does a repair cost?,25\n';
    expect((await ask(csv, '--html', 'reports/retrieval.html')).code).toBe(0);
    const { code, stderr } = await ask(csv, '--html', '/nonexistent-folder/retrieval.html');
    expect(code).toBe(64);
    expect(stderr).toContain(
      '--html: /nonexistent-folder/retrieval.html cannot be written: the folder does not exist.',
    );
  });
});

describe('polyphon unanswered', () => {
  it('lists what was asked and not known, questions that are alike together, and nothing that was answered', async () => {
    await using deployment = await makeDeployment(lampShop);
    for (const question of [
      'How high is the moon?',
      'What does a repair cost?',
      'how high is the moon',
      'Do you sell boats?',
    ])
      await deployment.run(['chat', 'lamp-shop', '--once', question]);
    const { stdout } = await deployment.run(['unanswered', 'lamp-shop', '--json']);
    const { questions } = JSON.parse(stdout);
    expect(questions).toMatchObject([
      { question: 'how high is the moon', count: 2, alike: ['How high is the moon?'], language: 'en' },
      { question: 'Do you sell boats?', count: 1, alike: [] },
    ]);
    expect(questions[0].turns).toHaveLength(2);
    const shown = await deployment.run(['unanswered', 'lamp-shop', '--limit', '1']);
    expect(shown.stdout).toContain('2 × how high is the moon');
    expect(shown.stdout).toContain('and 1 more');
  });

  it('says so when there is nothing', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stdout } = await deployment.run(['unanswered', 'lamp-shop']);
    expect([code, stdout.includes('had an answer to everything')]).toEqual([0, true]);
  });
});
