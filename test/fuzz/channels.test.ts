import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { BuiltBots } from './built-bots.ts';
import { Chance } from './chance.ts';
import { deploymentFiles, type FuzzChannel } from './fuzz-channel.ts';
import { type FuzzFigures, fuzz, growthOf } from './fuzz-run.ts';
import { Platforms } from './platforms.ts';
import { telegram } from './telegram.ts';
import { twilioMessaging } from './twilio-messaging.ts';
import { webChat } from './web-chat.ts';
import { whatsapp } from './whatsapp.ts';

const bodies = inject('bodies');
const forgeries = inject('forgeries');
const seed = inject('seed');
/** By fewer bodies than this nothing can be said about memory: the heap is still finding its size. */
const fewestForMemory = 50_000;
/** The line through the second half of the samples may rise by this part. */
const flat = 0.1;

describe.each([telegram, whatsapp, twilioMessaging, webChat] satisfies readonly FuzzChannel[])('$name', (channel) => {
  let platforms: Platforms;
  let server: BuiltBots;
  beforeAll(async () => {
    platforms = await Platforms.open();
    server = await BuiltBots.start(deploymentFiles(channel, platforms));
    await channel.prepare?.(server);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await platforms[Symbol.asyncDispose]();
  });

  it(`refuses ${forgeries} requests whose signature is missing, cut, changed or another tenant's, and writes no row but in the log of webhooks`, async () => {
    const before = tellingRows(server);
    const figures = await fuzz({
      name: `${channel.name}-forged`,
      server,
      seed,
      bodies: forgeries,
      request: (index) => channel.forged(new Chance(seed, index), index % channel.ways),
      isRight: (status) => status === 401 || status === 403,
    });
    expect(tellingRows(server)).toEqual(before);
    expect(platforms.taken).toBe(0);
    const logged = server.read<{ taken: string; count: number }>(
      'select taken, count(*) as count from webhook_log group by taken',
    );
    expect(logged.filter(({ taken }) => taken !== 'rejected')).toEqual([]);
    // Whoever floods the channel with nonsense does not fill the disk.
    expect(logged.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(1100);
    expect(server.errors).toEqual([]);
    tell(`${channel.name}, forged`, figures);
  });

  it(`answers ${bodies} bent bodies that are signed as they should be: no 5xx, no crash, none slower than a second by itself`, async () => {
    const figures = await fuzz({
      name: channel.name,
      server,
      seed,
      bodies,
      request: (index) => channel.request(new Chance(seed, index)),
      isRight: (status) => channel.statuses.includes(status),
    });
    await server.worksOff(0);
    expect(server.isRunning).toBe(true);
    expect(server.errors).toEqual([]);
    // Enough of them said something that the whole way was gone: turn, outbox, platform.
    const [turns] = server.read<{ count: number }>('select count(*) as count from turns');
    expect(turns?.count).toBeGreaterThan(bodies / 20);
    const failed = server.read<{ error_code: string; count: number }>(
      "select error_code, count(*) as count from turns where state = 'failed' group by error_code",
    );
    expect(failed).toEqual([]);
    const blamed = [...platforms.refusals].filter(([words]) => !channel.blameless.some((shape) => shape.test(words)));
    expect(blamed).toEqual([]);
    const { bytesPerBody, part } = growthOf(figures.memory);
    tell(
      channel.name,
      figures,
      `${turns?.count} turns, ${platforms.taken} calls to the platform, memory in the second half ${Math.round(bytesPerBody)} bytes a body, ${round(part * 100)} %`,
    );
    if (bodies >= fewestForMemory) expect(part).toBeLessThan(flat);
  });
});

/** All but the log of webhooks, which tells of refused requests by design. */
function tellingRows(server: BuiltBots): Readonly<Record<string, string>> {
  const { webhook_log: _, ...rows } = server.rows();
  return rows;
}

function tell(name: string, { statuses, slowestMs, slowest, secondsTaken, memory }: FuzzFigures, more = ''): void {
  const said = Object.entries(statuses).map(([status, count]) => `${status} × ${count}`);
  const tenths = Array.from({ length: 11 }, (_, tenth) => memory[Math.round((tenth / 10) * (memory.length - 1))]);
  const megabytes = tenths.map((sample) => Math.round((sample?.bytes ?? 0) / 1_048_576)).join(' ');
  process.stderr.write(
    `${name}: ${said.join(', ')}; slowest ${round(slowestMs)} ms (body ${slowest}); ${round(secondsTaken)} s; ${megabytes} MB${more === '' ? '' : `; ${more}`}\n`,
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
