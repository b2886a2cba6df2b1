import type { TurnScene } from './turn-scene.ts';

/** Shows that the bot writes, where the channel can. Never rejects, whatever the plugin does: it is no part of the answer. */
export async function showTyping(
  { channel, conversation, log }: Pick<TurnScene, 'channel' | 'conversation' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await channel.typing?.(conversation.externalId, signal);
  } catch (error) {
    if (!signal.aborted) log.debug('a channel could not show that the bot writes', { error });
  }
}
