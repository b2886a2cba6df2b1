import type { JSX } from 'preact';
import { safeUrl } from '../panel/safe-url.ts';
import { textDirection } from '../panel/text-direction.ts';
import type { Citation } from '../panel/wire.ts';
import type { ReplyTrace } from './replies.ts';

/** Each reply with what it leaned on, newest first. */
export function ReplyList({ replies }: { readonly replies: readonly ReplyTrace[] }): JSX.Element {
  return (
    <ol class="replies">
      {replies.map((reply) => (
        <li key={reply.turn} data-state={reply.state}>
          <p class="excerpt" dir={textDirection(reply.text)}>
            {reply.text === '' ? '…' : reply.text}
          </p>
          <dl>
            <Fact name="turn" value={reply.turn} />
            {reply.revision !== undefined && <Fact name="revision" value={reply.revision.slice(0, 12)} />}
            {reply.firstTextMs !== undefined && <Fact name="first text" value={`${reply.firstTextMs} ms`} />}
            {reply.totalMs !== undefined && <Fact name="whole" value={`${reply.totalMs} ms`} />}
            {reply.usage && (
              <Fact name="tokens" value={`${reply.usage.inputTokens} in, ${reply.usage.outputTokens} out`} />
            )}
            {reply.failure !== undefined && <Fact name="failed" value={reply.failure} />}
          </dl>
          {reply.state === 'completed' && <Evidence citations={reply.citations} />}
        </li>
      ))}
    </ol>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Evidence({ citations }: { readonly citations: readonly Citation[] }): JSX.Element {
  if (citations.length === 0) return <p class="none">Cites nothing.</p>;
  return (
    <ol class="evidence">
      {citations.map((citation) => {
        const url = citation.url === undefined ? undefined : safeUrl(citation.url);
        return (
          <li key={citation.chunk}>
            <p class="source">
              <span class="score">{citation.score.toFixed(2)}</span>
              <span dir="auto">
                {url === undefined ? (
                  citation.title
                ) : (
                  <a href={url} target="_blank" rel="noopener noreferrer">
                    {citation.title}
                  </a>
                )}
                {citation.page !== undefined && `, page ${citation.page}`}
                {citation.row !== undefined && `, row ${citation.row}`}
              </span>
            </p>
            <p class="place">
              {citation.source} / {citation.document}
            </p>
            <blockquote dir={textDirection(citation.quote)}>{citation.quote}</blockquote>
          </li>
        );
      })}
    </ol>
  );
}
