import { type JSX, render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { StreamEvent } from '../panel/wire.ts';
import { BotList } from './bot-list.tsx';
import { ChatFrame } from './chat-frame.tsx';
import { type EmptyReason, EmptyState } from './empty-state.tsx';
import { Inspector } from './inspector.tsx';
import { LanguageChoice } from './language-choice.tsx';
import './play.css';
import { headline, type ReloadEntry } from './reload-log.tsx';
import { type ReplyTrace, traceReply } from './replies.ts';
import { type BotSummary, botName, fetchBots, type ReloadReport, webChannel } from './wire.ts';

const keptReloads = 8;
/** The first reading of documents is no reload: while a bot has none, somebody may be looking at it. */
const lookAgainMs = 2000;
const looksAgain = 30;

function Playground(): JSX.Element {
  const [bots, setBots] = useState<readonly BotSummary[]>();
  const [failure, setFailure] = useState<string>();
  const [chosen, setChosen] = useState(tenantOfAddress());
  const [languages, setLanguages] = useState<Readonly<Record<string, string>>>({});
  const [replies, setReplies] = useState<Readonly<Record<string, readonly ReplyTrace[]>>>({});
  const [reloads, setReloads] = useState<readonly ReloadEntry[]>([]);

  useEffect(() => {
    const life = new AbortController();
    let looks = 0;
    let later: ReturnType<typeof setTimeout> | undefined;
    const refresh = () =>
      fetchBots(life.signal).then(
        (found) => {
          setBots(found);
          setFailure(undefined);
          clearTimeout(later);
          if (found.every(({ chunks }) => chunks > 0) || looks >= looksAgain || life.signal.aborted) return;
          looks += 1;
          later = setTimeout(() => void refresh(), lookAgainMs);
        },
        (error: unknown) => {
          if (!life.signal.aborted) setFailure(error instanceof TypeError ? '' : String((error as Error).message));
        },
      );
    const feed = new EventSource('/play/api/events');
    // Also after a break: the server may be another by now.
    feed.onopen = () => void refresh();
    feed.onerror = () => void refresh();
    feed.addEventListener('reload', ({ data }) => {
      const report = JSON.parse(String(data)) as ReloadReport;
      const at = new Date().toLocaleTimeString('en-GB');
      setReloads((known) => [{ at, report }, ...known].slice(0, keptReloads));
      void refresh();
    });
    const back = () => setChosen(tenantOfAddress());
    addEventListener('popstate', back);
    void refresh();
    return () => {
      life.abort();
      clearTimeout(later);
      feed.close();
      removeEventListener('popstate', back);
    };
  }, []);

  const bot = bots?.find((candidate) => candidate.tenantId === chosen);
  useEffect(() => {
    document.title = bot ? `${botName(bot)} · Polyphon playground` : 'Polyphon playground';
  }, [bot]);

  const choose = (tenantId: string) => {
    history.pushState(null, '', `/play/${tenantId}`);
    setChosen(tenantId);
  };
  const onEvent = (event: StreamEvent) => {
    if (!bot) return;
    const { tenantId, revision } = bot;
    setReplies((known) => ({
      ...known,
      [tenantId]: traceReply(known[tenantId] ?? [], event, performance.now(), revision),
    }));
  };
  const channel = bot && webChannel(bot);
  const wanted = bot && languages[bot.tenantId];
  const language = bot?.languages.supported.find((supported) => supported === wanted) ?? bot?.languages.default;
  const mine = reloads.filter(({ report }) => report.tenantId === chosen || report.tenantId === '*');
  const empty = emptyReason(bots, failure, chosen, bot, channel);

  return (
    <>
      <header class="side">
        <h1 class="brand">
          <a href="/play">
            Polyphon <span>playground</span>
          </a>
        </h1>
        <BotList bots={bots ?? []} chosen={chosen} onChoose={choose} />
      </header>
      <main>
        <p class="status" role="status">
          {failure !== undefined && bots
            ? 'The server does not answer. Trying again.'
            : mine[0] && statusLine(mine[0].report)}
        </p>
        {bot && channel !== undefined && language !== undefined && empty === undefined ? (
          <>
            <LanguageChoice
              bot={bot}
              chosen={language}
              onChoose={(next) => setLanguages((known) => ({ ...known, [bot.tenantId]: next }))}
            />
            <ChatFrame
              key={`${bot.tenantId}/${channel}/${language}`}
              tenantId={bot.tenantId}
              channel={channel}
              locale={language}
              revision={bot.revision}
              onEvent={onEvent}
            />
          </>
        ) : (
          <EmptyState
            reason={empty ?? 'loading'}
            tenantId={chosen}
            bot={bot}
            detail={failure === '' ? undefined : failure}
          />
        )}
      </main>
      {bot && <Inspector bot={bot} replies={replies[bot.tenantId] ?? []} reloads={mine} />}
    </>
  );
}

function emptyReason(
  bots: readonly BotSummary[] | undefined,
  failure: string | undefined,
  chosen: string | undefined,
  bot: BotSummary | undefined,
  channel: string | undefined,
): EmptyReason | undefined {
  if (!bots) return failure === undefined ? 'loading' : 'unreachable';
  if (bots.length === 0) return 'no-bots';
  if (chosen === undefined) return 'none-chosen';
  if (!bot) return 'unknown';
  if (bot.revision === undefined) return 'not-running';
  return channel === undefined ? 'no-chat' : undefined;
}

function statusLine(report: ReloadReport): string {
  const changes = report.changes.join(', ');
  return changes === '' ? headline(report) : `${headline(report)}: ${changes}`;
}

function tenantOfAddress(): string | undefined {
  return /^\/play\/([^/]+)\/?$/.exec(location.pathname)?.[1];
}

const place = document.getElementById('play');
if (place) render(<Playground />, place);
