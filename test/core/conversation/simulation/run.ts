import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

/** `npm run simulate -- --seeds 10000 [--from 1] [--windows closing]`: prints each seed that fails and what is wrong, and ends with 1 if one does. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    windows: { type: 'string', default: 'open' },
  },
});
const windows = values.windows === 'closing' ? 'closing' : 'open';
const [count, from] = [Number(values.seeds), Number(values.from)];
let [failed, crashes, messages] = [0, 0, 0];
const startedMs = performance.now();
for (let seed = from; seed < from + count; seed += 1) {
  const verdict = await simulate(seed, { windows });
  crashes += verdict.crashes;
  messages += verdict.messages;
  if (verdict.objections.length > 0) {
    failed += 1;
    process.stdout.write(`seed ${seed} fails\n${verdict.objections.map((objection) => `  ${objection}\n`).join('')}`);
  }
  if ((seed - from + 1) % 1000 === 0) process.stderr.write(`${seed - from + 1} seeds, ${failed} fail\n`);
}
const seconds = Math.round((performance.now() - startedMs) / 1000);
process.stdout.write(
  `${count} seeds from ${from}: ${failed} fail, ${crashes} crashes, ${messages} messages, ${seconds} s\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
