import type { Capabilities, Channel, OutboundMessage, Plugin } from 'polyphon/plugin';
import { addressFormOf } from './address-form.ts';
import { catchUp } from './catch-up.ts';
import { findMessage } from './find.ts';
import { fetchMedia } from './media.ts';
import { operatorRoutes } from './operator-routes.ts';
import { maxTextLength, outsideWindow } from './outgoing.ts';
import { createRegistration } from './registration.ts';
import { isOurs, twilioRoutes } from './routes.ts';
import { schema } from './schema.ts';
import { Sender } from './sender.ts';
import { networkOf } from './sending-number.ts';
import { createSignatureCheck } from './signature.ts';
import { statusAddressOf } from './status-address.ts';
import { TwilioClient } from './twilio-client.ts';
import { Unkept } from './unkept.ts';

const replyWindowMs = 86_400_000;
/** Twilio tells within seconds that a message was sent. */
const confirmsWithinMs = 10_000;
const mediaOfWhatsapp: Capabilities['media'] = ['image', 'audio', 'video', 'document'];
/** MMS exists in North America; elsewhere Twilio refuses it. */
const mediaOfMms: Capabilities['media'] = ['image', 'audio', 'video'];

/** SMS, MMS and WhatsApp through Twilio. */
export const plugin = {
  contract: 1,
  kind: 'channel',
  name: 'twilio-messaging',
  schema,
  // To ask on start for what was written before.
  opens: 'eager',
  open: async ({ config, http, log, presentation, outbound, address, clock, lastTakenAt }): Promise<Channel> => {
    const { accountSid, authToken, from } = config;
    const { origin } = new URL(config.baseUrl);
    const client = new TwilioClient({ http, accountSid, authToken, baseUrl: config.baseUrl });
    const network = networkOf(from ?? '');
    const isWhatsapp = network === 'whatsapp';
    const addressForm = addressFormOf(network);
    const media = isWhatsapp ? mediaOfWhatsapp : from === undefined || from.startsWith('+1') ? mediaOfMms : [];
    const statusAddress = statusAddressOf(address);
    const publicOrigin = address === undefined ? undefined : new URL(address).origin;
    const files = media.length === 0 ? 'linked' : 'carried';
    const instead = (message: OutboundMessage): OutboundMessage | undefined =>
      networkOf(message.conversation) === 'whatsapp'
        ? outsideWindow(message, config.templates, presentation.defaultLanguage)
        : undefined;
    const sender = new Sender({
      client,
      config,
      log,
      files,
      statusAddress: () => statusAddress,
    });

    const unkept = new Unkept(clock);
    // Now, before a webhook of today hides what came before it.
    const lastTaken = lastTakenAt?.();

    return {
      capabilities: {
        text: { maxLength: maxTextLength, format: 'plain' },
        media,
        buttons: 0,
        streaming: 'none',
        consent: 'opt-out',
        // But for the words that Twilio answers itself.
        optOutNotice: 'ours',
        ...(isWhatsapp ? { replyWindowMs } : {}),
        ...(statusAddress === undefined ? {} : { confirmsWithinMs }),
      },
      routes: [
        ...twilioRoutes({
          isSigned: await createSignatureCheck(authToken, publicOrigin),
          publicOrigin,
          log,
          mediaOrigin: origin,
          isOurs: (to, service) => isOurs(config, to, service),
          unkept,
        }),
        ...operatorRoutes({
          outbound,
          templates: config.templates,
          defaultLanguage: presentation.defaultLanguage,
          addressForm,
          onlyNetwork: config.messagingServiceSid === undefined ? network : undefined,
        }),
      ],
      listen: (deliver, signal, heard) =>
        catchUp({ client, config, clock, log, unkept, lastTaken }, deliver, signal, heard),
      addressForm,
      send: (message, signal, keep) => sender.send(message, signal, keep),
      find: (message, sinceMs, signal) => findMessage({ client, config, files }, message, sinceMs, signal),
      // Also behind a Messaging Service: there Twilio alone knows the window, and often tells of it after it took the message.
      outsideWindow: instead,
      fetchMedia: (attachment, signal) =>
        fetchMedia(attachment, { http, accountSid, authToken, origin, maxBytes: config.maxMediaBytes }, signal),
      registration: createRegistration(client, config, clock, address),
    };
  },
} satisfies Plugin<'channel', typeof schema>;
