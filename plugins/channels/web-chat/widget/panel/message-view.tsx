import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CitationList } from './citation-list.tsx';
import { Icon } from './icons.tsx';
import { MarkdownView } from './markdown-view.tsx';
import { safeUrl } from './safe-url.ts';
import { textDirection } from './text-direction.ts';
import type { Texts } from './texts.ts';
import { draftText, type Entry } from './transcript.ts';
import type { Action, Message } from './wire.ts';

export interface MessageContext {
  readonly texts: Texts;
  readonly botName: string;
  /** For attachments, whose addresses may be relative to the server. */
  readonly origin: string;
  readonly onAction: (action: Action) => void;
  readonly onRetry: (key: string) => void;
  readonly onAskAgain: (turn: string) => void;
  readonly onCopied: () => void;
}

interface EntryProps extends MessageContext {
  readonly entry: Entry;
  /** The buttons of the last message can be pressed; those above it have had their time. */
  readonly place: 'last' | 'earlier';
}

export function EntryView(props: EntryProps): JSX.Element | null {
  const { entry, texts } = props;
  switch (entry.kind) {
    case 'message':
      return <MessageView {...props} message={entry.message} />;
    case 'outgoing': {
      const { delivery, key, outgoing } = entry;
      return (
        <Line from="contact" author={texts.you} state={delivery}>
          <p class="text" dir={textDirection(outgoing.text)}>
            {outgoing.text}
          </p>
          {delivery === 'failed' ? (
            <p class="delivery failed">
              {texts.failed}{' '}
              <button type="button" class="link" onClick={() => props.onRetry(key)}>
                {texts.again}
              </button>
            </p>
          ) : (
            <p class="delivery">{delivery === 'sending' ? texts.sending : texts.waiting}</p>
          )}
        </Line>
      );
    }
    case 'draft': {
      const text = draftText(entry);
      if (text === '') return null;
      return (
        <Line from="bot" author={`${props.botName}:`} state="growing">
          <MarkdownView text={text} state="growing" />
        </Line>
      );
    }
    case 'failure':
      return (
        <Line from="system" author="" state="failed">
          <p class="delivery failed">
            {texts.noAnswer}{' '}
            <button type="button" class="link" onClick={() => props.onAskAgain(entry.turn)}>
              {texts.again}
            </button>
          </p>
        </Line>
      );
    default:
      return entry satisfies never;
  }
}

function MessageView(props: EntryProps & { readonly message: Message }): JSX.Element {
  const { message, texts, origin } = props;
  const author = { contact: texts.you, bot: `${props.botName}:`, operator: `${texts.team}:`, system: '' }[message.role];
  const answered = message.role === 'bot' || message.role === 'operator';
  return (
    <Line from={message.role} author={author} state="complete">
      {message.role === 'operator' && <p class="author">{texts.team}</p>}
      {answered ? (
        <MarkdownView text={message.text} state="complete" />
      ) : (
        <p class="text" dir={textDirection(message.text)}>
          {message.text}
        </p>
      )}
      <Attachments message={message} origin={origin} />
      <Actions {...props} />
      {answered && message.text !== '' && (
        <footer>
          <CitationList citations={message.citations} texts={texts}>
            <CopyButton text={message.text} texts={texts} onCopied={props.onCopied} />
          </CitationList>
        </footer>
      )}
    </Line>
  );
}

interface LineProps {
  readonly from: Message['role'];
  readonly author: string;
  readonly state: string;
  readonly children: ComponentChildren;
}

function Line({ from, author, state, children }: LineProps): JSX.Element {
  return (
    <article class="line" data-role={from} data-state={state} part={`message ${from}`}>
      {author !== '' && <span class="hidden">{author}</span>}
      {children}
    </article>
  );
}

function Attachments({ message, origin }: { readonly message: Message; readonly origin: string }): JSX.Element | null {
  if (message.attachments.length === 0) return null;
  return (
    <ul class="attachments">
      {message.attachments.map((attachment) => {
        const name = attachment.name ?? attachment.mediaType;
        const url = attachment.url === undefined ? undefined : safeUrl(attachment.url, origin);
        return (
          <li key={attachment.id}>
            <Icon name="file" />
            {url === undefined ? (
              <bdi>{name}</bdi>
            ) : (
              <a href={url} target="_blank" rel="noopener noreferrer">
                <bdi>{name}</bdi>
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Actions({ message, place, onAction }: EntryProps & { readonly message: Message }): JSX.Element | null {
  const [chosen, setChosen] = useState<string>();
  if (message.actions.length === 0) return null;
  const live = place === 'last' && chosen === undefined;
  return (
    <ul class="actions">
      {message.actions.map((action) => {
        const url = action.url === undefined ? undefined : safeUrl(action.url);
        const press = () => {
          if (!live) return;
          setChosen(action.id);
          onAction(action);
        };
        return (
          <li key={action.id}>
            {url === undefined ? (
              <button
                type="button"
                class="option"
                aria-disabled={!live}
                aria-pressed={chosen === action.id}
                onClick={press}
              >
                <bdi>{action.label}</bdi>
              </button>
            ) : (
              <a class="option" href={url} target="_blank" rel="noopener noreferrer">
                <bdi>{action.label}</bdi>
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
}

interface CopyProps {
  readonly text: string;
  readonly texts: Texts;
  readonly onCopied: () => void;
}

const copiedForMs = 2_000;

function CopyButton({ text, texts, onCopied }: CopyProps): JSX.Element | null {
  const [copied, setCopied] = useState(false);
  // Pages without https have no clipboard.
  if (!navigator.clipboard) return null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return;
    }
    setCopied(true);
    onCopied();
    setTimeout(() => setCopied(false), copiedForMs);
  };
  return (
    <button type="button" class="tool copy" aria-label={texts.copy} title={texts.copy} onClick={() => void copy()}>
      <Icon name={copied ? 'done' : 'copy'} />
    </button>
  );
}
