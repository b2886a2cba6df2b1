import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deploy } from '../whole/deployment.ts';
import { type Bench, quantile } from './measure.ts';
import { lampShop } from './sample-tenants.ts';

const sockets = 5000;
const perSecond = 500;

/**
 * 5,000 open sockets; on some of them 500 messages a second are said, after a while at a fifth of that; from message to acknowledgement,
 * and to the whole reply.
 */
export const bench: Bench = {
  name: 'sockets',
  run: async () => {
    await using deployment = await deploy({ files: lampShop() });
    const client = fork(fileURLToPath(new URL('./socket-load.ts', import.meta.url)), [
      deployment.url,
      String(sockets),
      String(perSecond),
      '15',
    ]);
    let mostMb = 0;
    const sampling = setInterval(() => {
      mostMb = Math.max(mostMb, process.memoryUsage.rss() / 1e6);
    }, 200);
    const load = await new Promise<{ open: number; sent: number; ackMs: number[]; replyMs: number[] }>(
      (resolve, reject) => {
        client.on('message', (message) => resolve(message as never));
        client.on('exit', (code) => reject(new Error(`the client ended with ${code}`)));
      },
    );
    clearInterval(sampling);
    return [
      { what: 'sockets open at once', value: load.open, unit: '', goal: { op: '>=', value: sockets } },
      { what: 'messages said', value: load.sent / 15, unit: '/s', goal: { op: '>=', value: perSecond * 0.98 } },
      {
        what: 'messages without an acknowledgement or a reply',
        value: 2 * load.sent - load.ackMs.length - load.replyMs.length,
        unit: '',
        goal: { op: '<=', value: 0 },
      },
      {
        what: 'message to its acknowledgement, p99',
        value: quantile(load.ackMs, 0.99),
        unit: 'ms',
        goal: { op: '<=', value: 250 },
      },
      {
        what: 'message to its whole reply, p99',
        value: quantile(load.replyMs, 0.99),
        unit: 'ms',
        goal: { op: '<=', value: 250 },
      },
      { what: 'resident memory of the server at most', value: mostMb, unit: 'MB', goal: { op: '<=', value: 1000 } },
    ];
  },
};
