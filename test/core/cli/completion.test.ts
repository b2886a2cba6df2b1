import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

describe('polyphon completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s that calls polyphon', async (shell) => {
    await using deployment = await makeDeployment();
    const { code, stdout, stderr } = await deployment.run(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('polyphon complete --');
    if (shell === 'bash') execFileSync('bash', ['-n'], { input: stdout });
  });

  it('completes in a bash without the package bash-completion, also when it is read twice', async () => {
    await using deployment = await makeDeployment();
    const { stdout } = await deployment.run(['completion', 'bash']);
    await deployment.write({ completion: stdout });
    const typed = `
      polyphon() { [ "$*" = "complete -- chat la" ] && printf 'lamp-shop\\tthe lamp shop\\n:4\\n'; }
      compopt() { :; }
      . ./completion && . ./completion
      COMP_WORDS=(polyphon chat la) COMP_CWORD=2
      __polyphon_complete
      echo "\${COMPREPLY[@]}"`;
    const offered = spawnSync('bash', ['--norc', '-c', typed], { cwd: deployment.path, encoding: 'utf8' });
    expect(offered).toMatchObject({ stdout: 'lamp-shop\n', stderr: '' });
  });

  it('refuses another shell', async () => {
    await using deployment = await makeDeployment();
    expect((await deployment.run(['completion', 'tcsh'])).code).toBe(64);
  });

  const offers: readonly [string, readonly string[], readonly string[]][] = [
    ['commands', ['va'], ['validate']],
    ['bots', ['chat', 'la'], ['lamp-shop']],
    ['further bots', ['validate', 'lamp-shop', ''], ['lamp-shop']],
    ['options', ['search', '--js'], ['--json']],
    ['options of every command', ['search', '--bo'], ['--bots']],
    ['choices of an option', ['validate', '--format', ''], ['pretty', 'json', 'github', 'sarif']],
    ['choices of an argument', ['completion', 'z'], ['zsh']],
  ];
  it.each(offers)('offers %s', async (_, words, expected) => {
    await using deployment = await makeDeployment(lampShop);
    const { code, stdout } = await deployment.run(['complete', '--', ...words]);
    expect(code).toBe(0);
    const offered = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
    expect(offered.map((line) => line.split('\t')[0])).toEqual(expected);
  });

  it('is silent where settings are broken', async () => {
    await using deployment = await makeDeployment({ 'config/polyphon.yaml': 'polyphon: [' });
    const { code, stderr } = await deployment.run(['complete', '--', 'chat', '']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
