import type { JSX } from 'preact';
import type { ChatState } from './chat-state.ts';
import type { Texts } from './texts.ts';

interface NoticesProps {
  readonly state: ChatState;
  readonly texts: Texts;
  readonly onResume: () => void;
  readonly onStartOver: () => void;
}

/** What stands between the conversation and the composer: one sentence at a time, the most important. */
export function Notices({ state, texts, onResume, onStartOver }: NoticesProps): JSX.Element {
  return (
    <div class="notices" role="status">
      {content(state, texts, onResume, onStartOver)}
    </div>
  );
}

function content(state: ChatState, texts: Texts, onResume: () => void, onStartOver: () => void): JSX.Element | null {
  const { transcript } = state;
  if (state.expired || transcript.state === 'closed') {
    return (
      <Notice text={state.expired ? texts.expired : texts.closed} action={{ label: texts.fresh, press: onStartOver }} />
    );
  }
  if (!state.online) return <Notice text={texts.offline} />;
  if (transcript.state === 'paused')
    return <Notice text={texts.paused} action={{ label: texts.resume, press: onResume }} />;
  if (state.connection === 'reconnecting') return <Notice text={texts.reconnecting} kind="late" />;
  if (state.tooMany) return <Notice text={texts.tooMany} />;
  if (transcript.owner === 'human') return <Notice text={texts.human} />;
  if (transcript.owner === 'paused') return <Notice text={texts.botPaused} />;
  return null;
}

interface NoticeProps {
  readonly text: string;
  /** `late`: shown only when it lasts, for most breaks are over before anybody could read of them. */
  readonly kind?: 'late';
  readonly action?: { readonly label: string; readonly press: () => void };
}

function Notice({ text, kind, action }: NoticeProps): JSX.Element {
  return (
    <p class="notice" data-kind={kind}>
      <span>{text}</span>
      {action && (
        <button type="button" class="link" onClick={action.press}>
          {action.label}
        </button>
      )}
    </p>
  );
}
