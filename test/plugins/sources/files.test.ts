import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openTenantFolder } from '../../../core/config/tenant-folder.ts';
import type { SourceDocument, TenantFolder } from '../../../core/contract/index.ts';
import { systemClock, systemRandom } from '../../../core/kernel/system.ts';
import { plugin } from '../../../plugins/sources/files/plugin.ts';
import { never, recordingLog } from '../../core/knowledge/tenant-knowledge.ts';
import { fakeHttp } from '../../kit/fake-http.ts';

async function list(folder: TenantFolder, config: { path: string; row?: string; language?: string }) {
  const source = await plugin.open({
    config,
    folder,
    tenantId: 'praxis',
    key: 'docs',
    log: recordingLog(),
    http: fakeHttp(),
    clock: systemClock,
    random: systemRandom,
    signal: never,
    ports: {},
    own: (resource) => resource,
  });
  const documents: SourceDocument[] = [];
  for await (const document of source.list(never)) documents.push(document);
  return documents;
}

it('lists what the glob matches, with media type, title and template, and reads it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'polyphon-files-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'knowledge/deep'), { recursive: true });
  await writeFile(join(root, 'knowledge/prices.csv'), 'name\nKrone\n');
  await writeFile(join(root, 'knowledge/deep/opening-hours.MD'), '# Zeiten');
  await writeFile(join(root, 'secret.md'), 'nein');
  await symlink(join(root, 'secret.md'), join(root, 'knowledge/link.md'));
  const folder = openTenantFolder(root);

  const [prices] = await list(folder, { path: 'knowledge/*.csv', row: '{{ name }}' });
  expect(prices).toMatchObject({
    id: 'knowledge/prices.csv',
    title: 'prices',
    mediaType: 'text/csv',
    rowTemplate: '{{ name }}',
  });
  expect(new TextDecoder().decode(await prices?.read(never))).toBe('name\nKrone\n');

  const [hours] = await list(folder, { path: 'knowledge/deep/*', language: 'de' });
  expect(hours).toMatchObject({ title: 'opening hours', mediaType: 'text/markdown', language: 'de' });

  await writeFile(join(root, 'knowledge/prices.csv'), 'name\nKrone\nInlay\n');
  const [changed] = await list(folder, { path: 'knowledge/*.csv' });
  expect(changed?.version).not.toBe(prices?.version);
});

it('lists a link that leads out of the folder, whose reading says so', async () => {
  const root = await mkdtemp(join(tmpdir(), 'polyphon-files-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'bot/knowledge'), { recursive: true });
  await writeFile(join(root, 'prices.md'), 'nein');
  await symlink(join(root, 'prices.md'), join(root, 'bot/knowledge/prices.md'));
  const [link, ...others] = await list(openTenantFolder(join(root, 'bot')), { path: 'knowledge/**/*.md' });
  expect([link?.id, others]).toEqual(['knowledge/prices.md', []]);
  await expect(link?.read(never)).rejects.toMatchObject({
    code: 'BOT1025',
    message: expect.stringContaining('leads out'),
  });
});

it('refuses a file over the limit without reading it', async () => {
  const folder: TenantFolder = {
    glob: async () => [{ path: 'big.pdf', bytes: 40 * 1024 * 1024, modifiedAtMs: 1 }],
    read: () => Promise.reject(new Error('was read')),
    readText: () => Promise.reject(new Error('was read')),
  };
  const [document] = await list(folder, { path: '*.pdf' });
  await expect(document?.read(never)).rejects.toMatchObject({ code: 'KNW8004' });
});
