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

it('polyphon chat --json asks for --once instead of printing no JSON', async () => {
  await using deployment = await makeDeployment(lampShop);
  const { code, stdout, stderr } = await deployment.run(['chat', 'lamp-shop', '--json'], { typed: 'Hello\n' });
  expect(code).toBe(64);
  expect(stdout).toBe('');
  expect(stderr).toContain('--once');
});
