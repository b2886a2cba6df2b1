import type { RunningTurn } from './running-turn.ts';
import type { TurnScene } from './turn-scene.ts';

/** Who was told that something cannot be read is not told again for so long. */
const tellAgainAfterMs = 60_000;
/** How far back the bot's last words are looked for. */
const lookedBack = 20;

/** All that was sent is of kinds that the channel cannot read: there is nothing to ask a model. */
export function nothingReadable({ asked }: Pick<TurnScene, 'asked'>): boolean {
  return asked.every(
    ({ text, attachments, actions }) =>
      text === '' &&
      actions.length === 0 &&
      attachments.length > 0 &&
      attachments.every(({ kind }) => kind === 'unsupported'),
  );
}

/** Whoever sends ten stories is told once; after a question in between, or a minute, again. */
export function wasToldLately({
  tenant,
  services,
  scene,
}: Pick<RunningTurn, 'tenant' | 'services' | 'scene'>): boolean {
  const place = { conversationId: scene.conversation.id, sessionId: scene.session.id };
  const said = tenant.messages.recent(place, lookedBack).findLast(({ role }) => role === 'bot');
  if (said === undefined || !said.text.endsWith(scene.texts.own('unsupported'))) return false;
  const saidAt = tenant.messages.byId(said.id)?.createdAt ?? '';
  // A clock that was set back must not keep the bot silent until it has come there again.
  return Math.abs(services.clock.now() - Date.parse(saidAt)) < tellAgainAfterMs;
}

/** What the person is told; the log is told of what kind it was. */
export function wordsForUnreadable({ asked, texts, log }: Pick<TurnScene, 'asked' | 'texts' | 'log'>): string {
  const kinds = asked.flatMap(({ attachments }) => attachments.map(({ name }) => name));
  log.info('a message of a kind that its channel cannot read was answered without a model', { kinds });
  return texts.own('unsupported');
}
