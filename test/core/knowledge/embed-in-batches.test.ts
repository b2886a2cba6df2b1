import { expect, it } from 'vitest';
import type { Embedding } from '../../../core/contract/index.ts';
import { systemClock } from '../../../core/kernel/system.ts';
import { batched } from '../../../core/knowledge/embed-in-batches.ts';
import { FakeClock } from '../../kit/fake-clock.ts';
import { never, recordingLog } from './tenant-knowledge.ts';

/** An embedding that does what the next of `answers` says, then gives good vectors. */
function stage(about: Partial<Embedding> = {}, ...answers: readonly (Error | readonly (readonly number[])[])[]) {
  const asked: (readonly string[])[] = [];
  const waits: number[] = [];
  let nowMs = 0;
  const clock = {
    ...systemClock,
    now: () => nowMs,
    sleep: async (ms: number) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
  const plain: Embedding = {
    id: 'plain',
    dimensions: 2,
    ...about,
    async embed(texts) {
      asked.push(texts);
      const answer = answers[asked.length - 1];
      if (answer instanceof Error) throw answer;
      return answer === undefined
        ? texts.map(() => Float32Array.of(0, 1))
        : answer.map((vector) => Float32Array.from(vector));
    },
  };
  const embedding = batched(plain, { clock, log: recordingLog() });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { embedding, asked, waits, pass };
}

const failure = (status: number, retryAfterMs?: number): Error =>
  Object.assign(new Error('failed'), { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

it('keeps the limits an embedding names, and leaves one without limits whole', async () => {
  const small = stage({ limits: { maxBatch: 2, maxCharacters: 3 } });
  expect(await small.embedding.embed(['lamps', '', 'c'], 'passage', never)).toHaveLength(3);
  expect(small.asked).toEqual([['lam', ' '], ['c']]);
  const whole = stage();
  await whole.embedding.embed(['lamps', '', 'c'], 'passage', never);
  expect(whole.asked).toEqual([['lamps', '', 'c']]);
});

it('scales vectors to unit length, and leaves one of zeros', async () => {
  const { embedding } = stage({}, [
    [3, 4],
    [0, 0],
  ]);
  const vectors = await embedding.embed(['a', 'b'], 'passage', never);
  expect(vectors).toEqual([Float32Array.of(0.6, 0.8), Float32Array.of(0, 0)]);
});

it.each([
  ['too few', [[0, 1]], '1 vectors for 2 texts'],
  ['of another size', [[0, 1], [1]], '1 dimensions and not 2'],
  [
    'of no numbers',
    [
      [0, 1],
      [Number.NaN, 1],
    ],
    'something else than numbers',
  ],
])('refuses vectors that are %s', async (_what, vectors, message) => {
  const { embedding, asked } = stage({}, vectors);
  const refused = embedding.embed(['a', 'b'], 'passage', never);
  await expect(refused).rejects.toMatchObject({ code: 'EMB8207', message: expect.stringContaining(message) });
  expect(asked).toHaveLength(1);
});

it('asks again for the batch that failed, after a wait that grows, six times', async () => {
  const { embedding, asked, waits } = stage(
    { limits: { maxBatch: 1 } },
    [[0, 1]],
    ...Array.from({ length: 6 }, () => failure(503)),
  );
  await expect(embedding.embed(['a', 'b'], 'passage', never)).rejects.toMatchObject({ code: 'EMB8204' });
  expect(asked.flat()).toEqual(['a', ...Array.from({ length: 6 }, () => 'b')]);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000]);
});

it('asks nothing of a service that wants a longer wait until that has passed', async () => {
  const { embedding, asked, pass } = stage({}, failure(429, 600_000));
  await expect(embedding.embed(['a'], 'passage', never)).rejects.toMatchObject({ retryAfterMs: 600_000 });
  pass(599_000);
  await expect(embedding.embed(['a'], 'passage', never)).rejects.toMatchObject({ retryAfterMs: 1000 });
  expect(asked).toHaveLength(1);
  pass(1000);
  expect(await embedding.embed(['a'], 'passage', never)).toHaveLength(1);
});

it('says how long a service that is busy was asked, how long it wants no requests and until when, always in the same words', async () => {
  const long = stage({ where: 'plain at host' }, failure(429, 600_000));
  const longer = 'asks to wait 600 s, until 1970-01-01T00:10:00Z. Words find what has no vector yet.';
  await expect(long.embedding.embed(['a'], 'passage', never)).rejects.toMatchObject({
    code: 'EMB8203',
    message: expect.stringContaining(`plain at host: the service ${longer}`),
  });
  long.pass(1000);
  await expect(long.embedding.embed(['b'], 'passage', never)).rejects.toThrow(longer);
  await expect(long.embedding.embed(['b?'], 'query', never)).rejects.toThrow('00:10:00Z. Words answer meanwhile.');
  const often = stage({}, ...Array.from({ length: 6 }, () => failure(429, 20_000)));
  const asked = 'was asked 6 times in 100 s and asks to wait 32 s, until 1970-01-01T00:02:12Z';
  await expect(often.embedding.embed(['a'], 'passage', never)).rejects.toThrow(asked);
});

it('lets a reading wait for a service that has sent a question away', async () => {
  const { embedding, waits } = stage({}, failure(429, 20_000), failure(429, 20_000));
  await expect(embedding.embed(['a lamp?'], 'query', never)).rejects.toMatchObject({ code: 'EMB8203' });
  expect(await embedding.embed(['a lamp'], 'passage', never)).toHaveLength(1);
  expect(waits).toEqual([20_000]);
});

it.each([
  [failure(403), 'EMB8201'],
  [failure(404), 'EMB8202'],
  [failure(0), 'EMB8206'],
  [failure(422), 'EMB8205'],
  [new TypeError('data is undefined'), 'EMB8204'],
])('names %s as %s, with where it came from and the error as cause', async (error, code) => {
  const { embedding } = stage({ where: 'plain at host' }, error, error);
  const caught: unknown = await embedding.embed(['a'], 'query', never).catch((reason: unknown) => reason);
  expect(caught).toMatchObject({ code, cause: error, message: expect.stringContaining('plain at host') });
});

it('leaves a question that the embedding is late with to the words, and after some in a row asks no more for a while', async () => {
  const clock = new FakeClock();
  let asked = 0;
  let hangs = true;
  // Heeds no signal, as a run in the process does.
  const slow: Embedding = {
    id: 'slow',
    dimensions: 2,
    embed: (texts) => {
      asked += 1;
      return hangs ? new Promise(() => {}) : Promise.resolve(texts.map(() => Float32Array.of(0, 1)));
    },
  };
  const embedding = batched(slow, { clock, log: recordingLog() });
  const late = { code: 'EMB8204', message: expect.stringContaining('within 3 s') };
  for (let question = 1; question <= 3; question += 1) {
    const answer = expect(embedding.embed(['a lamp?'], 'query', never)).rejects.toMatchObject(late);
    await clock.advance(3000);
    await answer;
    expect(asked).toBe(question);
  }
  await expect(embedding.embed(['a lamp?'], 'query', never)).rejects.toMatchObject(late);
  expect(asked).toBe(3);
  hangs = false;
  // Passages have the patience of the plugin.
  expect(await embedding.embed(['a lamp'], 'passage', never)).toHaveLength(1);
  await clock.advance(30_000);
  expect(await embedding.embed(['a lamp?'], 'query', never)).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

it('lets passages take as long as they take', async () => {
  const clock = new FakeClock();
  const done = Promise.withResolvers<readonly Float32Array[]>();
  const embedding = batched({ id: 'slow', dimensions: 2, embed: () => done.promise }, { clock, log: recordingLog() });
  const vectors = embedding.embed(['a lamp'], 'passage', never);
  await clock.advance(60_000);
  done.resolve([Float32Array.of(0, 1)]);
  expect(await vectors).toHaveLength(1);
});
