import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseTable } from 'csv-parse/sync';

export const botsDirectory = fileURLToPath(new URL('../../bots', import.meta.url));

/** Folders that are served: all but templates. */
export const shippedTenants: readonly string[] = readdirSync(botsDirectory, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && /^[a-z0-9]/.test(entry.name))
  .map((entry) => entry.name)
  .sort();

/** Paths of a bot's files below `folder`, relative to the bot's folder. */
export function filesOf(tenantId: string, folder: string): readonly string[] {
  const root = join(botsDirectory, tenantId);
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

export function readBotFile(tenantId: string, path: string): string {
  return readFileSync(join(botsDirectory, tenantId, path), 'utf8');
}

/** The rows of a table, each as long as its header. */
export function readRows(tenantId: string, path: string): readonly Readonly<Record<string, string>>[] {
  return parseTable<Record<string, string>>(readBotFile(tenantId, path), { columns: true, bom: true });
}
