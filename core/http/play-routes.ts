import type { Router } from '@koa/router';
import { type Clock, PolyphonError } from '../contract/index.ts';
import type { Kernel } from '../kernel/face.ts';
import type { Answerer, createAnswer } from './answer.ts';
import type { AppState } from './app.ts';
import type { Assets } from './assets.ts';
import type { Exchange } from './exchange.ts';
import { type OperatorAuth, refuseForeignPage } from './operator-auth.ts';
import type { ReloadFeed } from './reload-feed.ts';
import { eventStreamResponse, type ServerSentEvent } from './server-sent-events.ts';

export interface PlayRoutesOptions {
  readonly kernel: Kernel;
  readonly assets: Assets;
  readonly reloads: ReloadFeed;
  readonly auth: OperatorAuth;
  /** `open`: to everyone who reaches this machine by its own name. `operators`: asks for a token. */
  readonly playground: 'open' | 'operators' | 'off';
  readonly clock: Clock;
  readonly answer: ReturnType<typeof createAnswer>;
  readonly answerPage: ReturnType<typeof createAnswer>;
  readonly answerAsset: ReturnType<typeof createAnswer>;
}

/** The playground and the browser code: `/play`, `/play/api/*`, `/widget.js`, `/assets/*`. */
export function addPlayRoutes(router: Router<AppState>, options: PlayRoutesOptions): void {
  const { kernel, assets, reloads, auth, playground, clock, answer, answerPage, answerAsset } = options;

  const admit = (exchange: Exchange): void => {
    switch (playground) {
      case 'off':
        throw new PolyphonError(
          'HTP4001',
          'Playground: it is off in production. Set server.playground: on in config/polyphon.yaml to have it.',
        );
      case 'operators':
        auth.requireInBrowser(exchange);
        return;
      case 'open':
        // A stranger's name that resolves to this machine would make its page one of ours.
        if (!exchange.caller.hostIsOurs) {
          throw new PolyphonError(
            'HTP4007',
            'Playground: it was opened under a name that is not ours. Open it by the printed address.',
          );
        }
        refuseForeignPage(exchange);
        return;
      default:
        playground satisfies never;
    }
  };

  const page: Answerer = async (exchange) => {
    if (playground !== 'open' || !exchange.caller.hostIsOurs) admit(exchange);
    const built = await assets.serve(exchange, ['play.html']);
    built?.headers.set('cache-control', 'private, no-cache');
    return built ?? notBuilt();
  };
  router.get(
    '/',
    answerPage((exchange) => {
      if (playground === 'off')
        throw new PolyphonError('HTP4001', 'Address: nothing is served here. See /openapi.json for what is.');
      exchange.route = '/';
      return new Response(null, { status: 302, headers: { location: '/play' } });
    }),
  );
  router.get('/play', answerPage(page));

  router.get(
    '/play/api/bots',
    answer((exchange) => {
      admit(exchange);
      return Response.json({ bots: kernel.tenants() });
    }),
  );
  router.get(
    '/play/api/events',
    answer((exchange) => {
      admit(exchange);
      return eventStreamResponse(reloadEvents(exchange.signal), clock);
    }),
  );
  router.get('/play/:tenant', answerPage(page));

  router.get(
    '/widget.js',
    answerAsset(async (exchange) => {
      const widget = await assets.serve(exchange, ['widget.js']);
      if (widget === undefined) {
        throw new PolyphonError('HTP4001', 'Widget: it is not built. Run "npm run build" and load it again.');
      }
      // Pages of customers ask for it at each visit; five minutes spare most of them the question.
      if (widget.status === 200) widget.headers.set('cache-control', 'public, max-age=300');
      return widget;
    }),
  );
  router.get(
    '/assets/*path',
    answerAsset(async (exchange) => {
      const path = exchange.segments.slice(1);
      const asset = (await assets.serve(exchange, ['assets', ...path])) ?? (await assets.serve(exchange, path));
      if (asset === undefined)
        throw new PolyphonError('HTP4001', 'Asset: there is none of this name. Load the page again.');
      return asset;
    }),
  );

  async function* reloadEvents(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    for await (const report of reloads.follow(signal)) yield { event: 'reload', data: report };
  }
}

function notBuilt(): Response {
  const text =
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Polyphon</title>' +
    '<main><h1>The playground is not built yet</h1><p>Run <code>npm run build</code>, then load this page again.</p>' +
    '<p>The bots are up: their REST interface is described in <a href="/openapi.json">/openapi.json</a>.</p></main></html>';
  return new Response(text, { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } });
}
