import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { count } from './count.ts';
import { troublesOf } from './trouble-list.tsx';
import { type BotSummary, botName } from './wire.ts';

interface BotListProps {
  readonly bots: readonly BotSummary[];
  readonly chosen: string | undefined;
  readonly onChoose: (tenantId: string) => void;
}

export function BotList({ bots, chosen, onChoose }: BotListProps): JSX.Element {
  return (
    <nav class="bots" aria-label="Bots">
      <ul>
        {bots.map((bot) => (
          <li key={bot.tenantId}>
            <BotLink bot={bot} current={bot.tenantId === chosen ? 'page' : undefined} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface BotLinkProps {
  readonly bot: BotSummary;
  readonly current: 'page' | undefined;
  readonly onChoose: (tenantId: string) => void;
}

function BotLink({ bot, current, onChoose }: BotLinkProps): JSX.Element {
  const link = useRef<HTMLAnchorElement>(null);
  // On a phone the list is a strip, and the chosen bot may stand beyond its edge.
  useEffect(() => {
    if (current) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  const choose = (event: MouseEvent) => {
    // Another tab or window is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onChoose(bot.tenantId);
  };
  return (
    <a ref={link} href={`/play/${bot.tenantId}`} aria-current={current} onClick={choose}>
      <span class="name">
        <bdi>{botName(bot)}</bdi>
      </span>
      <span class="facts">{[bot.tenantId, bot.languages.supported.join(', ')].filter(Boolean).join(' · ')}</span>
      <Health bot={bot} />
    </a>
  );
}

function Health({ bot }: { readonly bot: BotSummary }): JSX.Element | null {
  const errors = bot.diagnostics.filter((problem) => problem.severity === 'error').length;
  const warnings = bot.diagnostics.length - errors + troublesOf(bot).length;
  if (bot.revision === undefined) return <span class="badge error">not running</span>;
  if (errors > 0) return <span class="badge error">{count(errors, 'error')}</span>;
  if (warnings > 0) return <span class="badge warning">{count(warnings, 'warning')}</span>;
  return null;
}
