import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorldLoad, WorldResult, WorldTarget } from './messenger-load.ts';

/** A `MessengerWorld` in a process of its own. */
export interface ForkedWorld extends Disposable {
  readonly baseUrl: string;
  readonly host: string;
  load(load: WorldLoad): Promise<WorldResult>;
  replay(targets: readonly WorldTarget[]): Promise<{ readonly deliveries: number; readonly replies: number }>;
}

export async function forkWorld(): Promise<ForkedWorld> {
  const child = fork(fileURLToPath(new URL('./messenger-world-process.ts', import.meta.url)), { execArgv: [] });
  const { baseUrl } = await messageOf<{ baseUrl: string }>(child);
  return {
    baseUrl,
    host: new URL(baseUrl).host,
    load: (load) => {
      const result = messageOf<WorldResult>(child);
      child.send({ load });
      return result;
    },
    replay: (targets) => {
      const result = messageOf<{ deliveries: number; replies: number }>(child);
      child.send({ replay: targets });
      return result;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

/** The next message of a process. */
export function messageOf<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a process of the measurement ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as Message);
    });
  });
}
