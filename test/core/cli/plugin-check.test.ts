import { describe, expect, it } from 'vitest';
import { makeDeployment } from './deployment-folder.ts';

const manifest = {
  name: 'polyphon-model-echo',
  type: 'module',
  exports: './plugin.js',
  polyphon: { kind: 'model', name: 'echo', contract: 1 },
  peerDependencies: { polyphon: '>=0.1.0' },
};
const good = `export const plugin = {
  contract: 1, kind: 'model', name: 'echo',
  schema: { type: 'object', additionalProperties: false, properties: { apiKey: { type: 'string', secret: true } } },
  open: async () => ({}),
};`;
const packageOf = (description: object, code: string) => ({
  'plugin/package.json': JSON.stringify(description),
  'plugin/plugin.js': code,
});

describe('polyphon plugin check', () => {
  it('is content with a sound package', async () => {
    await using deployment = await makeDeployment(packageOf(manifest, good));
    const { code, stdout } = await deployment.run(['plugin', 'check', 'plugin']);
    expect(stdout).toContain('ok    Manifest: model "echo"');
    expect(code).toBe(0);
  });

  const wrong: readonly [string, object, string, string][] = [
    ['no manifest', { ...manifest, polyphon: undefined }, good, 'package.json has no `polyphon` field'],
    [
      'another contract',
      { ...manifest, polyphon: { ...manifest.polyphon, contract: 2 } },
      good,
      'contract 2 is not spoken',
    ],
    ['two copies of polyphon', { ...manifest, dependencies: { polyphon: '1' } }, good, 'two copies would be installed'],
    [
      'another name',
      manifest,
      good.replace("name: 'echo'", "name: 'ekho'"),
      'its name is "ekho", and the manifest says "echo"',
    ],
    ['no open', manifest, good.replace('open:', 'opens:'), '`open` is not a function'],
    ['unknown keys allowed', manifest, good.replace('additionalProperties: false, ', ''), 'it takes unknown keys'],
    ['no plugin', manifest, 'export const other = 1;', 'it does not export `plugin`'],
    ['a module that throws', manifest, 'throw new Error("no licence");', 'cannot be imported: no licence'],
  ];
  it.each(wrong)('finds %s', async (_, description, code, sentence) => {
    await using deployment = await makeDeployment(packageOf(description, code));
    const ran = await deployment.run(['plugin', 'check', 'plugin', '--json']);
    expect(ran.code).toBe(1);
    const { ok, findings } = JSON.parse(ran.stdout);
    expect(ok).toBe(false);
    expect(findings.map((finding: { fact: string }) => finding.fact).join('\n')).toContain(sentence);
  });

  it('warns of a secret that is not marked', async () => {
    await using deployment = await makeDeployment(packageOf(manifest, good.replace(', secret: true', '')));
    const { code, stdout } = await deployment.run(['plugin', 'check', 'plugin']);
    expect(code).toBe(0);
    expect(stdout).toContain('"apiKey" looks like a secret and is not marked');
  });

  it('needs a package', async () => {
    await using deployment = await makeDeployment();
    expect((await deployment.run(['plugin', 'check', 'nowhere'])).code).toBe(64);
  });

  it('tells a package that is not installed from one that is not built', async () => {
    await using deployment = await makeDeployment(packageOf(manifest, `import 'not-installed-here';\n${good}`));
    const { code, stdout } = await deployment.run(['plugin', 'check', 'plugin']);
    expect(code).toBe(1);
    expect(stdout).toContain('Name it in `dependencies` of package.json and run `npm install`');
  });
});
