import type { TestProject } from 'vitest/node';
import { installedBeside } from '../installed-beside.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly transformersFolder: string;
  }
}

/** With the ONNX runtime. Apache-2.0 and MIT. */
const packages = { '@huggingface/transformers': '4.3.1' };

export async function setup({ provide }: TestProject): Promise<void> {
  provide('transformersFolder', await installedBeside('transformers', packages));
}
