import { format } from 'node:util';

const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const;
const listeners = new Set<string[]>();
let restore: (() => void) | undefined;

/**
 * What is written by the console, to stdout and to stderr from now on; it goes on to where it was going. Checks may run side by side, so
 * that there is one tap for all: whose words they are is not known, and secrets are of one platform only. A test runner may have a console
 * of its own, which does not write to stdout.
 */
export function watchOutput(): { readonly words: readonly string[] } & Disposable {
  const words: string[] = [];
  listeners.add(words);
  restore ??= tap();
  return {
    words,
    [Symbol.dispose]: () => {
      listeners.delete(words);
      if (listeners.size > 0) return;
      restore?.();
      restore = undefined;
    },
  };
}

function tap(): () => void {
  const heard = (text: string): void => {
    for (const words of listeners) words.push(text);
  };
  const screen = globalThis.console;
  const screenBefore = methods.map((name) => [name, screen[name]] as const);
  const streams = [process.stdout, process.stderr].map((stream) => [stream, stream.write] as const);
  for (const [name, write] of screenBefore)
    screen[name] = (...words: unknown[]): void => {
      heard(format(...words));
      write.apply(screen, words);
    };
  for (const [stream, write] of streams)
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      heard(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return Reflect.apply(write, stream, [chunk, ...rest]) as boolean;
    }) as typeof stream.write;
  return () => {
    for (const [name, write] of screenBefore) screen[name] = write;
    for (const [stream, write] of streams) stream.write = write;
  };
}
