import type { Channel, KeepProgress, OutboundMessage, Plugin, SendResult } from 'polyphon/plugin';
import { addressForm } from './address-form.ts';
import { encodeMessage, limits } from './encode.ts';
import { GraphClient } from './graph-client.ts';
import { fetchMedia } from './media.ts';
import { operatorRoutes } from './operator-routes.ts';
import { outsideWindow } from './outside-window.ts';
import { partName } from './part-name.ts';
import { ReadMarks } from './read-marks.ts';
import { createRegistration } from './registration.ts';
import { schema } from './schema.ts';
import { SentParts } from './sent-parts.ts';
import { TypingSigns } from './typing-signs.ts';
import { webhookRoutes } from './webhook-routes.ts';

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
    const marks = new ReadMarks({ graph, path, log, stopped });
    const parts = new SentParts();
    const signs = new TypingSigns({
      clock,
      stopped,
      // Meta has no sign without the mark.
      show: async (conversation, signal) => {
        if (config.markRead !== 'never') await marks.markWithSign(conversation, signal);
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
          heard: (conversation, messageId) => marks.heard(conversation, messageId),
          stored: (conversation) => {
            if (config.markRead === 'received') void marks.markHeard(conversation);
          },
          told: (status) => parts.heard(status),
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

    async function send(message: OutboundMessage, signal: AbortSignal, keep?: KeepProgress): Promise<SendResult> {
      signs.end(message.conversation);
      const result = await sendParts(message, signal, keep);
      // A template is no answer: what waits for one stays unread.
      const isAnswer = result.status === 'delivered' && message.template === undefined;
      if (isAnswer && config.markRead !== 'never') void marks.markHeard(message.conversation);
      return result;
    }

    /** Of a message of several parts the next try repeats none that Meta has, or may have; one that may be lost keeps back none of the rest. */
    async function sendParts(message: OutboundMessage, signal: AbortSignal, keep?: KeepProgress): Promise<SendResult> {
      const bodies = encodeMessage(message, config);
      const { id } = message;
      const [only] = bodies;
      if (only === undefined) return { status: 'rejected', reason: 'nothing-to-send' };
      if (bodies.length === 1) return await graph.send(path, { ...only, biz_opaque_callback_data: id }, signal);
      const count = bodies.length;
      parts.begin(id, count, message.progress);
      for (const [index, body] of bodies.entries()) {
        if (parts.isTried(id, index)) continue;
        const name = partName(id, index, parts.isUnsure(id) ? 'unsure' : count);
        const result = await graph.send(path, { ...body, biz_opaque_callback_data: name }, signal);
        if (result.status === 'rejected') return result;
        parts.tried(id, index, result);
        if (index === count - 1) continue;
        if ((await keep?.(parts.progress(id))) === false) return { status: 'rejected', reason: 'opted-out' };
      }
      const result = parts.end(id);
      if (result.status !== 'delivered') await keep?.(parts.progress(id));
      return result;
    }
  },
} satisfies Plugin<'channel', typeof schema>;
