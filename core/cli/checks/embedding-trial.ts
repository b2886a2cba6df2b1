import type { PolyphonError } from '../../contract/index.ts';
import { severalAtOnce } from '../../kernel/several-at-once.ts';
import type { Shell } from '../shell.ts';
import { count } from '../wording.ts';
import type { BotsApart } from './bots-apart.ts';
import { type Finding, fail, fine, warn } from './finding.ts';
import { isBotDown, reasonOf } from './service-failure.ts';

const topic = 'Embedding';
/** How many bots try theirs at once. */
const width = 8;

/** Has the embedding of each bot make the vector of a word. One line for all that do, and one for each that does not. */
export async function tryEmbeddings(
  tenantIds: readonly string[],
  bots: BotsApart,
  shell: Shell,
): Promise<readonly Finding[]> {
  const found = await severalAtOnce(tenantIds, width, (tenantId) => tryOne(tenantId, bots, shell));
  const sound = found.filter((one) => one === 'sound').length;
  const troubles = found.filter((one) => one !== undefined && one !== 'sound');
  return sound === 0 ? troubles : [fine(topic, `answers for ${count(sound, 'bot')}`), ...troubles];
}

/** Undefined where the bot does not come up for another reason, which another check tells. */
async function tryOne(
  tenantId: string,
  { application, opened }: BotsApart,
  { terminal }: Shell,
): Promise<Finding | 'sound' | undefined> {
  try {
    await opened(tenantId);
    await application.kernel.tryEmbedding(tenantId, terminal.signal);
    return 'sound';
  } catch (error) {
    terminal.signal.throwIfAborted();
    if (isBotDown(error)) return undefined;
    return troubleOf(error, tenantId);
  }
}

function troubleOf(thrown: unknown, tenantId: string): Finding {
  const error = reasonOf(thrown);
  const fact = `${tenantId}: ${error?.message ?? 'the embedding could not be tried'}`;
  const details = { tenant: tenantId, error: error?.code ?? 'unknown' };
  if (error !== undefined && passes(error)) {
    return { ...warn(topic, fact, 'Run `polyphon doctor` again in a moment.'), details };
  }
  const next = `Correct \`retrieval.embedding\` of ${tenantId}, or what it needs; \`polyphon doctor --verbose\` tells more.`;
  return { ...fail(topic, fact, next), details };
}

/** A service that is busy or slow comes back by itself. One that cannot be reached may never have been there. */
function passes({ code, retryAfterMs, data }: PolyphonError): boolean {
  return data['withinMs'] !== undefined || (retryAfterMs !== undefined && code !== 'EMB8206');
}
