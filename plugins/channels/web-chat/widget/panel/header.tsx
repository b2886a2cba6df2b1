import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import type { Texts } from './texts.ts';

interface HeaderProps {
  readonly titleId: string;
  readonly name: string;
  readonly texts: Texts;
  /** Whether there is a conversation that a new one would end. */
  readonly begun: 'begun' | 'empty';
  readonly onStartOver: () => void;
  /** Absent where the panel is part of a page and cannot be closed. */
  readonly onClose: (() => void) | undefined;
}

export function Header({ titleId, name, texts, begun, onStartOver, onClose }: HeaderProps): JSX.Element {
  const [asking, setAsking] = useState(false);
  const answer = (start: 'start' | 'stay') => {
    setAsking(false);
    if (start === 'start') onStartOver();
  };
  return (
    <header part="header">
      <div class="bar">
        <div class="identity">
          <h2 id={titleId} dir="auto">
            {name}
          </h2>
          <p>{texts.disclosure}</p>
        </div>
        {begun === 'begun' && (
          <button
            type="button"
            class="tool"
            aria-label={texts.fresh}
            title={texts.fresh}
            aria-expanded={asking}
            onClick={() => setAsking(!asking)}
          >
            <Icon name="fresh" />
          </button>
        )}
        {onClose && (
          <button type="button" class="tool" aria-label={texts.close} title={texts.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {asking && begun === 'begun' && (
        <div class="ask">
          <p>{texts.freshAsk}</p>
          <button type="button" class="link" onClick={() => answer('start')}>
            {texts.freshYes}
          </button>
          <button type="button" class="link quiet" onClick={() => answer('stay')}>
            {texts.cancel}
          </button>
        </div>
      )}
    </header>
  );
}
