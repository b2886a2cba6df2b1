import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lampShop, makeDeployment } from './deployment-folder.ts';

interface Exported {
  readonly tenant: string;
  readonly contact: string;
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

async function holds(folder: string, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await readFile(path)).includes(text)) found.push(entry.name);
  }
  return found;
}

it('exports everything of one person, and erases it down to the bytes', async () => {
  await using deployment = await makeDeployment(lampShop);
  const data = join(deployment.path, 'data');
  await deployment.run(['chat', 'lamp-shop', '--once', 'What does a repair of lamp ZX-7781 cost?']);
  await deployment.run(['chat', 'lamp-shop', '--once', 'What does a repair of lamp QQ-2222 cost?']);
  const listed = JSON.parse((await deployment.run(['conversations', 'lamp-shop', '--json'])).stdout);
  const exports: Exported[] = [];
  for (const { contact } of listed.conversations) {
    const { code, stdout } = await deployment.run(['person', 'export', 'lamp-shop', contact.id, '--json']);
    expect(code).toBe(0);
    exports.push(JSON.parse(stdout));
  }
  const mine = exports.find(({ tables }) => JSON.stringify(tables).includes('ZX-7781'));
  if (mine === undefined) throw new Error('not exported');
  expect(JSON.stringify(mine)).not.toContain('QQ-2222');
  expect(mine.tables['messages']?.map(({ role }) => role)).toEqual(['contact', 'bot']);
  expect(mine).toMatchObject({ formatVersion: 1, tenant: 'lamp-shop' });

  const identity = mine.tables['identities']?.[0];
  const address = `${identity?.['channel']}:${identity?.['externalId']}`;
  expect(JSON.parse((await deployment.run(['person', 'export', 'lamp-shop', address])).stdout).contact).toBe(
    mine.contact,
  );

  expect(await holds(data, 'ZX-7781')).not.toEqual([]);
  const erased = await deployment.run(['person', 'erase', 'lamp-shop', mine.contact, '--json']);
  expect(erased.code).toBe(0);
  expect(JSON.parse(erased.stdout)).toMatchObject({ contact: mine.contact, erased: { messages: 2, contacts: 1 } });
  expect(await holds(data, 'ZX-7781')).toEqual([]);
  expect(await holds(data, mine.contact)).toEqual([]);
  expect(await holds(data, 'QQ-2222')).not.toEqual([]);

  const again = await deployment.run(['person', 'erase', 'lamp-shop', mine.contact]);
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain('CLI9007');
}, 30_000);

it('finds and erases the people of a bot whose folder is gone', async () => {
  await using deployment = await makeDeployment(lampShop);
  await deployment.run(['chat', 'lamp-shop', '--once', 'What does a repair of lamp ZX-7781 cost?']);
  await rename(join(deployment.path, 'bots/lamp-shop'), join(deployment.path, 'bots/lamp-store'));
  const listed = await deployment.run(['conversations', 'lamp-shop', '--json']);
  expect(listed).toMatchObject({ code: 0 });
  const [{ contact }] = JSON.parse(listed.stdout).conversations;
  expect(await deployment.run(['person', 'export', 'lamp-shop', contact.id])).toMatchObject({ code: 0 });
  expect(await deployment.run(['person', 'erase', 'lamp-shop', contact.id])).toMatchObject({ code: 0 });
  expect(await holds(join(deployment.path, 'data'), 'ZX-7781')).toEqual([]);
  const gone = await deployment.run(['person', 'erase', 'lamp-shop', contact.id]);
  expect(gone).toMatchObject({ code: 64, stderr: expect.stringContaining('CLI9002') });
}, 30_000);

it('says how a contact is named', async () => {
  await using deployment = await makeDeployment(lampShop);
  const { code, stderr } = await deployment.run(['person', 'export', 'lamp-shop', '+49301234567']);
  expect(code).toBe(64);
  expect(stderr).toContain('as in sms:+49301234567');
});

it('asks for what it can do', async () => {
  await using deployment = await makeDeployment(lampShop);
  expect((await deployment.run(['person', 'forget', 'lamp-shop', 'x'])).code).toBe(64);
  expect((await deployment.run(['person', 'export', 'lamp-shop'])).code).toBe(64);
});
