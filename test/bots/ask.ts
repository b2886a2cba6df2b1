import { openTalk } from '../../core/cli/talk.ts';
import { systemRandom } from '../../core/kernel/system.ts';
import type { Deployment } from '../whole/deployment.ts';

let asked = 0;

/** What a bot says to the first words of somebody new; `unknown` where it says that it does not know. */
export async function ask(deployment: Deployment, tenantId: string, text: string): Promise<string> {
  return await askInTurn(deployment, tenantId, [text]);
}

/** What it says to the last of several messages of somebody new, each sent when the one before is answered. */
export async function askInTurn(
  { application }: Deployment,
  tenantId: string,
  texts: readonly string[],
): Promise<string> {
  const signal = new AbortController().signal;
  asked += 1;
  const contact = { id: `asker-${asked}` };
  const talk = await openTalk(
    application,
    { tenantId, channel: 'web', contact },
    (prefix) => systemRandom.id(prefix),
    signal,
  );
  let said = '';
  for (const text of texts) {
    const turn = await talk.say(text);
    const outcome = await talk.conversations.reply(turn, signal);
    const trace = await talk.trace(turn, signal);
    if (trace?.outcome === 'unknown') said = 'unknown';
    else said = outcome.status === 'completed' ? outcome.reply.text : outcome.status;
  }
  return said;
}
