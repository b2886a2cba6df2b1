import type { ComponentChildren, JSX } from 'preact';
import { count } from './count.ts';
import { ProblemList } from './problem-list.tsx';
import { type ReloadEntry, ReloadLog } from './reload-log.tsx';
import type { ReplyTrace } from './replies.ts';
import { ReplyList } from './reply-list.tsx';
import { TroubleList, troublesOf } from './trouble-list.tsx';
import type { BotSummary } from './wire.ts';

interface InspectorProps {
  readonly bot: BotSummary;
  readonly replies: readonly ReplyTrace[];
  readonly reloads: readonly ReloadEntry[];
}

export function Inspector({ bot, replies, reloads }: InspectorProps): JSX.Element {
  const off = bot.channels.filter((channel) => !channel.enabled).map((channel) => channel.key);
  const on = bot.channels.filter((channel) => channel.enabled).map((channel) => channel.key);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <aside class="inspector" aria-label="Inspector" tabIndex={0}>
      <Section title="Problems">
        <Problems bot={bot} />
      </Section>
      {reloads.length > 0 && (
        <Section title="Changes">
          <ReloadLog entries={reloads} />
        </Section>
      )}
      <Section title="Replies">
        {replies.length === 0 ? (
          <p class="none">Ask something. What each answer is made of shows here.</p>
        ) : (
          <ReplyList replies={replies} />
        )}
      </Section>
      <Section title="Bot">
        <dl class="facts">
          <Row name="revision">{bot.revision?.slice(0, 12) ?? 'never served'}</Row>
          <Row name="model">{bot.model || 'none yet'}</Row>
          <Row name="knowledge">{count(bot.chunks, 'chunk')}</Row>
          <Row name="channels">{on.join(', ') || 'none'}</Row>
          {off.length > 0 && <Row name="switched off">{off.join(', ')}</Row>}
        </dl>
      </Section>
    </aside>
  );
}

function Problems({ bot }: { readonly bot: BotSummary }): JSX.Element {
  const errors = bot.diagnostics.filter((problem) => problem.severity === 'error');
  const warnings = bot.diagnostics.filter((problem) => problem.severity === 'warning');
  const troubles = troublesOf(bot);
  if (bot.diagnostics.length === 0 && troubles.length === 0) {
    return <p class="none">None. Edit bots/{bot.tenantId}/bot.yaml: what you save is live at once.</p>;
  }
  return (
    <>
      {errors.length > 0 && bot.revision !== undefined && (
        <p class="serving">The bot still serves its last good revision.</p>
      )}
      <ProblemList problems={errors} />
      {troubles.length > 0 && <TroubleList troubles={troubles} />}
      {warnings.length > 0 && (
        <details>
          <summary>{count(warnings.length, 'warning')}</summary>
          <ProblemList problems={warnings} />
        </details>
      )}
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
