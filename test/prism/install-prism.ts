import type { TestProject } from 'vitest/node';
import { installedBeside } from '../installed-beside.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly prismFolder: string;
  }
}

/** @stoplight/prism-cli 5.14.2 without its command line. Apache-2.0. */
const packages = { '@stoplight/prism-http': '5.12.0', '@stoplight/prism-http-server': '5.12.2' };

export async function setup({ provide }: TestProject): Promise<void> {
  provide('prismFolder', await installedBeside('prism', packages));
}
