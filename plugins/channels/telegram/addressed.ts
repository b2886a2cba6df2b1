import { entitiesOf, type Stretch } from './entities.ts';
import { type Fields, fieldsOf, integerOf, textOf } from './fields.ts';

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
  if (text !== undefined && mentionsIn(message, text, bot).length > 0) return true;
  const replied = fieldsOf(message['reply_to_message']);
  // Every message of a topic answers the line that made it, also where the bot made it.
  if (replied === undefined || replied['forum_topic_created'] !== undefined) return false;
  return integerOf(fieldsOf(replied['from'])?.['id']) === bot.id;
}

/** Where the bot's name stands as an address and is no word of the question: in a group, and behind a command everywhere. */
export function callsIn(message: Fields, text: string, bot: BotIdentity): readonly Stretch[] {
  return [...ownNameOfCommand(text, bot), ...(isGroup(message) ? mentionsIn(message, text, bot) : [])];
}

function ownNameOfCommand(text: string, { username }: BotIdentity): readonly Stretch[] {
  const command = commandOf(text);
  if (command?.bot === undefined || !sameName(command.bot, username)) return [];
  const start = 1 + command.name.length;
  return [{ start, end: start + 1 + command.bot.length }];
}

function mentionsIn(message: Fields, text: string, bot: BotIdentity): readonly Stretch[] {
  if (message['rich_message'] !== undefined) return mentionsInWords(text, bot.username);
  return entitiesOf(message).flatMap(({ entity, start, end }) => {
    const named = entity['type'] === 'mention' && sameName(text.slice(start, end).replace(/^@/, ''), bot.username);
    const meant = entity['type'] === 'text_mention' && integerOf(fieldsOf(entity['user'])?.['id']) === bot.id;
    return named || meant ? [{ start, end }] : [];
  });
}

/** A rich message has no entities: its mentions stand in its words. */
function mentionsInWords(text: string, username: string | undefined): readonly Stretch[] {
  if (username === undefined) return [];
  const found = text.matchAll(new RegExp(`@${username}(?!\\w)`, 'gi'));
  return [...found].map(({ index, 0: name }) => ({ start: index, end: index + name.length }));
}

function sameName(name: string, username: string | undefined): boolean {
  return username !== undefined && name.toLowerCase() === username.toLowerCase();
}

/** Where the bot hears only what is meant for it. */
export function isGroup(message: Fields): boolean {
  const type = textOf(fieldsOf(message['chat'])?.['type']);
  return type === 'group' || type === 'supergroup';
}
