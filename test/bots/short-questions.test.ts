import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deployment } from '../whole/deployment.ts';
import { ask } from './ask.ts';
import { deployBeside } from './deploy-beside.ts';
import { englishWorkshop } from './english-workshop.ts';
import { keptAside, type ShortQuestions, tuned } from './short-questions.ts';

let deployment: Deployment;

beforeAll(async () => {
  const files = Object.entries(englishWorkshop).map(([path, text]) => [`workshop/${path}`, text]);
  deployment = await deployBeside(Object.fromEntries(files));
}, 120_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
});

/** None of these questions is answered by yes or no; what stands before it says that a machine speaks. */
const yesOrNo = /(?:^|[.。] )(?:ja|nein|yes|no|oui|non|sí|да|нет|כן|לא),/iu;

interface Result {
  readonly right: number;
  readonly wrong: readonly string[];
  readonly invented: readonly string[];
  readonly beginning: readonly string[];
}

async function askAll(questions: ShortQuestions): Promise<Result> {
  const [wrong, invented, beginning]: [string[], string[], string[]] = [[], [], []];
  let right = 0;
  for (const [tenantId, asked] of Object.entries(questions)) {
    for (const [question, answer] of asked) {
      const said = await ask(deployment, tenantId, question);
      const line = `${question} (${answer}): ${said}`;
      if (answer.split('|').some((piece) => said.toLowerCase().includes(piece.toLowerCase()))) right += 1;
      else (answer === 'unknown' ? invented : wrong).push(line);
      if (yesOrNo.test(said)) beginning.push(line);
    }
  }
  return { right, wrong, invented, beginning };
}

it.each([
  // Before the model asked what kind of answer a question wants: 36 and 40 right, two invented, ten that began with yes or no.
  ['it was tuned on', tuned, 55],
  ['nobody tuned it for', keptAside, 46],
] as const)('answers short questions %s with the kind of answer they want', async (_, questions, floor) => {
  const { right, wrong, invented, beginning } = await askAll(questions);
  expect(Object.values(questions).flat()).toHaveLength(60);
  expect(invented).toEqual([]);
  expect(beginning).toEqual([]);
  expect(right, wrong.join('\n')).toBeGreaterThanOrEqual(floor);
});
