import { type Fields, fieldsOf, integerOf, listOf, textOf } from './fields.ts';

/** Whom a group may call. */
export interface BotIdentity {
  readonly id: number;
  /** Without the @; undefined while unknown, then mentions by name are not recognised. */
  readonly username: string | undefined;
}

const commandShape = /^\/([a-z0-9_]{1,32})(?:@([a-z0-9_]{3,32}))?(?:\s+([\s\S]*))?$/i;

export interface Command {
  readonly name: string;
  /** The bot it names, as in `/help@acme_bot`. */
  readonly bot?: string;
  readonly argument?: string;
}

/** A text that is a command, as in `/start spring-sale`. */
export function commandOf(text: string | undefined): Command | undefined {
  const [, name, bot, argument] = commandShape.exec(text ?? '') ?? [];
  if (name === undefined) return undefined;
  const said = argument?.trim();
  return {
    name: name.toLowerCase(),
    ...(bot === undefined ? {} : { bot }),
    ...(said === undefined || said === '' ? {} : { argument: said }),
  };
}

/** In a group: is this for the bot? A command (not for another bot), a reply to the bot, or a mention of it. */
export function isAddressed(message: Fields, text: string | undefined, bot: BotIdentity): boolean {
  const command = commandOf(text);
  if (command !== undefined) return command.bot === undefined || sameName(command.bot, bot.username);
  const replied = fieldsOf(fieldsOf(message['reply_to_message'])?.['from']);
  return integerOf(replied?.['id']) === bot.id || mentionOf(message, text, bot) !== undefined;
}

/** The text without the mention that called the bot: it is an address, not a word of the question. */
export function withoutMention(message: Fields, text: string, bot: BotIdentity): string {
  const mention = mentionOf(message, text, bot);
  if (mention === undefined) return text;
  const rest = `${text.slice(0, mention.start)}${text.slice(mention.end)}`.replace(/^[\s,:]+|\s+$/g, '');
  return rest === '' ? text : rest;
}

function mentionOf(
  message: Fields,
  text: string | undefined,
  bot: BotIdentity,
): { readonly start: number; readonly end: number } | undefined {
  if (text === undefined) return undefined;
  for (const value of [...listOf(message['entities']), ...listOf(message['caption_entities'])]) {
    const entity = fieldsOf(value);
    const start = integerOf(entity?.['offset']);
    const length = integerOf(entity?.['length']);
    if (entity === undefined || start === undefined || length === undefined || start < 0 || length < 1) continue;
    const word = text.slice(start, start + length);
    const named = entity['type'] === 'mention' && sameName(word.replace(/^@/, ''), bot.username);
    const meant = entity['type'] === 'text_mention' && integerOf(fieldsOf(entity['user'])?.['id']) === bot.id;
    if (named || meant) return { start, end: start + length };
  }
  return message['rich_message'] === undefined ? undefined : mentionInWords(text, bot.username);
}

/** A rich message has no entities: its mentions stand in its words. */
function mentionInWords(text: string, username: string | undefined) {
  if (username === undefined) return undefined;
  const named = new RegExp(`@${username}(?!\\w)`, 'i').exec(text);
  return named === null ? undefined : { start: named.index, end: named.index + named[0].length };
}

function sameName(name: string, username: string | undefined): boolean {
  return username !== undefined && name.toLowerCase() === username.toLowerCase();
}

/** Where the bot hears only what is meant for it. */
export function isGroup(message: Fields): boolean {
  const type = textOf(fieldsOf(message['chat'])?.['type']);
  return type === 'group' || type === 'supergroup';
}
