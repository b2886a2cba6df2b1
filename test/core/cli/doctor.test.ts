import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../core/cli/checks/finding.ts';
import { checkNativeIndex, checkNode, remedyOf } from '../../../core/cli/checks/machine.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

interface Printed {
  readonly formatVersion: number;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}
const settings = 'polyphon: 1\nserver: { port: 0 }\n';

describe('polyphon doctor', () => {
  it('looks at each thing that can go wrong', async () => {
    await using deployment = await makeDeployment({ ...lampShop, 'config/polyphon.yaml': settings });
    const { stdout } = await deployment.run(['doctor', '--json']);
    const printed: Printed = JSON.parse(stdout);
    expect(printed.formatVersion).toBe(1);
    expect(printed.findings.map(({ topic }) => topic)).toEqual([
      ...[
        'Node',
        'Vector index',
        'Widget and playground',
        'Port',
        'Data folder',
        'Store',
        'Operator token',
        'Plugins',
        'Bots',
        'Public origin',
        'Model',
        'Embedding',
      ],
    ]);
    for (const { level, next } of printed.findings) expect(next === undefined).toBe(level === 'ok');
  });

  it('finds a missing secret through the resolver of the runtime, and never prints one that is there', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'config/polyphon.yaml': settings,
      'bots/lamp-shop/.secrets.yaml': 'known: sesame-open-4711\n',
      'bots/lamp-shop/bot.yaml': `${lampShop['bots/lamp-shop/bot.yaml']}vars: { a: "\${secret:known}", b: "\${secret:gone}" }\n`,
    });
    const { code, stdout } = await deployment.run(['doctor']);
    expect(code).toBe(69);
    expect(stdout).toMatch(/fail {2}Secrets: lamp-shop: .*gone.* \(.*bot\.yaml:\d+:\d+\)\n {6}→ /);
    expect(stdout).not.toContain('sesame');
  });

  it('names a weight that belongs to no bot', async () => {
    const weights = 'tenants: { weights: { lamp-shop: 2, lampshop: 3, zebra: 4 } }\n';
    await using deployment = await makeDeployment({ ...lampShop, 'config/polyphon.yaml': `${settings}${weights}` });
    const { stdout } = await deployment.run(['doctor', '--json']);
    const printed: Printed = JSON.parse(stdout);
    expect(printed.findings.filter(({ topic }) => topic === 'Fair share')).toMatchObject([
      { level: 'warn', fact: expect.stringContaining('"lampshop"'), next: expect.stringContaining('"lamp-shop"') },
      { level: 'warn', fact: expect.stringContaining('"zebra"'), next: expect.stringMatching(/^Correct the name/) },
    ]);
  });

  it('goes on where there are no bots, and where a package is not installed', async () => {
    await using deployment = await makeDeployment({
      'config/polyphon.yaml': 'polyphon: 1\nserver: { port: 0 }\nplugins: [none-such]\n',
    });
    const { code, stdout } = await deployment.run(['doctor']);
    expect(code).toBe(69);
    expect(stdout).toMatch(/ok {4}Node/);
    expect(stdout).toMatch(/fail {2}Plugins: .*config\/polyphon\.yaml:3:11: no package 'none-such' is installed/);
    expect(stdout).toMatch(/ok {4}Plugins: \d+ plugins load/);
    expect(stdout).toMatch(/fail {2}Bots: there is no bots folder at /);
  });

  it('says of how many bots the valid ones are, and nothing of an address that the others may need', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'config/polyphon.yaml': settings,
      'bots/other/bot.yaml':
        'polyphon: 1\nname: X\nchannels: { chat: { use: telegram, with: { token: "${secret:token}" } } }\n',
    });
    const { stdout } = await deployment.run(['doctor']);
    expect(stdout).toContain('Bots: 1 of 2 definitions valid');
    expect(stdout).toContain('the secret "token" is missing');
    expect(stdout).not.toContain('web chat alone');
  });

  it('finds a data folder that cannot be written', async () => {
    await using deployment = await makeDeployment({ ...lampShop, 'config/polyphon.yaml': settings });
    await writeFile(join(deployment.path, 'data'), 'a file');
    const { code, stdout } = await deployment.run(['doctor']);
    expect(code).toBe(69);
    expect(stdout).toMatch(/fail {2}Data folder: .* cannot be written \((EEXIST|ENOTDIR)\)/);
  });

  it('knows a full disk from a missing right', () => {
    expect(remedyOf('ENOSPC')).toMatch(/is full: free some space/);
    expect(remedyOf('EROFS')).toMatch(/for reading only/);
    expect(remedyOf('EACCES')).toMatch(/the right to write there/);
  });

  it('asks for an operator token where others can reach the server', async () => {
    await using deployment = await makeDeployment({
      ...lampShop,
      'config/polyphon.yaml': 'polyphon: 1\nserver: { port: 0, publicOrigin: "http://bots.example" }\n',
    });
    const { stdout } = await deployment.run(['doctor']);
    expect(stdout).toContain('warn  Operator token: not set');
    expect(stdout).toContain('warn  Public origin: http://bots.example is not encrypted');
    const withToken = await deployment.run(['doctor'], { env: { POLYPHON_ADMIN_TOKEN: 'a-long-enough-token-4711' } });
    expect(withToken.stdout).toContain('ok    Operator token: set');
  });

  it('takes exact search as good enough where the native index is missing', async () => {
    expect(await checkNativeIndex(() => Promise.reject(new Error('not built')))).toMatchObject({ level: 'warn' });
    expect(await checkNativeIndex(() => Promise.resolve({}))).toMatchObject({ level: 'ok' });
  });

  it('refuses an old Node', () => {
    expect(checkNode('20.1.0').level).toBe('fail');
    expect(checkNode('24.0.0').level).toBe('ok');
  });
});
