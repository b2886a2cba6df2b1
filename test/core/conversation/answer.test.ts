import { expect, it } from 'vitest';
import type { Message, ModelEvent } from '../../../core/contract/index.ts';
import { PolyphonError } from '../../../core/contract/index.ts';
import { done, fakeModel, makeRig, type Rig, saying, settled, signal, type WebSession } from './rig.ts';

const broken = fakeModel(() => {
  throw new PolyphonError('MDL5005', 'The service failed.');
}, 'broken');

const silent = fakeModel(async function* (): AsyncGenerator<ModelEvent> {
  await new Promise(() => {});
  yield done;
}, 'silent');

const stalling = fakeModel(async function* (): AsyncGenerator<ModelEvent> {
  yield { type: 'text', text: 'The crown costs ' };
  await new Promise(() => {});
}, 'stalling');

async function replyAfter(rig: Rig, session: WebSession, text: string, ms: number): Promise<Message> {
  const asking = session.ask(text);
  await settled();
  await rig.clock.advance(ms);
  return asking;
}

it('asks the fallback when the first model fails before its first word', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [broken, fakeModel(saying('From the second.'), 'second')];
  expect((await (await rig.session()).ask('Hello there')).text).toBe('From the second.');
});

it('asks the fallback when the first word does not come in time', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [silent, fakeModel(saying('From the second.'), 'second')];
  const reply = await replyAfter(rig, await rig.session(), 'Hello there', 4000);
  expect(reply.text).toBe('From the second.');
});

it('waits for an answer that comes in one piece as long as a whole answer may take', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = { ...tenant.bot, llm: { ...tenant.bot.llm, fallback: [] } };
  tenant.models = [
    fakeModel(async function* (request, stop) {
      await rig.clock.sleep(20_000, stop);
      yield { type: 'text', text: `It came ${request.delivery}.` };
      yield done;
    }),
  ];
  const said = rig.sms('Hello there');
  await settled();
  for (let seconds = 0; seconds < 21; seconds += 1) await rig.clock.advance(1000);
  await said;
  expect(tenant.sent.at(-1)?.text).toBe('It came whole.');
});

it('asks the fallback when the first model cannot be opened', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [
    new PolyphonError('PLG2006', 'No key.'),
    fakeModel(saying('From the second.'), 'second'),
  ];
  expect((await (await rig.session()).ask('Hello there')).text).toBe('From the second.');
});

it('is not held up by a retrieval that never ends', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = { ...tenant.bot, knowledge: { faq: { use: 'files', with: {} } } };
  tenant.search = () => new Promise(() => {});
  const reply = await replyAfter(rig, await rig.session(), 'What is the price?', 30_000);
  expect(reply.text).toBe('Something is not working.');
  expect(rig.events.at(-1)).toMatchObject({ type: 'turn.failed', code: 'CNV5006' });
});

it('searches for what a follow-up means, where the model can tell', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const queries: string[] = [];
  tenant.bot = { ...tenant.bot, knowledge: { faq: { use: 'files', with: {} } } };
  tenant.search = async ({ text }) => {
    queries.push(text);
    return [];
  };
  tenant.models = [
    {
      ...fakeModel(saying('Yes.')),
      rewriteQuery: (messages) =>
        messages.flatMap((message) => (message.role === 'contact' ? [message.text] : [])).join(' '),
    },
  ];
  const session = await rig.session();
  await session.ask('When do you open?');
  await session.ask('And on Sundays?');
  expect(queries).toEqual(['When do you open?', 'When do you open? And on Sundays?']);
});

it('gives the best of what both texts find where the model cannot tell a follow-up from a question of its own', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = { ...tenant.bot, knowledge: { faq: { use: 'files', with: {} } } };
  const found = (chunk: string, score: number) => ({
    chunk,
    document: chunk,
    source: 'faq',
    title: chunk,
    headings: [],
    text: chunk,
    score,
    scores: { fused: score },
  });
  tenant.search = async ({ text }) =>
    text === 'pay' ? [found('payment', 0.9), found('hours', 0.4)] : [found('hours', 0.6), found('contact', 0.5)];
  const given: (readonly string[])[] = [];
  const model = fakeModel(saying('By card.'));
  tenant.models = [
    {
      ...model,
      rewriteQuery: () => ['hours pay', 'pay'],
      stream: (request, cancelled) => {
        given.push(request.passages.map(({ chunk, score }) => `${chunk} ${score}`));
        return model.stream(request, cancelled);
      },
    },
  ];
  await (await rig.session()).ask('How do I pay?');
  expect(given).toEqual([['payment 0.9', 'hours 0.6']]);
});

it('never asks another model once something was shown; the failure text follows what is there', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [stalling, fakeModel(saying('Never asked.'), 'second')];
  const session = await rig.session();
  const reply = await replyAfter(rig, session, 'What is the price?', 30_000);
  expect(reply.text).toBe('The crown costs\n\nSomething is not working.');
  expect(rig.events.at(-1)).toMatchObject({ type: 'turn.failed', code: 'CNV5006' });
});

it('says the failure text when nobody answers, and keeps the message', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [broken, broken];
  const session = await rig.session();
  expect((await session.ask('Is anybody there?')).text).toBe('Something is not working.');
  const history = await rig.engine.conversationsOf('acme', 'web').history(session.id, {}, signal);
  expect(history.map(({ role }) => role)).toEqual(['contact', 'bot']);
  expect(rig.events.at(-1)).toMatchObject({ type: 'turn.failed', code: 'MDL5005' });
});

it('streams what the model says, piece by piece, and stores what was shown', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [fakeModel(saying('One ', 'two ', 'three.'))];
  const session = await rig.session();
  const reading = new AbortController();
  const events = rig.engine.conversationsOf('acme', 'web').events(session.id, 0, reading.signal);
  const reply = await session.ask('Count, please');
  reading.abort();
  const seen: string[] = [];
  for await (const event of events) seen.push(event.type);
  expect(reply.text).toBe('One two three.');
  expect(seen).toEqual([]);
  const replay = new AbortController();
  const types: string[] = [];
  for await (const event of rig.engine.conversationsOf('acme', 'web').events(session.id, 0, replay.signal)) {
    types.push(event.type);
    if (event.type === 'reply.completed') replay.abort();
  }
  expect(types).toEqual(['message.received', 'reply.completed']);
});

it('says unknown in the language of the question, and calls a human after the second miss in a row', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').models = [fakeModel(saying('[unk', 'nown]', ' and more'))];
  const session = await rig.session();
  expect((await session.ask('Wie hoch ist eigentlich der Mond?')).text).toBe('Das weiß ich nicht.');
  expect((await session.ask('Und wie alt ist er denn?')).text).toBe(
    'Das weiß ich nicht.\n\nIch gebe Ihre Frage an einen Menschen weiter.',
  );
  expect(rig.events.at(-1)).toMatchObject({ type: 'handoff.requested', reason: 'misses' });
  const [view] = await rig.engine.list('acme', { owner: 'human' }, signal);
  expect(view).toMatchObject({ owner: 'human', handoff: 'misses', misses: 0 });
});

it('counts misses in a row only', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const session = await rig.session();
  for (const text of ['[unknown]', 'Yes.', '[unknown]']) {
    tenant.models = [fakeModel(saying(text))];
    await session.ask('Do you know this?');
  }
  expect(rig.events.some(({ type }) => type === 'handoff.requested')).toBe(false);
});

it('lets the model call allowed functions with fitting arguments, and answer with what they gave', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  const called: unknown[] = [];
  tenant.tools = new Map([
    [
      'desk',
      {
        functions: [
          {
            name: 'find',
            description: 'Finds.',
            parameters: {
              type: 'object',
              properties: { day: { type: 'string' } },
              required: ['day'],
              additionalProperties: false,
            },
          },
          { name: 'erase', description: 'Erases.', parameters: { type: 'object' } },
        ],
        call: async (_name: string, input: unknown) => {
          called.push(input);
          return { result: 'free at nine' };
        },
      },
    ],
  ]);
  tenant.bot = { ...tenant.bot, tools: { desk: { use: 'desk', with: {}, allow: ['find'], confirm: 'never' } } };
  const results: unknown[] = [];
  tenant.models = [
    fakeModel(async function* (request) {
      expect(request.tools.map(({ name }) => name)).toEqual(['desk_find']);
      results.push(request.messages.flatMap((message) => (message.role === 'tool' ? [message.result] : [])));
      const round = results.length;
      if (round === 4) {
        yield { type: 'text', text: 'Nine is free.' };
        yield done;
        return;
      }
      const wrong = {
        id: `c${round}`,
        name: round === 1 ? 'desk_erase' : 'desk_find',
        arguments: round === 3 ? { day: 'monday' } : { week: 1 },
      };
      yield { type: 'tool-call', call: wrong };
      yield { ...done, finish: 'tool-calls' } as ModelEvent;
    }),
  ];
  expect((await (await rig.session()).ask('When is it free?')).text).toBe('Nine is free.');
  expect(called).toEqual([{ day: 'monday' }]);
  expect(results[1]).toEqual(["There is no function 'desk_erase'."]);
  expect(String((results[2] as string[]).at(-1))).toContain("must have required property 'day'");
  expect(rig.events.filter(({ type }) => type === 'tool.called')).toHaveLength(3);
});

it('says that it is an AI in its first reply, where the greeting does not', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = { ...tenant.bot, prompts: { ...tenant.bot.prompts, greeting: { en: 'Hello.' } } };
  const session = await rig.session();
  expect((await session.ask('Hello there')).text).toBe('I am an AI assistant. Fine.');
  expect((await session.ask('Hello again')).text).toBe('Fine.');
});

it('says so as well where the greeting does, but the client has not shown it', async () => {
  await using rig = await makeRig();
  const session = await rig.session('acme', {});
  expect((await session.ask('Hello there')).text).toBe('I am an AI assistant. Fine.');
  expect((await session.ask('Hello again')).text).toBe('Fine.');
});

it('does not say so where the first reply is the greeting, which says it', async () => {
  await using rig = await makeRig();
  const greeting = ['Hello, I am', ' an AI', ' assistant.'];
  for (const [pieces, text] of [
    [[...greeting, ' How can I help?'], 'Hello, I am an AI assistant. How can I help?'],
    [greeting, 'Hello, I am an AI assistant.'],
    [['Hello, I am', ' not sure.'], 'I am an AI assistant. Hello, I am not sure.'],
    [['Hello'], 'I am an AI assistant. Hello'],
  ] as const) {
    rig.tenant('acme').models = [fakeModel(saying(...pieces))];
    const session = await rig.session('acme', {});
    expect((await session.ask('Hi')).text).toBe(text);
  }
});

it('hands over when a rule matches, and says what the rule says', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = {
    ...tenant.bot,
    escalation: [
      { when: { kind: 'match', pattern: '(?i)emergency|strong pain' }, say: { en: 'Call 112.' }, do: 'handoff' },
    ],
  };
  const session = await rig.session();
  expect((await session.ask('This is an EMERGENCY')).text).toBe('Call 112.');
  expect(rig.events.at(-1)).toMatchObject({ type: 'handoff.requested', reason: 'matched' });
});
