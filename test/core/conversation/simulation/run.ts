import { failingSeed, type RunOptions, runOptions, usage } from './run-options.ts';
import { watchSeeds } from './seed-watch.ts';
import { simulate } from './simulate.ts';

/** A seed takes a tenth of a second. */
const patienceMs = 20_000;

/** `npm run simulate -- --help` says how. */
async function run({ seeds, from, windows, world }: RunOptions): Promise<number> {
  let [failed, crashes, messages] = [0, 0, 0];
  const watch = watchSeeds(patienceMs);
  const startedMs = performance.now();
  for (let seed = from; seed < from + seeds; seed += 1) {
    watch.begins(seed);
    const verdict = await simulate(seed, { windows, world });
    crashes += verdict.crashes;
    messages += verdict.messages;
    if (verdict.objections.length > 0) {
      failed += 1;
      process.stdout.write(failingSeed(seed, { windows, world }, verdict.objections));
    }
    if ((seed - from + 1) % 1000 === 0) process.stderr.write(`${seed - from + 1} seeds, ${failed} fail\n`);
  }
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  process.stdout.write(
    `${seeds} seeds from ${from}, windows ${windows}, world ${world}: ${failed} fail, ${crashes} crashes, ${messages} messages, ${seconds} s\n`,
  );
  return failed > 0 ? 1 : 0;
}

let options: RunOptions | 'help' | undefined;
try {
  options = runOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 64;
}
if (options === 'help') process.stdout.write(usage);
else if (options !== undefined) process.exitCode = await run(options);
