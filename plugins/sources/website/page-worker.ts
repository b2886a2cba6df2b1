import { parentPort } from 'node:worker_threads';
import { type PageRequest, type ReadPage, readPage, readSitemap } from './read-page.ts';

export type WorkerRequest =
  | { readonly kind: 'page'; readonly page: PageRequest }
  | { readonly kind: 'sitemap'; readonly bytes: Uint8Array };
export type WorkerAnswer =
  | { readonly kind: 'page'; readonly page: ReadPage }
  | { readonly kind: 'sitemap'; readonly pages: readonly string[]; readonly sitemaps: readonly string[] }
  | { readonly kind: 'failed' };

parentPort?.on('message', (request: WorkerRequest) => parentPort?.postMessage(answer(request)));

function answer(request: WorkerRequest): WorkerAnswer {
  try {
    if (request.kind === 'page') return { kind: 'page', page: readPage(request.page) };
    return { kind: 'sitemap', ...readSitemap(request.bytes) };
  } catch {
    return { kind: 'failed' };
  }
}
