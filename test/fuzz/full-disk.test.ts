import { Pool } from 'undici';
import { describe, expect, inject, it } from 'vitest';
import { BuiltBots } from './built-bots.ts';
import { Chance } from './chance.ts';
import { deploymentFiles, type FuzzChannel } from './fuzz-channel.ts';
import { Platforms } from './platforms.ts';
import { telegram } from './telegram.ts';
import { twilioMessaging } from './twilio-messaging.ts';
import { webChat } from './web-chat.ts';
import { whatsapp } from './whatsapp.ts';

const seed = inject('seed');
/** More than the sessions take that are opened before, each in a commit of its own. */
const maxFileBytes = 5_000_000;
const wanted = 50;
const mostBodies = 20_000;

// A limit on the size of files stands for the disk: writing past it fails in the same way.
describe.each([telegram, whatsapp, twilioMessaging, webChat] satisfies readonly FuzzChannel[])(
  '$name on a full disk',
  (channel) => {
    it('answers 503 with a time to try again, and lives on', async () => {
      await using platforms = await Platforms.open();
      await using server = await BuiltBots.start(deploymentFiles(channel, platforms), { maxFileBytes });
      await channel.prepare?.(server);
      const pool = new Pool(server.origin, { connections: 8, pipelining: 1 });
      await using _ = { [Symbol.asyncDispose]: () => pool.destroy() };
      const statuses: Record<string, number> = {};
      const waits: unknown[] = [];
      for (let index = 0; index < mostBodies && (statuses['503'] ?? 0) < wanted; index += 1) {
        const { method, path, headers, body } = channel.request(new Chance(seed, index));
        const answer = await pool.request({ method, path, headers, body: method === 'GET' ? null : body });
        await answer.body.dump();
        statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
        if (answer.statusCode === 503) waits.push(answer.headers['retry-after']);
      }
      const others = Object.keys(statuses).filter(
        (status) => status !== '503' && !channel.statuses.includes(Number(status)),
      );
      expect(others).toEqual([]);
      expect(statuses['503']).toBe(wanted);
      expect(new Set(waits)).toEqual(new Set(['1']));
      expect(server.isRunning).toBe(true);
      const ready = await fetch(`${server.origin}/ready`);
      expect(ready.status).toBe(503);
      expect(await (await fetch(`${server.origin}/health`)).status).toBe(200);
    });
  },
);
