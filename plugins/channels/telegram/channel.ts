import type { Channel, Clock, Http, Logger } from 'polyphon/plugin';
import type { Static } from 'typebox';
import { addressForm } from './address-form.ts';
import { openApi } from './api.ts';
import { maxTextLength } from './encode.ts';
import { Intake } from './intake.ts';
import { maxActions } from './keyboard.ts';
import { fetchMedia } from './media.ts';
import { MovedChats } from './moved-chats.ts';
import { poll } from './poll.ts';
import { registrationOf } from './registration.ts';
import type { schema } from './schema.ts';
import { Sender } from './sender.ts';
import { webhookRoute, webhookSecretOf } from './webhook.ts';

/** An answer that comes sooner needs no sign that it comes: that would be a call more, and those are counted by Telegram. */
const typingAfterMs = 300;
/** Ends the wait at once: a wait that went on kept all of its turn in memory, and each collection copied what 300 ms had left. */
const hasWritten = 'the bot has written';

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
  /** Conversations in which the bot is about to show that it writes, each with what ends the wait for it. */
  const writing = new Map<string, AbortController>();
  const common: Channel = {
    capabilities: {
      text: { maxLength: maxTextLength, format: 'markdown' },
      media: ['image', 'audio', 'video', 'document', 'sticker', 'location', 'contact'],
      buttons: maxActions,
      streaming: 'none',
    },
    addressForm,
    send: (message, signal) => {
      writing.get(message.conversation)?.abort(hasWritten);
      return sender.send(message, signal);
    },
    edit: (providerMessageId, message, signal) => sender.edit(providerMessageId, message, signal),
    typing: async (conversation, signal) => {
      signal.throwIfAborted();
      // A later turn is about to write.
      writing.get(conversation)?.abort(hasWritten);
      const wait = new AbortController();
      writing.set(conversation, wait);
      const follow = (): void => wait.abort(signal.reason);
      signal.addEventListener('abort', follow, { once: true });
      try {
        await clock.sleep(typingAfterMs, wait.signal);
        await sender.typing(conversation, signal);
      } catch (error) {
        if (error !== hasWritten) throw error;
      } finally {
        signal.removeEventListener('abort', follow);
        if (writing.get(conversation) === wait) writing.delete(conversation);
      }
    },
    fetchMedia: (attachment, signal) => fetchMedia(api, attachment, signal),
    registration: registrationOf({ api, secret, mode, maxConnections }),
  };
  return mode === 'webhook'
    ? { ...common, routes: [webhookRoute({ secret, intake, log })] }
    : { ...common, listen: (deliver, signal, heard) => poll({ api, intake, log, heard }, deliver, signal) };
}
