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

/** Each part of a definition becomes a bot of its own. */
const examples = blocks
  .slice(1)
  .filter((block) => !('cases' in (parse(block) as object)))
  .map(
    (block, index) =>
      [`example-${index + 1}`, `polyphon: 1\nlanguages: { default: de, supported: [de, en] }\n${block}`] as const,
  );

let deployment: Deployment;

beforeAll(async () => {
  const files: Record<string, string> = {
    '_templates/base.yaml': readFileSync(join(botsDirectory, '_templates/base.yaml'), 'utf8'),
    'baeckerei/bot.yaml': fiveLines,
    'baeckerei/knowledge/brot.md': '# Brot\n\n## Was kostet ein Roggenbrot?\n\nEin Roggenbrot kostet 4,80 Euro.\n',
  };
  const env: Record<string, string> = {};
  for (const [tenantId, text] of examples) {
    files[`${tenantId}/bot.yaml`] = text;
    files[`${tenantId}/prompts/system.md`] = 'Du bist ein KI-Assistent.';
    files[`${tenantId}/prompts/emergency.md`] = 'Bitte wählen Sie die 112.';
    for (const name of ['OPENAI_KEY', 'WEBHOOK_SECRET', 'TWILIO_SID', 'TWILIO_TOKEN']) {
      env[`POLYPHON_${tenantId.toUpperCase().replace('-', '_')}_${name}`] = 'key-of-the-readme-test';
    }
  }
  deployment = await deploy({ files, env });
}, 60_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
});

it('the first bot of the README is five lines long, valid, and has read its documents', () => {
  expect(fiveLines.trim().split('\n')).toHaveLength(5);
  expect(deployment.application.kernel.tenant('baeckerei')).toMatchObject({ state: 'serving', diagnostics: [] });
  expect(deployment.application.kernel.tenant('baeckerei').chunks).toBeGreaterThan(0);
});

it('every part of a definition that the README shows is valid', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
  for (const [tenantId, text] of examples) {
    const { state, diagnostics } = deployment.application.kernel.tenant(tenantId);
    expect(
      diagnostics.filter(({ severity }) => severity === 'error'),
      text,
    ).toEqual([]);
    expect(state, text).toBe('serving');
  }
});

it('the table of the README has every section of the language', () => {
  const table = readme.slice(readme.indexOf('## Everything in one table'));
  const missing = Object.keys(botSchema.properties).filter((key) => !table.includes(`\`${key}\``));
  expect(missing).toEqual([]);
});
