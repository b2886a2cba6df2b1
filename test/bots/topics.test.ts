import { afterAll, beforeAll, expect, it } from 'vitest';
import { botFiles } from '../../core/cli/scaffold/bot-files.ts';
import type { Deployment } from '../whole/deployment.ts';
import { askInTurn } from './ask.ts';
import { deployBeside } from './deploy-beside.ts';
import { type Conversation, followUps, standalone } from './topics.ts';

let deployment: Deployment;

beforeAll(async () => {
  const files = ['de', 'en', 'fr', 'es', 'ru', 'he'].flatMap((language) => {
    const tenantId = `new-${language}`;
    const made = botFiles({ tenantId, name: 'New', language, template: undefined });
    return [...made].map(([path, text]) => [`${tenantId}/${path}`, text]);
  });
  deployment = await deployBeside(Object.fromEntries(files));
}, 120_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
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
