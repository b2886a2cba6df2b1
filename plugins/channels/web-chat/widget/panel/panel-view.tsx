import type { JSX } from 'preact';
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import type { Chat } from './chat.ts';
import type { ChatState } from './chat-state.ts';
import { Composer } from './composer.tsx';
import { Header } from './header.tsx';
import { inLanguage, type Language } from './language.ts';
import { MessageList } from './message-list.tsx';
import type { MessageContext } from './message-view.tsx';
import { Notices } from './notices.tsx';
import type { Texts } from './texts.ts';
import { themeProperties } from './theme.ts';

export interface PanelViewProps {
  readonly chat: Chat;
  readonly state: ChatState;
  readonly language: Language;
  readonly texts: Texts;
  readonly frame: 'floating' | 'inline';
  readonly origin: string;
  readonly visible: 'shown' | 'hidden';
  /** The words of the last finished reply, for screen readers; emptied soon after. */
  readonly announcement: string;
  readonly onAnnounce: (text: string) => void;
  readonly onClose: (() => void) | undefined;
}

const defaultMaxChars = 4000;
const narrow = '(max-width: 480px)';

export function PanelView(props: PanelViewProps): JSX.Element {
  const { chat, state, language, texts, frame } = props;
  const titleId = useId();
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const fullScreen = useMedia(narrow) && frame === 'floating';
  const { presentation } = state;
  const name = presentation ? inLanguage(presentation.name, language.tag, presentation.defaultLanguage) : '';
  const theme = useMemo(() => themeProperties(presentation?.theme ?? {}), [presentation]);
  const ended = state.expired || state.transcript.state !== 'active';

  useEffect(() => {
    if (frame === 'inline' || props.visible === 'hidden') return;
    // On a phone the field would call the keyboard before anything is read.
    if (fullScreen || !field.current) box.current?.focus();
    else field.current.focus();
  }, [props.visible, state.phase]);

  // While a conversation is over there is no field. Who asked for it to go on is taken there once it is back.
  const returning = useRef(false);
  useEffect(() => {
    if (ended || !returning.current) return;
    returning.current = false;
    field.current?.focus();
  });

  // A pressed button may be gone with the next drawing; the field is where one goes on.
  const goOn = () => (field.current ?? box.current)?.focus();
  const say: Chat['say'] = (text, action) => {
    chat.say(text, action);
    goOn();
  };
  const context: MessageContext = {
    texts,
    botName: name,
    origin: props.origin,
    onAction: (action) => say(action.label, action),
    onRetry: (key) => {
      chat.retry(key);
      goOn();
    },
    onAskAgain: (turn) => {
      chat.askAgain(turn);
      goOn();
    },
    onCopied: () => props.onAnnounce(texts.copied),
  };
  const startOver = () => {
    returning.current = true;
    chat.startOver();
    goOn();
  };
  const resume = () => {
    returning.current = true;
    chat.resume();
    goOn();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Escape' && props.onClose) {
      event.stopPropagation();
      props.onClose();
    }
    if (event.key === 'Tab' && fullScreen && box.current) keepInside(event, box.current);
  };

  const kind = {
    ...(frame === 'floating' ? ({ role: 'dialog', 'aria-modal': fullScreen } as const) : ({ role: 'region' } as const)),
    'aria-labelledby': titleId,
    onKeyDown,
  };

  return (
    <div
      ref={box}
      class="panel"
      part="panel"
      {...kind}
      tabIndex={-1}
      hidden={props.visible === 'hidden'}
      dir={language.direction}
      lang={language.textsTag}
      data-frame={frame}
      data-scheme={presentation?.theme.scheme ?? 'auto'}
      style={theme}
    >
      <Header
        titleId={titleId}
        name={name || texts.disclosure}
        texts={texts}
        begun={state.transcript.entries.length > 0 ? 'begun' : 'empty'}
        onStartOver={startOver}
        onClose={props.onClose}
      />
      <Body {...props} context={context} onSuggestion={(text) => say(text)} />
      <Notices state={state} texts={texts} onResume={resume} onStartOver={startOver} />
      {state.phase === 'ready' && !ended && (
        <Composer
          texts={texts}
          maxChars={presentation?.maxChars ?? defaultMaxChars}
          field={field}
          onSend={(text) => say(text)}
        />
      )}
      <p class="hidden" aria-live="polite" data-announcement>
        {props.announcement || null}
      </p>
    </div>
  );
}

interface BodyProps extends PanelViewProps {
  readonly context: MessageContext;
  readonly onSuggestion: (text: string) => void;
}

function Body({ chat, state, language, texts, context, onSuggestion }: BodyProps): JSX.Element {
  switch (state.phase) {
    case 'loading':
      return <div class="conversation" aria-busy="true" />;
    case 'unavailable':
      return (
        <div class="conversation unavailable" role="alert">
          <p>{texts.unavailable}</p>
          <button type="button" class="option" onClick={() => void chat.start()}>
            {texts.again}
          </button>
        </div>
      );
    case 'ready':
      return <MessageList state={state} language={language} context={context} onSuggestion={onSuggestion} />;
    default:
      return state.phase satisfies never;
  }
}

function useMedia(query: string): boolean {
  const media = useMemo(() => matchMedia(query), [query]);
  const [matches, setMatches] = useState(media.matches);
  useEffect(() => {
    const change = () => setMatches(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, [media]);
  return matches;
}

/** A panel that covers the page must not let the focus go behind it. */
function keepInside(event: KeyboardEvent, box: HTMLElement): void {
  const stops = [...box.querySelectorAll<HTMLElement>('button, a[href], textarea, [tabindex="0"]')];
  const root = box.getRootNode();
  const active = root instanceof ShadowRoot ? root.activeElement : document.activeElement;
  const end = event.shiftKey ? stops[0] : stops.at(-1);
  if (active !== end && !(event.shiftKey && active === box)) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}
