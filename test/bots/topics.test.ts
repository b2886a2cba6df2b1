import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { botFiles } from '../../core/cli/scaffold/bot-files.ts';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { askInTurn } from './ask.ts';
import { botsDirectory } from './shipped-bots.ts';
import { type Conversation, followUps, standalone } from './topics.ts';

let directory: string;
let deployment: Deployment;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'polyphon-topics-'));
  await cp(botsDirectory, directory, { recursive: true });
  for (const language of ['de', 'en', 'fr', 'es', 'ru', 'he']) {
    const tenantId = `new-${language}`;
    for (const [path, text] of botFiles({ tenantId, name: 'New', language, template: undefined })) {
      const file = join(directory, tenantId, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
  deployment = await deploy({ botsDirectory: directory });
}, 120_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** Conversations whose last answer is not right, with what was said. */
async function missed(conversations: readonly Conversation[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [tenantId, turns, answer] of conversations) {
    const said = await askInTurn(deployment, tenantId, turns);
    if (!answer.split('|').some((piece) => said.includes(piece)))
      wrong.push(`${turns.join(' → ')} (${answer}): ${said}`);
  }
  return wrong;
}

it('takes a question after another topic for a question of its own', async () => {
  const wrong = await missed(standalone);
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(standalone.length * 0.25);
});

it('takes a question that continues for one of the topic, the latest one', async () => {
  const wrong = await missed(followUps);
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(followUps.length * 0.15);
});
