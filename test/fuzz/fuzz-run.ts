import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import type { BuiltBots } from './built-bots.ts';
import type { FuzzRequest } from './fuzz-channel.ts';

export interface FuzzFigures {
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** Which body that was. */
  readonly slowest: number;
  readonly secondsTaken: number;
  /** Resident bytes of the server, with how many bodies it had answered. */
  readonly memory: readonly { readonly bodies: number; readonly bytes: number }[];
}

export interface FuzzRun {
  readonly name: string;
  readonly server: BuiltBots;
  readonly seed: number;
  readonly bodies: number;
  request(index: number): FuzzRequest;
  isRight(status: number): boolean;
}

const atOnce = 16;
/** After so many the server may catch up: who answers at once and works later would else be measured by its queue. */
const stretch = 500;
const mostWaiting = 50;
const slowMs = 1_000;
const tries = 10;

/**
 * Sends all of them, so many at once, and stops at the first answer that is not right.
 * @throws Error that names the seed, the number of the body and the file that has it.
 */
export async function fuzz(run: FuzzRun): Promise<FuzzFigures> {
  const { server, bodies } = run;
  const pool = new Pool(server.origin, { connections: atOnce, pipelining: 1 });
  await using _ = { [Symbol.asyncDispose]: () => pool.destroy() };
  const statuses: Record<string, number> = {};
  const memory: { bodies: number; bytes: number }[] = [];
  const startedMs = performance.now();
  let slowestMs = 0;
  let slowest = -1;
  let hasFailed = false;
  /** The first one counts; what was under way beside it may fail with it. */
  const fail = (index: number, request: FuzzRequest, what: string): Promise<never> => {
    if (hasFailed) return Promise.reject(new Error('Another body failed.'));
    hasFailed = true;
    return failing(run, index, request, what);
  };
  const one = async (index: number, request: FuzzRequest): Promise<void> => {
    const { status, tookMs } = await send(pool, request).catch((error: unknown) =>
      fail(index, request, `had no answer (${String(error)}; ${server.errors.slice(-3).join(' ')})`),
    );
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (tookMs > slowestMs) {
      slowestMs = tookMs;
      slowest = index;
    }
    if (!run.isRight(status)) await fail(index, request, `was answered with ${status}`);
    if (tookMs > slowMs) {
      const again = await timesOf(pool, request);
      if (Math.min(...again) > slowMs) await fail(index, request, `took ${again.map(Math.round).join(', ')} ms`);
    }
  };
  for (let start = 0; start < bodies; start += stretch) {
    const end = Math.min(bodies, start + stretch);
    // Made beforehand: one of 150 MB takes seconds to make, which the answers to the others would seem to have taken.
    const requests = Array.from({ length: end - start }, (_, at) => run.request(start + at));
    let next = start;
    const worker = async (): Promise<void> => {
      while (next < end) {
        const index = next;
        next += 1;
        const request = requests[index - start];
        if (request === undefined) throw new Error(`body ${index} was not made`);
        await one(index, request).finally(() => {
          if (hasFailed) next = end;
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    await server.worksOff(mostWaiting);
    memory.push({ bodies: end, bytes: await server.residentBytes() });
  }
  return { statuses, slowestMs, slowest, secondsTaken: (performance.now() - startedMs) / 1000, memory };
}

/** A busy machine is slow once; a body that is slow by itself is slow each time. */
async function timesOf(pool: Pool, request: FuzzRequest): Promise<readonly number[]> {
  const times: number[] = [];
  while (times.length < tries && !times.some((tookMs) => tookMs <= slowMs))
    times.push((await send(pool, request)).tookMs);
  return times;
}

async function send(
  pool: Pool,
  { method, path, headers, body }: FuzzRequest,
): Promise<{ readonly status: number; readonly tookMs: number }> {
  const startedMs = performance.now();
  const answer = await pool.request({ method, path, headers, body: method === 'GET' ? null : body });
  await answer.body.dump();
  return { status: answer.statusCode, tookMs: performance.now() - startedMs };
}

/** Keeps the request, byte by byte as it was sent, and says where. */
async function failing(run: FuzzRun, index: number, request: FuzzRequest, what: string): Promise<never> {
  const folder = join(tmpdir(), 'polyphon-fuzz-failing');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${run.name}-${run.seed}-${index}.http`);
  const head = [
    `# ${what}`,
    `${request.method} ${request.path}`,
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
  ];
  await writeFile(file, Buffer.concat([Buffer.from(`${head.join('\n')}\n\n`), request.body]));
  throw new Error(`${run.name}: body ${index} of seed ${run.seed} ${what}. The request is in ${file}`);
}

/**
 * How memory grows: the slope of the line through the second half of the samples, in bytes a body, and the part by which that line
 * rises. In the first half caches fill: 32 MB of pages of the database, sessions and people that were seen last.
 */
export function growthOf(memory: FuzzFigures['memory']): { readonly bytesPerBody: number; readonly part: number } {
  const late = memory.slice(Math.floor(memory.length / 2));
  const meanBodies = late.reduce((sum, { bodies }) => sum + bodies, 0) / late.length;
  const meanBytes = late.reduce((sum, { bytes }) => sum + bytes, 0) / late.length;
  let over = 0;
  let under = 0;
  for (const { bodies, bytes } of late) {
    over += (bodies - meanBodies) * (bytes - meanBytes);
    under += (bodies - meanBodies) ** 2;
  }
  const bytesPerBody = under === 0 ? 0 : over / under;
  const span = (late.at(-1)?.bodies ?? 0) - (late[0]?.bodies ?? 0);
  return { bytesPerBody, part: (bytesPerBody * span) / meanBytes };
}
