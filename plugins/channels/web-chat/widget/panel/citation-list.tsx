import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { placesOf } from './cited-places.ts';
import { textDirection } from './text-direction.ts';
import { fill, type Texts } from './texts.ts';
import type { Citation } from './wire.ts';

interface CitationListProps {
  /** Stands at the end of the row. */
  readonly children: ComponentChildren;
  readonly citations: readonly Citation[];
  readonly texts: Texts;
}

/** Numbered chips; a pressed one shows what the document says, word for word. */
export function CitationList({ citations, texts, children }: CitationListProps): JSX.Element {
  const [open, setOpen] = useState<number>();
  const detail = useId();
  const quote = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => quote.current?.scrollIntoView({ block: 'nearest' }), [open]);
  const places = placesOf(citations);
  if (places.length === 0) return <>{children}</>;
  const shown = open === undefined ? undefined : places[open];
  return (
    // A group: sections with a name are landmarks, and each answer would add one more of the same name.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div class="citations" role="group" aria-label={texts.sources}>
      <ul>
        {places.map((place, index) => (
          <li key={index}>
            <button
              type="button"
              class="chip"
              aria-expanded={open === index}
              aria-controls={open === index ? detail : undefined}
              onClick={() => setOpen(open === index ? undefined : index)}
            >
              <span class="hidden">{texts.source} </span>
              <span class="number">{index + 1}</span> <bdi class="title">{place.title}</bdi>{' '}
              {place.page !== undefined && <span class="page">{fill(texts.page, { n: place.page })}</span>}
            </button>
          </li>
        ))}
      </ul>
      {children}
      {shown && (
        <div ref={quote} id={detail} class="quote">
          <p class="place" dir="auto">
            {shown.title}
            {shown.page !== undefined && `, ${fill(texts.page, { n: shown.page })}`}
          </p>
          {shown.quotes.map((quote) => (
            <blockquote key={quote} dir={textDirection(quote)}>
              {quote}
            </blockquote>
          ))}
          {shown.url !== undefined && (
            <a href={shown.url} target="_blank" rel="noopener noreferrer">
              {texts.openSource}
            </a>
          )}
        </div>
      )}
    </div>
  );
}
