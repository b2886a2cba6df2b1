import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { botSchema } from '../../schemas/bot.ts';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { botsDirectory } from './shipped-bots.ts';

const readme = readFileSync(join(botsDirectory, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
const fiveLines = blocks[0] ?? '';

let deployment: Deployment;

beforeAll(async () => {
  deployment = await deploy({
    files: {
      'baeckerei/bot.yaml': fiveLines,
      'baeckerei/knowledge/brot.md': '# Brot\n\n## Was kostet ein Roggenbrot?\n\nEin Roggenbrot kostet 4,80 Euro.\n',
    },
  });
});
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
});

it('the first bot of the README is five lines long, valid, and has read its documents', () => {
  expect(fiveLines.trim().split('\n')).toHaveLength(5);
  expect(deployment.application.kernel.tenant('baeckerei')).toMatchObject({ state: 'serving', diagnostics: [] });
  expect(deployment.application.kernel.tenant('baeckerei').chunks).toBeGreaterThan(0);
});

it('every example of the README names only sections that the language has', () => {
  const known = new Set([...Object.keys(botSchema.properties), 'cases']);
  const used = blocks.flatMap((block) => Object.keys(parse(block) as Record<string, unknown>));
  expect(blocks.length).toBeGreaterThanOrEqual(8);
  expect(used.filter((key) => !known.has(key))).toEqual([]);
});

it('the table of the README has every section of the language', () => {
  const table = readme.slice(readme.indexOf('## Everything in one table'));
  const missing = Object.keys(botSchema.properties).filter((key) => !table.includes(`\`${key}\``));
  expect(missing).toEqual([]);
});
