import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { ask } from './ask.ts';
import { heldOut } from './held-out.ts';
import { plainQuestions } from './plain-questions.ts';
import { type Question, questions } from './questions.ts';
import { botsDirectory, shippedTenants } from './shipped-bots.ts';

let deployment: Deployment;

beforeAll(async () => {
  deployment = await deploy({ botsDirectory });
}, 120_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
});

/** The questions that were not answered rightly, with what was said. */
async function missed(tenantId: string, asked: readonly Question[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [question, answer] of asked) {
    const said = await ask(deployment, tenantId, question);
    const isRight = answer.split('|').some((piece) => said.toLowerCase().includes(piece.toLowerCase()));
    if (!isRight) wrong.push(`${question} (${answer}): ${said}`);
  }
  return wrong;
}

const unanswerable = ' (unknown): ';
const share = { asked: 0.85, heldOut: 0.7 };

it.each(shippedTenants)('%s answers most questions of people, and invents nothing', async (tenantId) => {
  const asked = questions[tenantId] ?? [];
  const wrong = await missed(tenantId, asked);
  expect(asked.length).toBeGreaterThanOrEqual(12);
  expect(wrong.filter((line) => line.includes(unanswerable))).toEqual([]);
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(asked.length * (1 - share.asked));
});

it.each(shippedTenants)('%s answers what is typed quickly and said plainly, and invents nothing', async (tenantId) => {
  const asked = plainQuestions[tenantId] ?? [];
  const wrong = await missed(tenantId, asked);
  expect(asked.length).toBeGreaterThanOrEqual(9);
  expect(wrong.filter((line) => line.includes(unanswerable))).toEqual([]);
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(asked.length * (1 - share.asked));
});

it('answers what nobody tuned it for', async () => {
  const wrong: string[] = [];
  for (const [tenantId, asked] of Object.entries(heldOut)) wrong.push(...(await missed(tenantId, asked)));
  const count = Object.values(heldOut).flat().length;
  expect(wrong.filter((line) => line.includes(unanswerable))).toEqual([]);
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(count * (1 - share.heldOut));
});
