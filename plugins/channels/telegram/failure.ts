import { type ErrorCode, isUnsent, PolyphonError } from 'polyphon/plugin';
import { fieldsOf, integerOf, numberOf, textOf } from './fields.ts';
import { refusedAddress } from './webhook-trouble.ts';

/** Why a call did not succeed, and above all whether Telegram has acted on it. */
export type Failure =
  /** Telegram said no: nothing was done. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly description: string;
      readonly retryAfterMs?: number;
      /** The group has become a supergroup with this number. */
      readonly migratedTo?: number;
    }
  /** The request never left. */
  | { readonly kind: 'unsent'; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown' };

const unsentRetryMs = 1000;
const busyRetryMs = 3000;

export function failureOf(error: unknown): Failure {
  const answer = fieldsOf(fieldsOf(error)?.['response']);
  const status = integerOf(answer?.['error_code']);
  if (answer !== undefined && status !== undefined) {
    const parameters = fieldsOf(answer['parameters']);
    const seconds = numberOf(parameters?.['retry_after']);
    const migratedTo = integerOf(parameters?.['migrate_to_chat_id']);
    return {
      kind: 'refused',
      status,
      description: textOf(answer['description']) ?? '',
      ...(seconds === undefined || seconds < 0 ? {} : { retryAfterMs: Math.ceil(seconds * 1000) }),
      ...(migratedTo === undefined ? {} : { migratedTo }),
    };
  }
  if (error instanceof PolyphonError && error.code === 'NET6001') return { kind: 'unsent' };
  return isUnsent(error) ? { kind: 'unsent', retryAfterMs: unsentRetryMs } : { kind: 'unknown' };
}

/** What Telegram minds in a message: its buttons, its marks, or a file that it could not fetch or that the chat does not take. */
export type RefusedPart = (typeof parts)[number]['part'];

const parts = [
  // First, as it says of a button too that its HTTP URL is wrong.
  { part: 'buttons', sign: /button|markup|keyboard/i },
  { part: 'marks', sign: /entit|parse/i },
  {
    part: 'file',
    sign: /http url|webpage|wrong (file|type)|failed to get|photo_|media_|image_|url host|voice_messages|rights to send (?!text|a message)|send_(?!plain)\w+_forbidden/i,
  },
] as const;

/** Undefined where it minds the words themselves, or the place. */
export function refusedPart({ status, description }: Extract<Failure, { kind: 'refused' }>): RefusedPart | undefined {
  return status === 400 ? parts.find(({ sign }) => sign.test(description))?.part : undefined;
}

const forbidden: readonly { readonly sign: RegExp; readonly words: string }[] = [
  { sign: /blocked/, words: 'the person has blocked the bot' },
  { sign: /deactivated/, words: 'the account of the person is deleted' },
  { sign: /kicked|not a member/, words: 'the bot was removed from the group' },
  { sign: /initiate/, words: 'the person has not written to the bot yet' },
];

/** What a 400 says that is of the place and not of the request. */
const places: readonly { readonly sign: RegExp; readonly code: 'TGM3203' | 'TGM3204'; readonly words: string }[] = [
  { sign: /user_is_blocked/, code: 'TGM3203', words: 'the person has blocked the bot' },
  { sign: /topic_closed/, code: 'TGM3203', words: 'the topic is closed' },
  {
    sign: /not enough rights|no rights|administrator rights|chat_(restricted|admin_required|(write|send_\w+)_forbidden)/,
    code: 'TGM3203',
    words: 'the group does not let the bot write',
  },
  { sign: /thread not found|topic_(deleted|id_invalid)/, code: 'TGM3204', words: 'the topic does not exist any more' },
  {
    sign: /chat not found|peer_id_invalid|upgraded to a supergroup/,
    code: 'TGM3204',
    words: 'the chat does not exist',
  },
];
const nextOf = {
  TGM3203: 'Only the person or an administrator of the group can change it',
  TGM3204: 'Wait until the person writes again',
};

export type TelegramCode = Extract<ErrorCode, `TGM${string}`>;

export interface Explained {
  readonly code: TelegramCode;
  readonly words: string;
  readonly next: string;
  /** Absent: trying again changes nothing. */
  readonly retryAfterMs?: number;
}

/** A refusal in our words. Telegram's own are in English and change; only what has a consequence is told apart. */
export function explain(failure: Exclude<Failure, { kind: 'unknown' }>): Explained {
  if (failure.kind === 'unsent') return explainUnsent(failure.retryAfterMs);
  const { status, description, retryAfterMs } = failure;
  const said = description.toLowerCase();
  if (status === 429 || retryAfterMs !== undefined)
    return {
      code: 'TGM3205',
      words: 'Telegram asks to wait',
      next: 'It goes on by itself',
      retryAfterMs: retryAfterMs ?? busyRetryMs,
    };
  if (status >= 500)
    return {
      code: 'TGM3206',
      words: `Telegram failed with status ${status}`,
      next: 'It is tried again',
      retryAfterMs: busyRetryMs,
    };
  if (said === '')
    return {
      code: 'TGM3208',
      words: `a page with status ${status} came, which is not of Telegram`,
      next: 'Check `baseUrl`, and what stands between here and there',
    };
  // 404 is what a token gets that was never one.
  if (status === 401 || (status === 404 && !said.includes('chat')))
    return {
      code: 'TGM3201',
      words: 'Telegram refused the token of the bot',
      next: 'Ask BotFather for a new one and put it into the secret that `token` names',
    };
  if (status === 409) return conflict(said);
  if (status === 403) {
    return {
      code: 'TGM3203',
      words: forbidden.find(({ sign }) => sign.test(said))?.words ?? 'the bot may not write in this chat',
      next: nextOf.TGM3203,
    };
  }
  const place = places.find(({ sign }) => sign.test(said));
  if (place !== undefined) return { code: place.code, words: place.words, next: nextOf[place.code] };
  if (said.includes('bad webhook')) return { code: 'TGM3206', ...refusedAddress(said) };
  return {
    code: 'TGM3206',
    words: `Telegram refused the request with status ${status}`,
    next: 'Tell the maintainers of the plugin what it said',
  };
}

function explainUnsent(retryAfterMs: number | undefined): Explained {
  if (retryAfterMs === undefined) {
    return {
      code: 'TGM3207',
      words: 'the address of the Bot API may not be reached from here',
      next: 'Correct `baseUrl`, or allow it in `http.allowPrivate` of config/polyphon.yaml',
    };
  }
  return { code: 'TGM3207', words: 'Telegram could not be reached', next: 'Check the network', retryAfterMs };
}

function conflict(said: string): Explained {
  const hasWebhook = said.includes('webhook');
  return {
    code: 'TGM3202',
    words: hasWebhook ? 'a webhook is set, and so polling is refused' : 'another process polls this bot',
    next: hasWebhook
      ? 'Delete it with `polyphon webhooks <tenant> delete`, or use `mode: webhook`'
      : 'Stop the other one, give each its own bot, or use `mode: webhook`',
    retryAfterMs: 30_000,
  };
}

/** For calls that nobody repeats by itself. */
export function toPolyphonError(error: unknown, what: string): unknown {
  const failure = failureOf(error);
  if (failure.kind === 'unknown') return error;
  const { code, words, next, retryAfterMs } = explain(failure);
  const said = code === 'TGM3206' && failure.kind === 'refused' ? failure.description.slice(0, 200) : '';
  return new PolyphonError(
    code,
    `Telegram, ${what}: ${words}${said === '' ? '' : ` ("${said}")`}. ${next}.`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}
