import type { Channel, Clock, Http, Logger } from 'polyphon/plugin';
import type { Static } from 'typebox';
import { addressForm } from './address-form.ts';
import { openApi } from './api.ts';
import { Intake } from './intake.ts';
import { maxActions } from './keyboard.ts';
import { fetchMedia } from './media.ts';
import { MovedChats } from './moved-chats.ts';
import { poll } from './poll.ts';
import { registrationOf } from './registration.ts';
import type { schema } from './schema.ts';
import { Sender } from './sender.ts';
import { maxTextLength } from './step.ts';
import { TypingSigns } from './typing-signs.ts';
import { webhookRoute, webhookSecretOf } from './webhook.ts';

/** Opens without a word to Telegram: a bot whose platform is down still starts. */
export async function openChannel(options: {
  readonly config: Static<typeof schema>;
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborts when the tenant stops. */
  readonly signal: AbortSignal;
}): Promise<Channel> {
  const { config, http, clock, log, signal: stopped } = options;
  const { token, baseUrl, mode, groups, maxConnections } = config;
  const api = await openApi({ token, baseUrl, http });
  const moved = new MovedChats();
  const sender = new Sender(api, moved, log);
  const intake = new Intake({ api, moved, log, groups, stopped });
  const secret = webhookSecretOf(config);
  const typing = new TypingSigns({
    clock,
    stopped,
    show: (conversation, signal) => sender.typing(conversation, signal),
  });
  const common: Channel = {
    capabilities: {
      text: { maxLength: maxTextLength, format: 'markdown' },
      media: ['image', 'audio', 'video', 'document', 'sticker', 'location', 'contact'],
      buttons: maxActions,
      streaming: 'none',
    },
    addressForm,
    send: (message, signal, keep) => {
      typing.end(message.conversation);
      return sender.send(message, signal, keep);
    },
    edit: (providerMessageId, message, signal) => sender.edit(providerMessageId, message, signal),
    typing: (conversation, signal) => typing.begin(conversation, signal),
    fetchMedia: (attachment, signal) => fetchMedia(api, attachment, signal),
    registration: registrationOf({ api, secret, mode, maxConnections }),
  };
  return mode === 'webhook'
    ? { ...common, routes: [webhookRoute({ secret, intake, log })] }
    : { ...common, listen: (deliver, signal, heard) => poll({ api, intake, log, heard }, deliver, signal) };
}
