import { openTalk } from '../../core/cli/talk.ts';
import { systemRandom } from '../../core/kernel/system.ts';
import type { Deployment } from '../whole/deployment.ts';

let asked = 0;

/** What a bot says to the first words of somebody new; `unknown` where it says that it does not know. */
export async function ask({ application }: Deployment, tenantId: string, text: string): Promise<string> {
  const signal = new AbortController().signal;
  asked += 1;
  const contact = { id: `asker-${asked}` };
  const talk = await openTalk(
    application,
    { tenantId, channel: 'web', contact },
    (prefix) => systemRandom.id(prefix),
    signal,
  );
  const turn = await talk.say(text);
  const outcome = await talk.conversations.reply(turn, signal);
  const trace = await talk.trace(turn, signal);
  if (trace?.outcome === 'unknown') return 'unknown';
  return outcome.status === 'completed' ? outcome.reply.text : outcome.status;
}
