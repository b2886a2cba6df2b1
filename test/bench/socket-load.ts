import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { lamps } from './sample-tenants.ts';

/** The people of the socket measurement: `socket-load.ts <url> <sockets> <messages a second> <seconds>`; reports to its parent. */
const [url = '', socketCount = '5000', perSecond = '500', seconds = '15'] = process.argv.slice(2);
const base = `${url}/v1/shop/web/sessions`;

interface Line {
  readonly socket: WebSocket;
  sentMs: number;
}

const ackMs: number[] = [];
const replyMs: number[] = [];

async function openLine(): Promise<Line> {
  const { session, token } = (await (await fetch(base, { method: 'POST' })).json()) as {
    session: string;
    token: string;
  };
  const socket = new WebSocket(`${base.replace('http', 'ws')}/${session}?token=${token}`, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const line: Line = { socket, sentMs: 0 };
  socket.on('message', (data: Buffer) => {
    const type = /"type":"([a-z.]+)"/.exec(data.toString('latin1'))?.[1];
    if (type === 'ack') ackMs.push(performance.now() - line.sentMs);
    if (type === 'reply.completed') replyMs.push(performance.now() - line.sentMs);
  });
  return line;
}

const lines: Line[] = [];
while (lines.length < Number(socketCount)) lines.push(...(await Promise.all(Array.from({ length: 50 }, openLine))));
await sleep(1000);

let sent = 0;

/** So many messages at so many a second; waits until all are answered. */
async function say(total: number, rate: number): Promise<void> {
  const startedMs = performance.now();
  const before = sent;
  while (sent < before + total) {
    const due = before + Math.min(total, Math.floor(((performance.now() - startedMs) / 1000) * rate));
    for (; sent < due; sent += 1) {
      // A step that shares no factor with 5,000: each line speaks once in ten seconds, never twice at once.
      const line = lines[(sent * 7) % lines.length];
      if (line === undefined) break;
      line.sentMs = performance.now();
      line.socket.send(
        JSON.stringify({
          type: 'message',
          id: `m${sent}`,
          text: `What does the lamp ${lamps[sent % lamps.length]} cost?`,
        }),
      );
    }
    await sleep(4);
  }
  for (let waited = 0; waited < 10_000 && replyMs.length < total; waited += 100) await sleep(100);
}

// A process that has just started compiles its code while it answers: that is the first half minute of its life, not its pace.
const warmUp = Math.ceil(Number(perSecond) / 5);
await say(warmUp * 8, warmUp);
const warmedUp = sent;
ackMs.length = 0;
replyMs.length = 0;
await say(Number(perSecond) * Number(seconds), Number(perSecond));
const open = lines.filter((line) => line.socket.readyState === WebSocket.OPEN).length;
process.send?.({ open, sent: sent - warmedUp, ackMs, replyMs }, () => process.exit(0));
