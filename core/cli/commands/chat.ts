import { createInterface } from 'node:readline';
import { PolyphonError, type StreamEvent, type TurnOutcome } from '../../contract/index.ts';
import { exitCodes } from '../exit-code.ts';
import { type OpenBots, openBot } from '../open-bot.ts';
import type { Registry } from '../registry.ts';
import { renderTrace } from '../render-trace.ts';
import type { Outcome, Shell } from '../shell.ts';
import { showMissingVectors } from '../show-missing-vectors.ts';
import { chooseChannel, citationLines, openTalk, type Talk } from '../talk.ts';

interface ChatOptions {
  readonly channel?: string;
  readonly once?: string;
  readonly trace?: true;
  readonly json?: true;
  readonly locale?: string;
}

export function addChat({ program, act }: Registry): void {
  program
    .command('chat')
    .description('talk to a bot in the terminal')
    .argument('<tenant>', 'the bot')
    .option('--channel <key>', 'web chat to talk through; the first one unless named')
    .option('--once <text>', 'ask one thing, print the answer and end')
    .option('--locale <tag>', 'language of the person, as in de')
    .option('--trace', 'show after each answer how it came about')
    .option('--json', 'with --once: print the reply as JSON')
    .action(act(chat));
}

async function chat(shell: Shell, named: string, options: ChatOptions): Outcome {
  if (options.json && options.once === undefined) {
    throw new PolyphonError('CLI9001', '--json prints one reply. Ask for it with --once "…", or leave --json out.');
  }
  // Who hears "I do not know" looks for the reason in the bot, not in a pattern that matches no file.
  await using bot = await openBot(named, shell, (deployment) => ({ ...deployment, documents: 'find' }));
  const talk = await open(bot, options, shell);
  const { kernel } = bot.application;
  if (options.once !== undefined) {
    const code = await once(talk, options.once, options, shell);
    showMissingVectors([kernel.tenant(bot.tenantId)], shell);
    return code;
  }

  const { terminal, note } = shell;
  if (terminal.stdout.isTty) {
    shell.say(note.dim(`${bot.tenantId} on ${talk.channel}. /trace shows how the last answer came about, /quit ends.`));
  }
  // While lines are edited, the terminal hands Ctrl-C to the editor instead of sending a signal.
  const left = new AbortController();
  const signal = AbortSignal.any([terminal.signal, left.signal]);
  let told = false;
  await converse(talk, options, {
    shell: { ...shell, terminal: { ...terminal, signal } },
    leave: () => left.abort(new DOMException('Stopped by Ctrl-C.', 'AbortError')),
    // With the first question what is lacking is made, or left.
    onAnswered: () => {
      if (!told) showMissingVectors([kernel.tenant(bot.tenantId)], shell);
      told = true;
    },
  });
  return signal.aborted ? exitCodes.interrupted : exitCodes.ok;
}

interface Conversing {
  readonly shell: Shell;
  leave(): void;
  onAnswered(): void;
}

async function converse(talk: Talk, options: ChatOptions, { shell, leave, onAnswered }: Conversing): Promise<void> {
  const { stdout, signal } = shell.terminal;
  let lastTurn: string | undefined;
  try {
    for await (const line of linesOf(shell, leave)) {
      const text = line.trim();
      if (text === '/quit' || text === '/exit') break;
      if (text === '/trace') await showTrace(talk, lastTurn, shell);
      else if (text.startsWith('/')) shell.say(shell.note.yellow('There is /trace and /quit.'));
      else if (text !== '') {
        lastTurn = await streamed(talk, text, shell);
        onAnswered();
        if (options.trace) await showTrace(talk, lastTurn, shell);
        if (stdout.isTty) stdout.write('\n');
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (stdout.isTty) stdout.write('\n');
}

function open(bot: OpenBots & { readonly tenantId: string }, options: ChatOptions, { terminal }: Shell): Promise<Talk> {
  const channel = chooseChannel(bot.application, bot.tenantId, options.channel);
  const contact = { id: 'terminal' };
  return openTalk(
    bot.application,
    { tenantId: bot.tenantId, channel, contact, ...(options.locale === undefined ? {} : { locale: options.locale }) },
    (prefix) => terminal.random.id(prefix),
    terminal.signal,
  );
}

/** One question: the answer and nothing else on stdout. */
async function once(talk: Talk, text: string, options: ChatOptions, shell: Shell): Outcome {
  const { signal } = shell.terminal;
  const turn = await talk.say(text);
  const outcome = await talk.conversations.reply(turn, signal);
  const reply = outcome.status === 'silent' ? undefined : outcome.reply;
  if (options.json) {
    const trace = options.trace ? await talk.trace(turn, signal) : undefined;
    shell.print(
      JSON.stringify(
        {
          formatVersion: 1,
          status: outcome.status,
          turn,
          reply: reply ?? null,
          ...(trace === undefined ? {} : { trace }),
        },
        undefined,
        2,
      ),
    );
  } else {
    if (reply !== undefined) shell.print(reply.text);
    for (const line of citationLines(reply?.citations ?? [])) shell.print(shell.ink.dim(line));
    if (options.trace) await showTrace(talk, turn, shell);
  }
  if (outcome.status === 'silent') shell.say('A human owns this conversation: the bot says nothing.');
  return outcome.status === 'failed' ? exitCodes.failure : exitCodes.ok;
}

/** Prints the answer as it comes; gives the turn's id. */
async function streamed(talk: Talk, text: string, { terminal, ink, note, say }: Shell): Promise<string> {
  const { stdout, signal } = terminal;
  const stop = new AbortController();
  const events = talk.conversations
    .events(talk.session.id, 'now', AbortSignal.any([signal, stop.signal]))
    [Symbol.asyncIterator]();
  // Asked for before the words are handed in, so that no event is missed.
  let next: Promise<IteratorResult<StreamEvent>> = events.next();
  try {
    const turn = await talk.say(text);
    const ended = talk.conversations.reply(turn, signal);
    let written = '';
    for (;;) {
      const first = await Promise.race([next, ended]);
      if ('status' in first) {
        finish(first, written);
        return turn;
      }
      const event = first.value;
      if (event?.type === 'reply.delta' && event.turn === turn) {
        stdout.write(event.text);
        written += event.text;
      }
      if (event?.type === 'ownership.changed' && event.owner !== 'bot') {
        say(note.dim(`(the conversation belongs to ${event.owner} now)`));
      }
      next = first.done ? new Promise(() => {}) : events.next();
    }
  } finally {
    stop.abort(new DOMException('The answer is complete.', 'AbortError'));
    next.catch(() => {});
  }

  function finish(outcome: TurnOutcome, written: string): void {
    if (outcome.status === 'silent') say(note.dim('(a human owns this conversation; the bot is silent)'));
    else if (outcome.reply !== undefined) {
      const { text: whole, citations } = outcome.reply;
      // What is stored is what counts: a guard may have changed the end of the stream.
      if (whole.startsWith(written)) stdout.write(`${whole.slice(written.length)}\n`);
      else stdout.write(`\n${whole}\n`);
      for (const line of citationLines(citations)) stdout.write(`${ink.dim(line)}\n`);
    }
    if (outcome.status === 'failed') say(note.red('This turn failed. /trace shows where.'));
  }
}

async function showTrace(talk: Talk, turn: string | undefined, shell: Shell): Promise<void> {
  const trace = turn === undefined ? undefined : await talk.trace(turn, shell.terminal.signal);
  shell.say(
    trace === undefined ? 'There is no answer yet.' : renderTrace(trace, shell.note, shell.terminal.stderr.columns),
  );
}

/** Lines of standard input, with a prompt where somebody types. Ends at its end, or when the process is told to stop. */
async function* linesOf({ terminal, ink }: Shell, leave: () => void): AsyncGenerator<string> {
  const { stdin, stdout, signal } = terminal;
  const typed = stdin.isTTY === true && stdout.isTty && stdout.stream !== undefined;
  const reader = createInterface({
    input: stdin,
    ...(typed ? { output: stdout.stream } : {}),
    terminal: typed,
    signal,
  });
  try {
    const prompt = () => {
      if (typed) reader.prompt();
    };
    reader.on('SIGINT', () => {
      leave();
      reader.close();
    });
    reader.setPrompt(ink.bold('> '));
    prompt();
    for await (const line of reader) {
      yield line;
      prompt();
    }
  } finally {
    reader.close();
  }
}
