import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startFakeOpenai } from '../kit/index.ts';
import { type ForkedWorld, forkWorld, messageOf } from './fork-world.ts';
import type { Bench, Figure } from './measure.ts';
import type { WorldTarget } from './messenger-load.ts';

const atOnce = 32;
/** Until then V8 still compiles, in threads of its own: a fifth of our processor time, a third of a smaller framework's. */
const warmUp = 20_000;

interface Run {
  readonly perSecond: number;
  /** A thousand updates, as long as it has run already. */
  readonly cpuSeconds: number;
  /** The same soon after its start. */
  readonly firstCpuSeconds: number;
  readonly readyMb: number;
  readonly afterMb: number;
  readonly wrong: number;
}

/**
 * Telegram text -> constant reply, stored durably by us and by no peer; then Telegram text -> model -> reply. Each framework in a
 * process of its own against the same platform, one after the other; the ratio is of processor time, which what else runs on the
 * machine disturbs least.
 */
export const bench: Bench = {
  name: 'telegram',
  run: async ([updates = '4000', ...sizes] = []) => {
    using world = await forkWorld();
    const total = Number(updates);
    const figures: Figure[] = [];
    for (const bots of sizes.length > 0 ? sizes.map(Number) : [1, 100, 1000]) {
      const telegraf = await measure(world, 'telegraf', bots, total);
      const polyphon = await measure(world, 'polyphon', bots, total);
      const grammy = await measure(world, 'grammy', bots, total);
      const again = await measure(world, 'telegraf', bots, total);
      const bare = {
        ...telegraf,
        perSecond: (telegraf.perSecond + again.perSecond) / 2,
        cpuSeconds: (telegraf.cpuSeconds + again.cpuSeconds) / 2,
        firstCpuSeconds: (telegraf.firstCpuSeconds + again.firstCpuSeconds) / 2,
      };
      const of = (name: string): string => `${bots} ${bots === 1 ? 'bot' : 'bots'}, ${name}`;
      for (const [name, run] of Object.entries({ polyphon, Telegraf: bare, grammY: grammy })) {
        figures.push(
          { what: of(`${name}: updates answered`), value: run.perSecond, unit: '/s' },
          { what: of(`${name}: CPU a thousand`), value: run.cpuSeconds, unit: 's' },
          { what: of(`${name}: CPU a thousand at first`), value: run.firstCpuSeconds, unit: 's' },
          { what: of(`${name}: memory when ready`), value: run.readyMb, unit: 'MB' },
          { what: of(`${name}: memory after the load`), value: run.afterMb, unit: 'MB' },
        );
      }
      figures.push(
        {
          what: of('lost or doubled by polyphon'),
          value: polyphon.wrong,
          unit: '',
          goal: { op: '<=', value: 0 },
        },
        {
          what: of('updates a second, of bare Telegraf'),
          value: (100 * polyphon.perSecond) / bare.perSecond,
          unit: '%',
        },
        {
          what: of('updates a CPU-second, of bare Telegraf'),
          value: (100 * bare.cpuSeconds) / polyphon.cpuSeconds,
          unit: '%',
          goal: { op: '>=', value: 40 },
        },
        {
          what: of('at first, of bare Telegraf'),
          value: (100 * bare.firstCpuSeconds) / polyphon.firstCpuSeconds,
          unit: '%',
          goal: { op: '>=', value: 40 },
        },
      );
    }
    await using openai = await startFakeOpenai();
    const turn = await measure(world, 'polyphon', 1, Math.ceil(total / 2), openai.baseUrl);
    const alone = await measureModelAlone(openai.baseUrl, Math.ceil(total / 2));
    figures.push(
      { what: 'text -> model -> reply: turns', value: turn.perSecond, unit: '/s' },
      {
        what: 'text -> model -> reply: CPU a thousand',
        value: turn.cpuSeconds,
        unit: 's',
        goal: { op: '<=', value: 1.2 },
      },
      {
        what: 'text -> model -> reply: CPU a thousand at first',
        value: turn.firstCpuSeconds,
        unit: 's',
        goal: { op: '<=', value: 1.2 },
      },
      { what: "LangChain's model alone: CPU a thousand", value: alone, unit: 's' },
      { what: 'text -> model -> reply: lost or doubled', value: turn.wrong, unit: '', goal: { op: '<=', value: 0 } },
    );
    return figures;
  },
};

/** What of a turn is the library's own: processor seconds of a thousand calls. */
async function measureModelAlone(baseUrl: string, calls: number): Promise<number> {
  const child = fork(fileURLToPath(new URL('./model-alone-process.ts', import.meta.url)), [
    baseUrl,
    String(calls),
    String(atOnce),
  ]);
  const { cpuSeconds } = await messageOf<{ cpuSeconds: number }>(child);
  return cpuSeconds;
}

async function measure(
  world: ForkedWorld,
  framework: string,
  bots: number,
  total: number,
  openaiUrl = '',
): Promise<Run> {
  const subject = fork(
    fileURLToPath(new URL('./telegram-subject.ts', import.meta.url)),
    [framework, String(bots), world.baseUrl, openaiUrl],
    { execArgv: ['--expose-gc'] },
  );
  try {
    const { targets, readyMb } = await messageOf<{ targets: readonly WorldTarget[]; readyMb: number }>(subject);
    const chats = Math.max(1, Math.ceil(total / 10 / bots));
    const load = (updates: number) =>
      world.load({ targets, chats, pace: { kind: 'closed', atOnce, total: updates }, patienceMs: 20_000 });
    // Each bot has had a message.
    const opening = await load(Math.max(bots, Math.ceil(total / 4)));
    const opened = await need(subject, 'time');
    const first = await load(total);
    const begun = await need(subject, 'time');
    const between = await load(warmUp);
    const before = await need(subject, 'time');
    const result = await load(total);
    const after = await need(subject, 'memory');
    const runs = [opening, first, between, result];
    return {
      perSecond: result.replies / result.seconds,
      cpuSeconds: (after.cpuSeconds - before.cpuSeconds) / (total / 1000),
      firstCpuSeconds: (begun.cpuSeconds - opened.cpuSeconds) / (total / 1000),
      readyMb,
      afterMb: after.residentMb,
      wrong: runs.reduce((sum, { lost, doubled }) => sum + lost.length + doubled.length, 0),
    };
  } finally {
    subject.disconnect();
  }
}

function need(subject: ChildProcess, what: 'time' | 'memory'): Promise<{ cpuSeconds: number; residentMb: number }> {
  const answer = messageOf<{ cpuSeconds: number; residentMb: number }>(subject);
  subject.send(what);
  return answer;
}
