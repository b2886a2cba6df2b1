import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTalk } from '../../core/cli/talk.ts';
import { systemRandom } from '../../core/kernel/system.ts';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { questions } from './questions.ts';
import { botsDirectory, shippedTenants } from './shipped-bots.ts';

let deployment: Deployment;

beforeAll(async () => {
  deployment = await deploy({ botsDirectory });
}, 120_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
});

async function ask(tenantId: string, asked: string, number: number): Promise<string> {
  const signal = new AbortController().signal;
  const contact = { id: `asker-${number}` };
  const talk = await openTalk(
    deployment.application,
    { tenantId, channel: 'web', contact },
    (prefix) => systemRandom.id(prefix),
    signal,
  );
  const turn = await talk.say(asked);
  const outcome = await talk.conversations.reply(turn, signal);
  const trace = await talk.trace(turn, signal);
  return trace?.outcome === 'unknown'
    ? 'unknown'
    : outcome.status === 'completed'
      ? outcome.reply.text
      : outcome.status;
}

it.each(shippedTenants)('%s answers most questions of people, and invents nothing', async (tenantId) => {
  const asked = questions[tenantId] ?? [];
  const wrong: string[] = [];
  for (const [index, [question, answer]] of asked.entries()) {
    const said = await ask(tenantId, question, index);
    if (!said.toLowerCase().includes(answer.toLowerCase())) wrong.push(`${question} (${answer}): ${said}`);
  }
  expect(asked.length).toBeGreaterThanOrEqual(12);
  expect(wrong.filter((line) => line.includes(' (unknown): '))).toEqual([]);
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(asked.length * 0.15);
});
