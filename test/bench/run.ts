import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Bench, type Figure, met } from './measure.ts';

/**
 * `npm run bench [name [size…]]…`: each measurement in a process of its own, so that none inherits another's memory, one after the other.
 * Ends with 1 when a figure misses its goal.
 */
const names = [
  'turns',
  'chat',
  'reload',
  'tenants',
  'sockets',
  'retrieval',
  'retrieval-quality',
  'retrieval-loop',
  'ingest-crash',
  'webhooks',
  'deliveries',
  'telegram',
  'kills',
  'fairness',
];

if (process.argv[2] === '--child') {
  const { bench } = (await import(`./${process.argv[3]}.bench.ts`)) as { bench: Bench };
  process.send?.(await bench.run(process.argv.slice(4)));
  process.exit(0);
}

const wanted: { readonly name: string; readonly sizes: string[] }[] = [];
for (const word of process.argv.slice(2)) {
  const last = wanted.at(-1);
  if (/^\d+$/.test(word) && last !== undefined) last.sizes.push(word);
  else wanted.push({ name: word, sizes: [] });
}
const unknown = wanted.find(({ name }) => !names.includes(name))?.name;
if (unknown !== undefined) {
  console.error(`There is no measurement '${unknown}'. There are: ${names.join(', ')}.`);
  process.exit(64);
}
console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})\n`);
let missed = 0;
for (const { name, sizes } of wanted.length > 0 ? wanted : names.map((name) => ({ name, sizes: [] }))) {
  missed += print(name, await measure(name, sizes));
}
process.exitCode = missed === 0 ? 0 : 1;

function measure(name: string, sizes: readonly string[]): Promise<readonly Figure[] | Error> {
  return new Promise((resolve) => {
    let figures: readonly Figure[] | undefined;
    const child = fork(fileURLToPath(import.meta.url), ['--child', name, ...sizes], {
      execArgv: ['--expose-gc', '--max-old-space-size=4096'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let complaint = '';
    child.stderr?.on('data', (part: Buffer) => {
      complaint = (complaint + part.toString()).slice(-4000);
    });
    child.on('exit', (code) => resolve(figures ?? new Error(complaint.trim() || `it ended with ${code}`)));
    child.on('message', (message) => {
      figures = message as readonly Figure[];
    });
  });
}

function print(name: string, figures: readonly Figure[] | Error): number {
  console.log(name);
  if (figures instanceof Error) {
    console.log(`  FAILED ${figures.message.split('\n').slice(0, 12).join('\n  ')}\n`);
    return 1;
  }
  for (const figure of figures) {
    const { what, value, unit, goal } = figure;
    const verdict = met(figure) === undefined ? '' : met(figure) ? 'ok' : 'MISSED';
    const wish = goal === undefined ? '' : `${goal.op} ${goal.value} ${unit}`;
    console.log(`  ${what.padEnd(58)}${round(value).padStart(10)} ${unit.padEnd(9)}${wish.padEnd(18)}${verdict}`);
  }
  console.log();
  return figures.filter((figure) => met(figure) === false).length;
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 1 ? value.toFixed(2) : value.toFixed(3);
}
