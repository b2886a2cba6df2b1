import type { Channel, OutboundMessage, Plugin, SendResult } from 'polyphon/plugin';
import { addressForm } from './address-form.ts';
import { encodeMessage, limits } from './encode.ts';
import { GraphClient } from './graph-client.ts';
import { fetchMedia } from './media.ts';
import { operatorRoutes } from './operator-routes.ts';
import { outsideWindow } from './outside-window.ts';
import { partName } from './part-name.ts';
import { Recent } from './recent.ts';
import { createRegistration } from './registration.ts';
import { schema } from './schema.ts';
import { TypingSigns } from './typing-signs.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** Conversations of which the last message is known, to mark it read and show that the bot writes. */
const maxConversations = 10_000;
/** Messages of which a part is sent and the rest waits for its next try. */
const maxUnfinished = 1_000;
const replyWindowMs = 86_400_000;
/** Meta tells within seconds that a message was sent, and goes on trying to tell who did not listen. */
const confirmsWithinMs = 10_000;

/** WhatsApp by Meta's Cloud API. */
export const plugin = {
  contract: 1,
  kind: 'channel',
  name: 'whatsapp',
  schema,
  open: async ({ config, http, log, presentation, outbound, clock, signal: stopped }): Promise<Channel> => {
    const { phoneNumberId, accessToken, appSecret, verifyToken } = config;
    const { origin } = new URL(config.baseUrl);
    const graph = new GraphClient({ http, log, accessToken, address: `${origin}/${config.apiVersion}` });
    const path = `${phoneNumberId}/messages`;
    const lastHeard = new Recent<string>(maxConversations);
    const unfinished = new Recent<number>(maxUnfinished);
    const signs = new TypingSigns({
      clock,
      stopped,
      show: async (conversation, signal) => {
        const messageId = lastHeard.get(conversation);
        if (messageId === undefined) return;
        const body = { messaging_product: 'whatsapp', status: 'read', message_id: messageId };
        await graph.call('POST', path, { body: { ...body, typing_indicator: { type: 'text' } }, signal });
      },
    });

    return {
      capabilities: {
        text: { maxLength: limits.text, maxLengthWithActions: limits.interactiveBody, format: 'plain' },
        media: ['image', 'audio', 'video', 'document', 'sticker', 'location'],
        buttons: 10,
        streaming: 'none',
        consent: 'opt-out',
        // Meta lets a person block a business, and gives no meaning to a word.
        optOutNotice: 'ours',
        replyWindowMs,
        confirmsWithinMs,
      },
      routes: [
        ...webhookRoutes({
          phoneNumberId,
          appSecret,
          verifyToken,
          log,
          heard: (conversation, messageId) => lastHeard.set(conversation, messageId),
          partFailed: (messageId) => unfinished.delete(messageId),
        }),
        ...operatorRoutes({
          outbound,
          templates: config.templates,
          defaultLanguage: presentation.defaultLanguage,
        }),
      ],
      addressForm,
      send,
      typing: (conversation, signal) => signs.begin(conversation, signal),
      outsideWindow: (message) => outsideWindow(message, config.templates, presentation.defaultLanguage),
      fetchMedia: (attachment, signal) =>
        fetchMedia(
          attachment,
          { http, graph, accessToken, phoneNumberId, origin, maxBytes: config.maxMediaBytes },
          signal,
        ),
      registration: createRegistration({
        graph,
        phoneNumberId,
        wabaId: config.wabaId,
        verifyToken,
        templates: config.templates,
        defaultLanguage: presentation.defaultLanguage,
        clock,
      }),
    };

    /** A message of several parts goes on, on its next try, after the last part that was taken. */
    async function send(message: OutboundMessage, signal: AbortSignal): Promise<SendResult> {
      signs.end(message.conversation);
      const bodies = encodeMessage(message, config);
      let result: SendResult = { status: 'rejected', reason: 'nothing-to-send' };
      for (const [index, body] of bodies.entries()) {
        if (index < (unfinished.get(message.id) ?? 0)) continue;
        const name = partName(message.id, index, bodies.length);
        result = await graph.send(path, { ...body, biz_opaque_callback_data: name }, signal);
        if (result.status !== 'delivered') return result;
        unfinished.set(message.id, index + 1);
      }
      unfinished.delete(message.id);
      return result;
    }
  },
} satisfies Plugin<'channel', typeof schema>;
