import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

describe('an id or a path that does not exist', () => {
  it.each([
    [['conversations', 'lamp-shop', 'nope'], 'CNV5001', '`polyphon conversations lamp-shop` lists them.'],
    [['dead-letters', 'lamp-shop', 'retry', 'nope'], 'CNV5009', '`polyphon dead-letters lamp-shop` lists them.'],
    [['trace', 'nope'], 'CLI9007', '`polyphon conversations <tenant>` lists what is.'],
    [['plugin', 'check', 'nope'], 'CLI9001', "Name the folder of the plugin's package."],
  ])('is a mistake of the command line, and the next step is a command: %s', async (words, code, next) => {
    await using deployment = await makeDeployment(lampShop);
    const ran = await deployment.run(words);
    expect(ran.code).toBe(64);
    expect(ran.stderr).toContain(`error ${code}`);
    expect(ran.stderr).toContain(next);
    expect(ran.stderr).not.toContain('GET ');
  });
});

it('polyphon schema needs no bots folder: editors are set up before the first bot is', async () => {
  await using deployment = await makeDeployment();
  const { code, stdout, stderr } = await deployment.run(['schema']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toHaveProperty('$schema');
});

describe('polyphon schema --out', () => {
  it('makes a folder of the project, and says how a bot names the file', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run(['schema', '--out', 'editor/schemas/bot.json']);
    expect(code).toBe(0);
    expect(stderr).toBe(
      'Written to editor/schemas/bot.json. First line of a bot.yaml for editors:\n  # yaml-language-server: $schema=../../editor/schemas/bot.json\n',
    );
  });

  it('makes none anywhere else', async () => {
    await using deployment = await makeDeployment(lampShop);
    const outside = join(deployment.path, '..', 'polyphon-no-such-folder');
    const { code, stderr } = await deployment.run(['schema', '--out', join(outside, 'x.json')]);
    expect(code).toBe(64);
    expect(stderr).toMatch(/^error CLI9001 {2}--out: .*x\.json cannot be written: the folder does not exist\./);
    expect(existsSync(outside)).toBe(false);
  });

  it('says that a folder is no file', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run(['schema', '--out', 'bots']);
    expect(code).toBe(64);
    expect(stderr).toContain('it is a folder');
  });
});

describe('a command that is asked for JSON and fails', () => {
  it.each([
    [['apply', '--json']],
    [['chat', 'lamp-shop', '--once', 'Hello', '--json']],
    [['config', 'lamp-shop', '--json']],
    [['conversations', 'lamp-shop', '--json']],
    [['dead-letters', 'lamp-shop', '--json']],
    [['eval', 'lamp-shop', '--json']],
    [['ingest', '--json']],
    [['person', 'export', 'lamp-shop', 'c1', '--json']],
    [['plan', '--json']],
    [['search', 'lamp-shop', 'Lamps?', '--json']],
    [['stats', 'lamp-shop', '--json']],
    [['test', '--format', 'json']],
    [['trace', 't1', '--json']],
    [['unanswered', 'lamp-shop', '--json']],
    [['validate', '--format=json']],
    [['webhook-log', 'lamp-shop', '--follow', '--json']],
    [['webhooks', 'lamp-shop', '--json']],
  ])('prints why where there is no bots folder: %s', async (words) => {
    await using deployment = await makeDeployment();
    const { code, stdout, stderr } = await deployment.run(words);
    expect(code).toBe(69);
    const { error } = JSON.parse(stdout);
    expect(JSON.parse(stdout)).toEqual({ formatVersion: 1, error: { code: 'CLI9003', message: error.message } });
    expect(stderr).toBe(`error CLI9003  ${error.message}\n`);
  });

  it.each([
    ['a name that nothing has', ['ingest', 'lamp-shp', '--json'], 'CLI9002'],
    ['a folder without a plugin', ['plugin', 'check', 'nope', '--json'], 'CLI9001'],
    ['a mistake before the option', ['search', 'lamp-shop', 'Lamps?', '--limit', 'many', '--json'], 'CLI9001'],
    ['what --json alone cannot do', ['chat', 'lamp-shop', '--json'], 'CLI9001'],
  ])('prints the same for %s', async (_, words, code) => {
    await using deployment = await makeDeployment(lampShop);
    const ran = await deployment.run(words, { typed: 'Hello\n' });
    expect(ran.code).toBe(64);
    expect(JSON.parse(ran.stdout).error.code).toBe(code);
    expect(ran.stderr).toContain(`error ${code}  ${JSON.parse(ran.stdout).error.message}`);
  });

  it('prints one document where it has printed what is wrong already', async () => {
    await using deployment = await makeDeployment({ ...lampShop, 'bots/bad/bot.yaml': 'polyphon: 1\nnme: Bad\n' });
    const { code, stdout, stderr } = await deployment.run(['apply', '--json']);
    expect(code).toBe(65);
    expect(JSON.parse(stdout).tenants).toMatchObject([{ tenant: 'bad', state: 'invalid' }, { state: 'new' }]);
    expect(stderr).toContain('error CLI9004  Nothing was applied');
  });

  it('prints nothing more where JSON was not asked for', async () => {
    await using deployment = await makeDeployment();
    expect((await deployment.run(['plan'])).stdout).toBe('');
    expect((await deployment.run(['validate', '--format', 'github'])).stdout).toBe('');
  });
});

it('polyphon chat --json asks for --once', async () => {
  await using deployment = await makeDeployment(lampShop);
  const { code, stderr } = await deployment.run(['chat', 'lamp-shop', '--json'], { typed: 'Hello\n' });
  expect(code).toBe(64);
  expect(stderr).toContain('--once');
});
