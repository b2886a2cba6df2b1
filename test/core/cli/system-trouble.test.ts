import { expect, it } from 'vitest';
import { systemTrouble } from '../../../core/cli/system-trouble.ts';
import { lampShop, makeDeployment } from './deployment-folder.ts';

it('names the file that stands where the data folder is wanted', async () => {
  await using deployment = await makeDeployment({ ...lampShop, taken: 'a file' });
  const { code, stderr } = await deployment.run(['stats', 'lamp-shop', '--data', 'taken']);
  expect(stderr).toMatch(/^error CLI9003 {2}.*\/taken: a file stands where a folder is needed\. .*\(EEXIST\)\n$/);
  expect(code).toBe(69);
});

it('names the place where a new bot cannot be written', async () => {
  await using deployment = await makeDeployment({ taken: 'a file' });
  const { code, stderr } = await deployment.run(['new', 'my-bot', '--bots', 'taken/bots']);
  expect(stderr).toMatch(/^error CLI9003 {2}.*\/taken\/bots\S*: a file stands where a folder is needed\./);
  expect(code).toBe(69);
});

it.each([
  ['EACCES', 'this user may not do that there.'],
  ['EROFS', 'nothing can be written there.'],
  ['ENOSPC', 'the disk is full.'],
])('says of %s what to do', (code, sentence) => {
  const refused = Object.assign(new Error('refused'), { code, path: '/bots/x' });
  expect(systemTrouble(refused)?.message).toContain(`/bots/x: ${sentence}`);
});

it('leaves an error that is not of the file system as it is', () => {
  expect(systemTrouble(new TypeError('x is not a function'))).toBeUndefined();
  expect(systemTrouble(Object.assign(new Error('gone'), { code: 'ENOENT', path: '/a' }))).toBeUndefined();
});
