import type { JSX, RefObject } from 'preact';
import { useId, useLayoutEffect, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { fill, type Texts } from './texts.ts';

interface ComposerProps {
  readonly texts: Texts;
  /** In UTF-16 units, as the server counts. */
  readonly maxChars: number;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onSend: (text: string) => void;
}

/** From how many characters before the limit on it is shown. */
const warnWithin = 400;

export function Composer({ texts, maxChars, field, onSend }: ComposerProps): JSX.Element {
  const [text, setText] = useState('');
  const fieldId = useId();
  const countId = useId();
  const left = maxChars - text.length;
  const ready = text.trim() !== '' && left >= 0;

  useLayoutEffect(() => {
    const element = field.current;
    if (!element || CSS.supports('field-sizing', 'content')) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text, field]);

  const send = () => {
    if (!ready) return;
    onSend(text);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter takes its proposal. Safari ends the composition first and leaves only the code.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    send();
    field.current?.focus();
  };
  return (
    <form class="composer" part="composer" onSubmit={onSubmit}>
      <div class="field" data-empty={text === ''}>
        <label for={fieldId}>{texts.message}</label>
        <textarea
          ref={field}
          id={fieldId}
          rows={1}
          dir="auto"
          enterkeyhint="send"
          value={text}
          aria-describedby={left <= warnWithin ? countId : undefined}
          aria-invalid={left < 0}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="send" aria-label={texts.send} title={texts.send} aria-disabled={!ready}>
          <Icon name="send" />
        </button>
      </div>
      {left <= warnWithin && (
        <p id={countId} class="count" data-over={left < 0}>
          {fill(left < 0 ? texts.over : texts.left, { n: Math.abs(left) })}
        </p>
      )}
    </form>
  );
}
