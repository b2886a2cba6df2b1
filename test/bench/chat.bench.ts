import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deploy } from '../whole/deployment.ts';
import { type Bench, quantile } from './measure.ts';
import { lampShop } from './sample-tenants.ts';

/** 50 conversations at once over HTTP, from a process of their own; the offline model; every turn durable. */
export const bench: Bench = {
  name: 'chat',
  run: async () => {
    await using deployment = await deploy({ files: lampShop() });
    const client = fork(fileURLToPath(new URL('./chat-load.ts', import.meta.url)), [deployment.url, '50', '100']);
    const load = await new Promise<{ seconds: number; latenciesMs: number[]; turns: string[] }>((resolve, reject) => {
      client.on('message', (message) => resolve(message as never));
      client.on('exit', (code) => reject(new Error(`the client ended with ${code}`)));
    });
    const overheadsMs: number[] = [];
    for (const turn of load.turns) {
      const trace = await deployment.application.conversations.trace('shop', turn, AbortSignal.timeout(10_000));
      if (trace !== undefined) overheadsMs.push(trace.overheadMs);
    }
    if (overheadsMs.length !== load.turns.length) throw new Error('turns without a trace');
    return [
      {
        what: 'web chat, offline model, 50 conversations: turns',
        value: load.turns.length / load.seconds,
        unit: '/s',
        goal: { op: '>=', value: 300 },
      },
      {
        what: "the framework's own share of a turn, p95",
        value: quantile(overheadsMs, 0.95),
        unit: 'ms',
        goal: { op: '<=', value: 20 },
      },
      { what: "the framework's own share of a turn, p50", value: quantile(overheadsMs, 0.5), unit: 'ms' },
      { what: 'from sending to the whole reply, p95', value: quantile(load.latenciesMs, 0.95), unit: 'ms' },
    ];
  },
};
