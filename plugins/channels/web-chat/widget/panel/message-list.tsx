import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatState } from './chat-state.ts';
import { Icon } from './icons.tsx';
import { inLanguage, type Language } from './language.ts';
import { MarkdownView } from './markdown-view.tsx';
import { EntryView, type MessageContext } from './message-view.tsx';
import { fill } from './texts.ts';

interface MessageListProps {
  readonly state: ChatState;
  readonly language: Language;
  readonly context: MessageContext;
  readonly onSuggestion: (text: string) => void;
}

/** So near to the end, a reader means to follow what comes. */
const nearEndPx = 56;

/** The conversation. It is not a live region itself: a finished reply is announced once, elsewhere. */
export function MessageList({ state, language, context, onSuggestion }: MessageListProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [away, setAway] = useState(false);
  const { texts } = context;
  const { entries, writing } = state.transcript;
  const ownLines = entries.filter((entry) => entry.kind === 'outgoing').length;

  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    following.current = true;
    toEnd();
  }, [ownLines]);
  useLayoutEffect(() => {
    if (following.current) toEnd();
  });
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx;
    following.current = near;
    setAway(!near);
  };

  return (
    <div class="conversation">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div ref={box} class="log" role="log" aria-live="off" aria-label={texts.log} tabIndex={0} onScroll={onScroll}>
        <p class="disclosure">{texts.mayErr}</p>
        <Greeting state={state} language={language} />
        {entries.map((entry, index) => (
          <EntryView
            key={entry.key}
            {...context}
            entry={entry}
            place={index === entries.length - 1 ? 'last' : 'earlier'}
          />
        ))}
        <Writing state={state} context={context} writing={writing} />
        <Suggestions state={state} label={texts.suggestions} onSuggestion={onSuggestion} />
      </div>
      {away && (
        <button type="button" class="latest" aria-label={texts.latest} title={texts.latest} onClick={toEnd}>
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

function Greeting({ state, language }: { readonly state: ChatState; readonly language: Language }): JSX.Element | null {
  const { presentation, transcript } = state;
  if (!presentation) return null;
  const greeting = inLanguage(presentation.greeting, language.tag, presentation.defaultLanguage);
  const first = transcript.entries[0];
  // The bot may have said it already, as its first message.
  if (greeting === '' || (first?.kind === 'message' && first.message.role === 'bot')) return null;
  return (
    <article class="line" data-role="bot" data-state="complete">
      <MarkdownView text={greeting} state="complete" />
    </article>
  );
}

interface WritingProps {
  readonly state: ChatState;
  readonly context: MessageContext;
  readonly writing: 'bot' | 'operator' | undefined;
}

function Writing({ state, context, writing }: WritingProps): JSX.Element | null {
  const last = state.transcript.entries.at(-1);
  const started = last?.kind === 'draft' && last.pieces.length === 0;
  if (!started && (writing === undefined || last?.kind === 'draft')) return null;
  const { texts, botName } = context;
  return (
    <p class="writing">
      <span class="hidden">{writing === 'operator' ? texts.teamWriting : fill(texts.writing, { name: botName })}</span>
      <span class="dot" />
      <span class="dot" />
      <span class="dot" />
    </p>
  );
}

interface SuggestionsProps {
  readonly state: ChatState;
  readonly label: string;
  readonly onSuggestion: (text: string) => void;
}

function Suggestions({ state, label, onSuggestion }: SuggestionsProps): JSX.Element | null {
  const suggestions = state.presentation?.suggestions ?? [];
  const asked = state.transcript.entries.some(
    (entry) => entry.kind === 'outgoing' || (entry.kind === 'message' && entry.message.role === 'contact'),
  );
  if (asked || suggestions.length === 0) return null;
  return (
    <ul class="suggestions" aria-label={label}>
      {suggestions.map((suggestion) => (
        <li key={suggestion}>
          <button type="button" class="option" onClick={() => onSuggestion(suggestion)}>
            <bdi>{suggestion}</bdi>
          </button>
        </li>
      ))}
    </ul>
  );
}
