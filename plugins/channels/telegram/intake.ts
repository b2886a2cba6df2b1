import type { ConversationMove, InboundMessage, Logger } from 'polyphon/plugin';
import { addressOf } from './address.ts';
import type { BotIdentity } from './addressed.ts';
import type { BotApi } from './api.ts';
import { type DecodeRules, decodeUpdate, needsUsername } from './decode.ts';
import { toPolyphonError } from './failure.ts';
import { type Fields, fieldsOf, textOf } from './fields.ts';
import { migrationOf, moveOf } from './migration.ts';
import type { MovedChats } from './moved-chats.ts';

/** What an update comes to. */
export interface Taken {
  readonly message?: InboundMessage;
  readonly callbackQueryId?: string;
  readonly move?: ConversationMove;
}

/** Updates become messages, however they arrive. */
export class Intake {
  readonly #api: BotApi;
  readonly #moved: MovedChats;
  readonly #log: Logger;
  readonly #groups: DecodeRules['groups'];
  readonly #stopped: AbortSignal;
  #username: Promise<string | undefined> | undefined;

  constructor(options: {
    readonly api: BotApi;
    readonly moved: MovedChats;
    readonly log: Logger;
    readonly groups: DecodeRules['groups'];
    readonly stopped: AbortSignal;
  }) {
    this.#api = options.api;
    this.#moved = options.moved;
    this.#log = options.log;
    this.#groups = options.groups;
    this.#stopped = options.stopped;
  }

  /** @throws PolyphonError where the bot's name is needed and Telegram does not tell it: the update comes again. */
  async take(update: Fields): Promise<Taken> {
    const migration = migrationOf(update);
    if (migration !== undefined) {
      this.#moved.learn(migration.from, migration.to);
      return { move: moveOf(migration) };
    }
    const bot = await this.#identity(update);
    const decoded = decodeUpdate(update, { bot, groups: this.#groups });
    const callback = decoded.callbackQueryId === undefined ? {} : { callbackQueryId: decoded.callbackQueryId };
    if (decoded.kind === 'ignored') {
      this.#log.info('an update is not for the bot', { reason: decoded.reason, kinds: kindsOf(update) });
      return callback;
    }
    // A send may have heard of it before the service message came: the first words there are not to begin a history of their own.
    const to = addressOf(decoded.message.conversation)?.chatId;
    const from = to === undefined ? undefined : this.#moved.before(to);
    const move = to === undefined || from === undefined ? {} : { move: moveOf({ from, to }) };
    return { message: decoded.message, ...callback, ...move };
  }

  async #identity(update: Fields): Promise<BotIdentity> {
    const isNeeded = needsUsername(update, this.#groups);
    // Asked once for all that wait for it, and again only when it failed.
    if (isNeeded) {
      this.#username ??= this.#askUsername().catch((error: unknown) => {
        this.#username = undefined;
        throw error;
      });
    }
    return { id: this.#api.botId, username: isNeeded ? await this.#username : undefined };
  }

  async #askUsername(): Promise<string | undefined> {
    try {
      return textOf(fieldsOf(await this.#api.callUntyped('getMe', {}, { signal: this.#stopped }))?.['username'], 64);
    } catch (error) {
      throw toPolyphonError(error, 'getMe');
    }
  }
}

/** The names of the fields, which say what it was; never what is in them. At most a few, and none that somebody made up. */
function kindsOf(update: Fields): readonly string[] {
  const inner = fieldsOf(update['message']) ?? fieldsOf(update['edited_message']) ?? {};
  return [...Object.keys(update), ...Object.keys(inner)].filter((name) => /^[a-z_]{1,40}$/.test(name)).slice(0, 24);
}
