import type { Channel, Plugin, Route } from 'polyphon/plugin';
import { AddressLimit } from './address-limit.ts';
import { answer, type ChatService, guarded } from './chat-service.ts';
import { messageRoutes } from './message-routes.ts';
import { createOriginPolicy, preflight } from './origin-policy.ts';
import { schema } from './schema.ts';
import { sessionRoutes } from './session-routes.ts';
import { parseSize } from './size.ts';
import { socketRoute, streamRoute } from './stream-routes.ts';
import { switchRoute } from './switch-route.ts';

/** Chat on a website, by REST, server-sent events and WebSocket. Replies travel as the session's events; nothing is pushed. */
export const plugin = {
  contract: 1,
  kind: 'channel',
  name: 'web-chat',
  schema,
  open: async ({ config, key, clock, log, conversations, presentation }): Promise<Channel> => {
    const service: ChatService = {
      key,
      clock,
      conversations,
      presentation,
      origins: createOriginPolicy(config.origins, log),
      limits: {
        maxChars: config.maxChars,
        maxAttachmentBytes: config.attachments === undefined ? undefined : parseSize(config.attachments.max),
      },
      newSessions: new AddressLimit(config.sessionsPerMinute, clock),
    };
    const routes = [
      widgetRoute(service, { theme: config.theme, attachments: config.attachments }),
      ...sessionRoutes(service),
      switchRoute(service),
      ...messageRoutes(service),
      streamRoute(service),
    ];
    return {
      capabilities: {
        text: { maxLength: 20_000, format: 'markdown' },
        media: ['image', 'audio', 'video', 'document'],
        buttons: 10,
        streaming: 'events',
      },
      routes: [...routes, ...preflightRoutes(service, routes)],
      problemHeaders: (request) => service.origins.allowedHeadersFor(request),
      sockets: [socketRoute(service)],
    };
  },
} satisfies Plugin<'channel', typeof schema>;

/** What the widget shows before anybody has said anything. */
function widgetRoute(
  service: ChatService,
  look: { readonly theme: object; readonly attachments: object | undefined },
): Route {
  return {
    method: 'GET',
    path: 'widget',
    handle: async (request) => {
      const delivery = await guarded(service, request, async (headers) => {
        const { name, languages, defaultLanguage, greeting, suggestions } = service.presentation;
        return answer(
          { name, languages, defaultLanguage, greeting, suggestions, maxChars: service.limits.maxChars, ...look },
          headers,
        );
      });
      // What this address refuses is which website asks, and that one may read so: its owner looks into the browser's console.
      if (delivery.kind === 'ignored' && delivery.response.status === 403)
        delivery.response.headers.set('access-control-allow-origin', '*');
      return delivery;
    },
  };
}

function preflightRoutes(service: ChatService, routes: readonly Route[]): readonly Route[] {
  return [...new Set(routes.map((route) => route.path))].map((path) => ({
    method: 'OPTIONS',
    path,
    handle: (request) =>
      guarded(service, request, async (headers) => ({ kind: 'ignored', response: preflight(headers) })),
  }));
}
