import type { TestContext } from 'vitest';

/** For a test of what an optional package does, never for one of isolation. */
export async function packageOrSkip(name: string, context: TestContext): Promise<void> {
  await import(name).catch(() => context.skip(`${name} is not installed: an optional package`));
}
