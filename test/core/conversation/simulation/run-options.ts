import { parseArgs } from 'node:util';
import type { WorldKind } from './features.ts';
import type { SimulationOptions } from './simulate.ts';

const worlds: readonly WorldKind[] = ['usual', 'wide', 'changing', 'renaming', 'parting'];

export interface RunOptions {
  readonly seeds: number;
  readonly from: number;
  readonly windows: NonNullable<SimulationOptions['windows']>;
  readonly world: NonNullable<SimulationOptions['world']>;
}

export const usage = `Usage: npm run simulate -- [options]

Conversations with duplicates, another order, lost answers and crashes at any write; each seed is another world. Ends with 1 where a seed fails.

  --seeds <number>   how many (1000)
  --from <number>    the first (1)
  --windows <state>  open, or closing: the platforms' reply windows close, and operators write (open)
  --world <kind>     usual, wide: also outages, humans who help, texts in pieces, and addresses that are told of it,
                     changing: also bots that are read again, or whose folder is replaced,
                     renaming: also people whom the platform knows under two ids,
                     or parting: also messages that go out in several parts (usual)
  --help             print this
`;

/** @throws Error with what is wrong, for who typed it: a run of no seed must not pass for one without a failure. */
export function runOptions(words: readonly string[]): RunOptions | 'help' {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      windows: { type: 'string', default: 'open' },
      world: { type: 'string', default: 'usual' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { windows, world } = values;
  if (windows !== 'open' && windows !== 'closing') throw new Error(`--windows is open or closing, not "${windows}".`);
  if (world === 'parting' && windows === 'closing')
    throw new Error(
      '--world parting has no windows that close: what closes is not told of parts. Leave --windows out.',
    );
  return {
    seeds: numberOf('seeds', values.seeds),
    from: numberOf('from', values.from),
    windows,
    world: worldOf(world),
  };
}

function worldOf(written: string): WorldKind {
  const world = worlds.find((kind) => kind === written);
  if (world === undefined) throw new Error(`--world is usual, wide, changing, renaming or parting, not "${written}".`);
  return world;
}

function numberOf(name: string, written: string): number {
  const number = Number(written);
  if (!/^\d+$/.test(written) || number === 0 || !Number.isSafeInteger(number))
    throw new Error(`--${name} is a whole number from 1, not "${written}".`);
  return number;
}

/** What is wrong, how to see it again, and where to keep it. */
export function failingSeed(
  seed: number,
  { windows, world }: Pick<RunOptions, 'windows' | 'world'>,
  objections: readonly string[],
): string {
  const isOpen = windows === 'open';
  const kind = world === 'usual' ? '' : `${world[0]?.toUpperCase()}${world.slice(1)}`;
  const list = `remembered${kind}${isOpen ? '' : 'Closing'}`;
  const more = `${isOpen ? '' : ` --windows ${windows}`}${world === 'usual' ? '' : ` --world ${world}`}`;
  return [
    `seed ${seed} fails`,
    ...objections.map((objection) => `  ${objection}`),
    `  again: npm run simulate -- --from ${seed} --seeds 1${more}`,
    `  to keep it, add ${seed} to \`${list}\` in test/core/conversation/simulation/simulation.test.ts`,
    '',
  ].join('\n');
}
