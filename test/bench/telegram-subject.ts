import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { residentMb } from './measure.ts';
import { hook, messengerBots, tokenOf } from './messenger-bots.ts';
import type { WorldTarget } from './messenger-load.ts';

/**
 * One framework with so many bots in a process of its own: `telegram-subject.ts <framework> <bots> <Bot API> [<model's address>]`. It tells
 * its parent where its bots are, and after every message what it has needed.
 */
const [framework = 'polyphon', count = '1', baseUrl = '', openaiUrl = ''] = process.argv.slice(2);
const bots = messengerBots({
  count: Number(count),
  baseUrl,
  answer: openaiUrl === '' ? 'constant' : { openaiUrl },
});

const closing = new AsyncDisposableStack();
const targets = framework === 'polyphon' ? await polyphon() : await peer(framework);
const readyMb = await residentMb();
process.on('message', (message) => {
  void (async () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuSeconds: (user + system) / 1e6, residentMb: message === 'memory' ? await residentMb() : 0 });
  })();
});
process.on('disconnect', () => void closing.disposeAsync().finally(() => process.exit()));
process.send?.({ targets, readyMb });

async function polyphon(): Promise<readonly WorldTarget[]> {
  const { deploy } = await import('../whole/deployment.ts');
  const hosts = [baseUrl, openaiUrl].filter((url) => url !== '').map((url) => `"${new URL(url).host}"`);
  const deployment = closing.use(
    await deploy({
      files: bots.files,
      settings: `polyphon: 1\nhttp: { allowPrivate: [${hosts.join(', ')}] }\n`,
      logLevel: 'info',
    }),
  );
  return bots.targets(deployment.url);
}

/** As their manuals show it: one webhook a bot, and an answer by a call of its own. Nothing else is loaded, as memory is compared. */
async function peer(name: string): Promise<readonly WorldTarget[]> {
  const handlers = new Map<string, RequestListener>();
  const ids = bots.targets('').map(({ botId }) => botId);
  const make = name === 'telegraf' ? await telegraf() : await grammy();
  for (const id of ids) handlers.set(`/${id}`, make(id));
  const server = createServer((request, response) => handlers.get(request.url ?? '')?.(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return ids.map((id) => ({ botId: id, origin, path: `/${id}`, secret: hook }));
}

async function telegraf(): Promise<(id: number) => RequestListener> {
  const { Telegraf } = await import('telegraf');
  return (id) => {
    const bot = new Telegraf(tokenOf(id), { telegram: { apiRoot: baseUrl, webhookReply: false } });
    bot.botInfo = botInfo(id);
    bot.on('message', (context) => context.reply('Thank you, we have your message.'));
    return bot.webhookCallback(`/${id}`, { secretToken: hook }) as RequestListener;
  };
}

async function grammy(): Promise<(id: number) => RequestListener> {
  const { Bot, webhookCallback } = await import('grammy');
  return (id) => {
    const bot = new Bot(tokenOf(id), { client: { apiRoot: baseUrl }, botInfo: botInfo(id) });
    bot.on('message', (context) => context.reply('Thank you, we have your message.'));
    return webhookCallback(bot, 'http', { secretToken: hook });
  };
}

function botInfo(id: number) {
  return {
    id,
    is_bot: true as const,
    first_name: 'Bot',
    username: `bot_${id}`,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
}
