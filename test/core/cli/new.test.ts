import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { starters } from '../../../core/cli/scaffold/starters.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

describe('polyphon new', () => {
  it.each(Object.keys(starters))(
    'makes a bot in %s that validates, answers and passes its own test',
    async (language) => {
      await using deployment = await makeDeployment();
      const made = await deployment.run(['new', 'my-bot', '--language', language]);
      expect(made.code).toBe(0);
      expect(made.stdout.split('\n')).toContain('bots/my-bot/bot.yaml');
      expect(made.stderr).toContain('polyphon chat my-bot --once');
      const file = join(deployment.path, 'bots/my-bot/bot.yaml');
      const [, schema = ''] = /\$schema=(\S+)/.exec(await readFile(file, 'utf8')) ?? [];
      expect(JSON.parse(await readFile(join(dirname(file), schema), 'utf8'))).toHaveProperty('properties.channels');
      const validated = await deployment.run(['validate', '--strict']);
      expect(validated).toMatchObject({ code: 0 });
      const tested = await deployment.run(['test', 'my-bot']);
      expect(tested.stdout).toContain('1 passed');
      expect(tested.code).toBe(0);
    },
  );

  it('brings the template along, and makes one without any', async () => {
    await using deployment = await makeDeployment();
    await deployment.run(['new', 'one']);
    expect(await readFile(join(deployment.path, 'bots/one/bot.yaml'), 'utf8')).toContain(
      'extends: [ _templates/base ]',
    );
    expect(await readFile(join(deployment.path, 'bots/_templates/base.yaml'), 'utf8')).toContain('polyphon: 1');
    await deployment.run(['new', 'two', '--template', 'blank', '--name', 'Käse & Brot: "gut"']);
    expect(await readFile(join(deployment.path, 'bots/two/bot.yaml'), 'utf8')).not.toContain('extends');
    await deployment.run(['new', 'three', '--name', 'Cents & ${env:HOME}']);
    expect((await deployment.run(['validate', '--strict'])).code).toBe(0);
    const { stdout } = await deployment.run(['config', 'three', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ name: { en: 'Cents & ${env:HOME}' } });
  });

  it('keeps secrets and state out of the repository, and both schemas beside the bots', async () => {
    await using deployment = await makeDeployment({ '.gitignore': 'node_modules/\n/data' });
    await deployment.run(['new', 'one']);
    const { stdout } = await deployment.run(['new', 'two']);
    const ignored = await readFile(join(deployment.path, '.gitignore'), 'utf8');
    expect(ignored).toBe('node_modules/\n/data\nbots/*/.secrets.yaml\nbots/*/bot.local.yaml\n');
    expect(stdout).not.toContain('.gitignore');
    const test = join(deployment.path, 'bots/one/tests/first.yaml');
    const [, schema = ''] = /\$schema=(\S+)/.exec(await readFile(test, 'utf8')) ?? [];
    expect(JSON.parse(await readFile(join(dirname(test), schema), 'utf8'))).toHaveProperty('properties.cases');
  });

  it('leaves the folder above alone where the bots are elsewhere', async () => {
    await using deployment = await makeDeployment();
    await deployment.run(['new', 'one', '--bots', 'clients/bots']);
    expect(await readFile(join(deployment.path, 'clients/bots/.gitignore'), 'utf8')).toBe(
      '*/.secrets.yaml\n*/bot.local.yaml\n',
    );
    await expect(readFile(join(deployment.path, '.gitignore'))).rejects.toThrow();
  });

  it('reads every kind of document that its comment names', async () => {
    await using deployment = await makeDeployment();
    await deployment.run(['new', 'one']);
    const text = await readFile(join(deployment.path, 'bots/one/bot.yaml'), 'utf8');
    const [, endings = ''] = /knowledge\/\*\*\/\*\.\{(.*?)\}/.exec(text) ?? [];
    expect(endings.split(',')).toEqual(['md', 'txt', 'html', 'pdf', 'docx', 'csv', 'tsv', 'xlsx']);
  });

  it('prints a command that runs where it is read', async () => {
    await using deployment = await makeDeployment();
    const { stderr } = await deployment.run(['new', 'one'], { env: { PATH: '/work/node_modules/.bin' } });
    expect(stderr).toContain('\n  npx polyphon chat one');
    await deployment.write({ 'tools/polyphon': '' });
    const known = await deployment.run(['new', 'two'], { env: { PATH: `/usr/bin:${join(deployment.path, 'tools')}` } });
    expect(known.stderr).toContain('\n  polyphon chat two');
  });

  it('never overwrites', async () => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stderr } = await deployment.run(['new', 'lamp-shop']);
    expect(code).toBe(64);
    expect(stderr).toContain('CLI9005');
    expect(await readFile(join(deployment.path, 'bots/lamp-shop/bot.yaml'), 'utf8')).toBe(
      lampShop['bots/lamp-shop/bot.yaml'],
    );
  });

  it.each(['../evil', 'Größe', '-a', 'a/b', '_templates', 'x'.repeat(64)])('refuses the name %s', async (name) => {
    await using deployment = await makeDeployment();
    const { code } = await deployment.run(['new', '--', name]);
    expect(code).toBe(64);
  });

  it('suggests a template', async () => {
    await using deployment = await makeDeployment();
    const { code, stderr } = await deployment.run(['new', 'a', '--template', 'bas']);
    expect(code).toBe(64);
    expect(stderr).toContain('Did you mean "base"?');
  });
});
