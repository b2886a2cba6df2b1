import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startFakeOpenai } from '../kit/index.ts';
import { forkWorld, messageOf } from './fork-world.ts';
import type { Bench, Figure } from './measure.ts';
import { atOnce, type Run, race } from './telegram-race.ts';

/**
 * Telegram text -> constant reply, stored durably by us and by no peer; then Telegram text -> model -> reply. The goal is of updates a second;
 * beside it stands the same of processor time, which what else runs on the machine disturbs least.
 */
export const bench: Bench = {
  name: 'telegram',
  run: async ([updates = '4000', ...sizes] = []) => {
    using world = await forkWorld();
    const total = Number(updates);
    const figures: Figure[] = [];
    for (const bots of sizes.length > 0 ? sizes.map(Number) : [1, 100, 1000]) {
      const frameworks = ['telegraf', 'polyphon', 'grammy'] as const;
      const runs = await race(
        world,
        frameworks.map((framework) => ({ framework, bots })),
        total,
      );
      const [bare, polyphon, grammy] = runs as [Run, Run, Run];
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
          goal: { op: '>=', value: 40 },
        },
        {
          what: of('updates a CPU-second, of bare Telegraf'),
          value: (100 * bare.cpuSeconds) / polyphon.cpuSeconds,
          unit: '%',
        },
        {
          what: of('updates a CPU-second at first, of bare Telegraf'),
          value: (100 * bare.firstCpuSeconds) / polyphon.firstCpuSeconds,
          unit: '%',
        },
      );
    }
    await using openai = await startFakeOpenai();
    const asked = { framework: 'polyphon', bots: 1, openaiUrl: openai.baseUrl } as const;
    const [turn] = (await race(world, [asked], Math.ceil(total / 2))) as [Run];
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
