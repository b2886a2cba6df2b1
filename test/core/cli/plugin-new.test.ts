import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scaffoldKinds } from '../../../core/cli/scaffold/plugin-files.ts';
import { makeDeployment } from './deployment-folder.ts';
import { repository } from './recording-terminal.ts';

const execute = promisify(execFile);
const folders: Readonly<Record<string, string>> = { speechToText: 'speech-to-text', textToSpeech: 'text-to-speech' };

describe('polyphon plugin new', () => {
  it.each(scaffoldKinds)('makes a %s that the check and its own test take as it stands', async (kind) => {
    await using deployment = await makeDeployment();
    await mkdir(join(deployment.path, 'node_modules'));
    await symlink(repository, join(deployment.path, 'node_modules/polyphon'));
    const made = await deployment.run(['plugin', 'new', kind, 'my-thing']);
    expect(made.code).toBe(0);
    const folder = `polyphon-${folders[kind] ?? kind}-my-thing`;
    expect(made.stdout.split('\n')).toContain(`${folder}/plugin.js`);
    const checked = await deployment.run(['plugin', 'check', folder]);
    expect(checked.stdout).toBe(
      `ok    Manifest: ${kind} "my-thing"\nok    Plugin: contract, schema and \`open\` are as they should be\n`,
    );
    const { NODE_TEST_CONTEXT: _, VITEST: __, ...env } = process.env;
    const tested = await execute(process.execPath, ['--test', '--test-reporter=tap'], {
      cwd: join(deployment.path, folder),
      env,
    });
    expect(tested.stdout).toMatch(/# fail 0\n/);
    expect(Number(/# pass (\d+)/.exec(tested.stdout)?.[1])).toBeGreaterThanOrEqual(kind === 'channel' ? 15 : 1);
  });

  it('makes files in which TypeScript finds nothing wrong, for who has it look at JavaScript', async () => {
    await using deployment = await makeDeployment();
    await mkdir(join(deployment.path, 'node_modules'));
    await symlink(repository, join(deployment.path, 'node_modules/polyphon'));
    for (const kind of scaffoldKinds) await deployment.run(['plugin', 'new', kind, 'my-thing']);
    const folders = (await readdir(deployment.path)).filter((name) => name.startsWith('polyphon-'));
    expect(folders).toHaveLength(scaffoldKinds.length);
    const include = folders.map((name) => `${name}/*.js`);
    const compilerOptions = {
      ...{ noEmit: true, allowJs: true, checkJs: true, strict: true, module: 'nodenext', target: 'esnext' },
      ...{ types: ['node'], typeRoots: [join(repository, 'node_modules/@types')] },
    };
    await deployment.write({ 'tsconfig.json': JSON.stringify({ compilerOptions, include }) });
    const checked = execute(join(repository, 'node_modules/.bin/tsc'), ['-p', deployment.path]);
    expect((await checked.catch((error: { readonly stdout: string }) => error)).stdout).toBe('');
  });

  it('makes one that a bot can use at once, with the settings that its README shows', async () => {
    await using deployment = await makeDeployment({
      'bots/x/bot.yaml': 'polyphon: 1\nname: X\nllm: { use: echo }\nchannels: { web: { use: web-chat } }\n',
    });
    await deployment.run(['plugin', 'new', 'model', 'echo']);
    const readme = await readFile(join(deployment.path, 'polyphon-model-echo/README.md'), 'utf8');
    const [, settings = ''] = /```yaml\n(# config\/polyphon\.yaml\n.*?)```/s.exec(readme) ?? [];
    await deployment.write({ 'config/polyphon.yaml': settings });
    await mkdir(join(deployment.path, 'node_modules'));
    await symlink(
      join(deployment.path, 'polyphon-model-echo'),
      join(deployment.path, 'node_modules/polyphon-model-echo'),
    );
    expect(await deployment.run(['validate', '--strict'])).toMatchObject({ code: 0 });
  });

  it('never overwrites', async () => {
    await using deployment = await makeDeployment({ 'polyphon-tool-mine/plugin.js': 'mine' });
    const { code, stderr } = await deployment.run(['plugin', 'new', 'tool', 'mine']);
    expect(code).toBe(64);
    expect(stderr).toContain('CLI9005');
    expect(await readFile(join(deployment.path, 'polyphon-tool-mine/plugin.js'), 'utf8')).toBe('mine');
  });

  it.each([
    [
      ['plugin', 'new', 'chanel', 'x'],
      /Allowed choices are channel, .* Usage: polyphon plugin new \[options\] <kind> <name>/,
    ],
    [['plugin', 'new', 'tool', '../x'], /cannot be the name of a plugin/],
    [['plugin', 'nw'], /Unknown command 'nw'\. Did you mean new\? Usage: polyphon plugin /],
    [['plugin', 'check'], /Usage: polyphon plugin check \[options\] <path>/],
    [['help', 'validat'], /help: there is no command "validat"\. Did you mean "validate"\?/],
  ])('and its neighbours say how they are written: %s', async (words, sentence) => {
    await using deployment = await makeDeployment();
    const { code, stderr } = await deployment.run(words);
    expect(code).toBe(64);
    expect(stderr).toMatch(sentence);
  });
});

describe('polyphon help', () => {
  it.each([
    [['help'], /^Usage: polyphon \[options\] \[command\]/],
    [['help', 'validate'], /^Usage: polyphon validate \[options\] \[tenant\.\.\.\]/],
    [['help', 'plugin', 'check'], /^Usage: polyphon plugin check \[options\] <path>/],
    [['plugin', 'help', 'new'], /^Usage: polyphon plugin new \[options\] <kind> <name>/],
  ])('shows the help of a command: %s', async (words, help) => {
    await using deployment = await makeDeployment();
    const { code, stdout, stderr } = await deployment.run(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(help);
    expect(stderr).toBe('');
  });
});
