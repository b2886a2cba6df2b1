import type { Deliver, InboundMessage, Logger } from 'polyphon/plugin';
import type { BotApi } from './api.ts';
import { allowedUpdates } from './decode.ts';
import { toPolyphonError } from './failure.ts';
import { fieldsOf, integerOf } from './fields.ts';
import type { Intake, Taken } from './intake.ts';
import { reportRefusal } from './webhook.ts';

/** Telegram holds the request open for so long when there is nothing to tell. */
const waitSeconds = 30;
const batchSize = 100;

/**
 * Fetches updates until the signal aborts. Asking for what comes after an update is what confirms it, so that an update is asked
 * past only when its message is stored; where we left off is kept by Telegram.
 * @throws PolyphonError TGM32xx; the kernel begins again after a while.
 */
export async function poll(
  options: { readonly api: BotApi; readonly intake: Intake; readonly log: Logger; readonly heard: () => void },
  deliver: Deliver,
  signal: AbortSignal,
): Promise<void> {
  const { api, intake, log, heard } = options;
  let next: number | undefined;
  while (!signal.aborted) {
    const updates = await fetchUpdates(api, next, signal);
    heard();
    const taken: Taken[] = [];
    for (const update of updates) {
      const fields = fieldsOf(update);
      if (fields === undefined) continue;
      taken.push(await intake.take(fields));
    }
    const { messages, moves } = told(taken);
    if (messages.length + moves.length > 0) {
      for (const receipt of await deliver(messages, [], moves)) reportRefusal(receipt, log);
    }
    for (const { callbackQueryId } of taken) {
      if (callbackQueryId !== undefined) await answerPress(api, callbackQueryId, log, signal);
    }
    const ids = updates.map((update) => integerOf(fieldsOf(update)?.['update_id'])).filter((id) => id !== undefined);
    if (ids.length > 0) next = Math.max(...ids) + 1;
  }
}

/**
 * A move is stored before the messages beside it, and those that were written ahead of it are told where they are now: the batch that
 * comes again after a crash finds them there.
 */
function told(taken: readonly Taken[]) {
  const moves = taken.flatMap(({ move }) => move ?? []);
  const messages = taken.flatMap(({ message }): readonly InboundMessage[] => {
    if (message === undefined) return [];
    const to = moves.find(({ from }) => from === message.conversation)?.to;
    return [to === undefined ? message : { ...message, conversation: to }];
  });
  return { messages, moves };
}

async function fetchUpdates(api: BotApi, offset: number | undefined, signal: AbortSignal): Promise<readonly unknown[]> {
  try {
    return await api.call(
      'getUpdates',
      {
        timeout: waitSeconds,
        limit: batchSize,
        allowed_updates: [...allowedUpdates],
        ...(offset === undefined ? {} : { offset }),
      },
      { signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw toPolyphonError(error, 'getUpdates');
  }
}

/** The button shows as pending until then; where it fails the person waits a little, and nothing else is lost. */
async function answerPress(api: BotApi, callbackQueryId: string, log: Logger, signal: AbortSignal): Promise<void> {
  try {
    await api.call('answerCallbackQuery', { callback_query_id: callbackQueryId }, { signal });
  } catch (error) {
    signal.throwIfAborted();
    log.debug('a press could not be answered', { error: toPolyphonError(error, 'answerCallbackQuery') });
  }
}
