import { type Model, type ModelRequest, PolyphonError } from '../contract/index.ts';
import type { TenantRevision } from './tenant-revision.ts';

/** As short as a question can be: a list of models proves neither the key's right to this one nor that it takes the bot's parameters. */
const request: ModelRequest = {
  system: 'Answer with the word OK and nothing else.',
  messages: [{ role: 'contact', text: 'OK?' }],
  passages: [],
  tools: [],
  language: 'en',
  texts: { greeting: '', unknown: '' },
};

/**
 * Asks a model for one word, and leaves with the first piece of the answer. `at`: 0 is the model of the definition, the others its
 * fallbacks in order. @throws why it does not answer.
 */
export async function tryModel(revision: TenantRevision, at: number, signal: AbortSignal): Promise<void> {
  using _lease = revision.lease();
  const model = await modelAt(revision, at);
  for await (const _piece of model.stream(request, signal)) return;
  throw new PolyphonError('MDL5006', `Model ${model.id}: it ended without an answer. Ask it again, or choose another.`);
}

async function modelAt(revision: TenantRevision, at: number): Promise<Model> {
  const models = revision.models()[Symbol.asyncIterator]();
  for (let before = 0; before < at; before += 1) {
    // One that does not open is another trial's to tell.
    await models.next().catch(() => {});
  }
  const { value, done } = await models.next();
  if (done === true) throw new RangeError(`the bot has no model ${at}`);
  return value;
}
