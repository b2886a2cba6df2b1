import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findBundledNode, isOldNode, oldNodeMessage } from '../../../core/cli/node-version.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true });
});

describe('the Node that runs Polyphon', () => {
  it.each([
    ['18.20.0', true],
    ['20.20.2', true],
    ['23.9.0', true],
    ['24.0.0', false],
    ['26.1.0', false],
  ])('takes %s as too old: %s', (version, old) => {
    expect(isOldNode(version)).toBe(old);
  });

  it('is found in node_modules above a folder', async () => {
    const root = await mkdtemp(join(tmpdir(), 'polyphon-node-'));
    made.push(root);
    const binary = join(root, 'node_modules/node/bin/node');
    await mkdir(join(root, 'node_modules/node/bin'), { recursive: true });
    await mkdir(join(root, 'node_modules/polyphon/dist/core'), { recursive: true });
    await writeFile(binary, '');
    expect(findBundledNode(['/nowhere', join(root, 'node_modules/polyphon/dist/core')])).toBe(binary);
    await rm(binary);
    expect(findBundledNode([join(root, 'node_modules/polyphon/dist/core')])).toBeUndefined();
  });

  it('names the next step where there is none', () => {
    expect(oldNodeMessage('20.1.0')).toMatch(/^error CLI9003 .*Node 20\.1\.0\. Run `npm install --save-dev node@24`/);
  });
});
