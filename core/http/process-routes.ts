import type { Router } from '@koa/router';
import { PolyphonError } from '../contract/index.ts';
import type { Kernel } from '../kernel/face.ts';
import { countFailing } from '../kernel/tenant-summary.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { createAnswer } from './answer.ts';
import type { AppState } from './app.ts';
import { openApiDocument } from './openapi/document.ts';
import type { OperatorAuth } from './operator-auth.ts';

export interface ProcessRoutesOptions {
  readonly kernel: Kernel;
  readonly metrics: Metrics;
  readonly auth: OperatorAuth;
  readonly answer: ReturnType<typeof createAnswer>;
  readonly closing: () => boolean;
  /** Asked by `/ready`, by name; anything but `ok` takes the process out of rotation. */
  readonly checks: Readonly<Record<string, (signal: AbortSignal) => Promise<string>>>;
}

/** `/health`, `/ready`, `/metrics`, `/openapi.json`. */
export function addProcessRoutes(router: Router<AppState>, options: ProcessRoutesOptions): void {
  const { kernel, metrics, auth, answer, closing, checks } = options;
  router.get(
    '/health',
    answer(() => Response.json({ status: 'ok' })),
  );
  router.get(
    '/ready',
    answer(async (exchange) => {
      if (kernel.state !== 'ready' || closing()) {
        throw new PolyphonError(
          'HTP4008',
          `Process: it is ${closing() ? 'stopping' : kernel.state}. Ask again in a second.`,
        );
      }
      for (const [name, check] of Object.entries(checks)) {
        if ((await check(exchange.signal)) !== 'ok') {
          throw new PolyphonError('HTP4008', `Process: its ${name} does not answer. See the log.`);
        }
      }
      const tenants = kernel.tenants();
      const serving = tenants.filter((tenant) => tenant.state === 'serving').length;
      return Response.json({
        status: 'ready',
        tenants: { serving, failed: tenants.length - serving },
        // One that hears nothing does not take the process out of rotation: the others would go with it.
        channels: { failing: countFailing(tenants) },
      });
    }),
  );
  router.get(
    '/metrics',
    answer(async (exchange) => {
      auth.require(exchange);
      return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } });
    }),
  );
  let document: string | undefined;
  router.get(
    '/openapi.json',
    answer(() => {
      document ??= JSON.stringify(openApiDocument());
      return new Response(document, {
        headers: {
          'content-type': 'application/json',
          'cache-control': 'public, max-age=300',
          'access-control-allow-origin': '*',
        },
      });
    }),
  );
}
