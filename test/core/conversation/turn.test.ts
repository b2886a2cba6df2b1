import { expect, it } from 'vitest';
import { fakeModel, makeRig, passage, saying, signal } from './rig.ts';

it('answers a message, stores both, and keeps a trace with the revision', async () => {
  await using rig = await makeRig();
  const session = await rig.session();
  const reply = await session.ask('How are you today?');
  expect(reply).toMatchObject({ role: 'bot', text: 'Fine.', channel: 'web', citations: [] });
  const history = await rig.engine.conversationsOf('acme', 'web').history(session.id, {}, signal);
  expect(history.map(({ role, text }) => [role, text])).toEqual([
    ['contact', 'How are you today?'],
    ['bot', 'Fine.'],
  ]);
  const turn = rig.events.find((event) => event.type === 'turn.completed');
  const trace = turn?.type === 'turn.completed' ? await rig.engine.trace('acme', turn.turn, signal) : undefined;
  expect(trace).toMatchObject({
    revision: 'r1',
    outcome: 'answered',
    model: 'fake',
    usage: { inputTokens: 7, outputTokens: 3 },
  });
  expect(rig.tenant('acme').leases).toBe(0);
});

it('turns marks into citations and takes them out of what people see', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.passages = [passage(1, 'A crown costs 600 euros.'), passage(2, 'We open at eight.')];
  tenant.bot = { ...tenant.bot, knowledge: { faq: { use: 'files', with: {} } } };
  tenant.models = [fakeModel(saying('A crown costs ', '600 euros [', '1', ']. Bye.'))];
  const reply = await (await rig.session()).ask('What does a crown cost?');
  expect(reply.text).toBe('A crown costs 600 euros. Bye.');
  expect(reply.citations).toEqual([
    { source: 'faq', document: 'd1', chunk: 'k1', score: 0.9, title: 'Title 1', quote: 'A crown costs 600 euros.' },
  ]);
});
