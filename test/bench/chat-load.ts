import { openChat } from '../whole/chat-client.ts';
import { lamps, priceOf } from './sample-tenants.ts';

/** The people of the chat measurement: `chat-load.ts <url> <conversations> <turns each> [ms of thought]`; reports to its parent. */
const [url = '', conversations = '50', turnsEach = '100', thoughtMs = '0'] = process.argv.slice(2);
const chats = await Promise.all(Array.from({ length: Number(conversations) }, () => openChat(url, 'shop')));
for (const chat of chats) await chat.ask(`What does the lamp ${lamps[0]} cost?`);

const latenciesMs: number[] = [];
const turns: string[] = [];
const startedMs = performance.now();
await Promise.all(
  chats.map(async (chat, index) => {
    for (let turn = 0; turn < Number(turnsEach); turn += 1) {
      const lamp = lamps[(index * 7 + turn) % lamps.length] ?? '';
      const askedMs = performance.now();
      const { reply, turn: id } = await chat.ask(`What does the lamp ${lamp} cost?`);
      latenciesMs.push(performance.now() - askedMs);
      if (!reply?.text.includes(`${priceOf(lamp)} euros`))
        throw new Error(`wrong answer for lamp ${lamp}: ${reply?.text}`);
      turns.push(id);
      if (thoughtMs !== '0') await new Promise((resolve) => setTimeout(resolve, Number(thoughtMs)));
    }
  }),
);
process.send?.({ seconds: (performance.now() - startedMs) / 1000, latenciesMs, turns }, () => process.exit(0));
