import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { renderBlocks } from './markdown.ts';
import { sanitize } from './sanitize.ts';
import { textDirection } from './text-direction.ts';

interface MarkdownProps {
  readonly text: string;
  readonly state: 'complete' | 'growing';
}

export function MarkdownView({ text, state }: MarkdownProps): JSX.Element {
  return (
    <div class="markdown">
      {renderBlocks(text, state).map((html, index) => (
        <Block key={index} html={html} />
      ))}
    </div>
  );
}

/** A block is drawn again only when its HTML differs: what stands above a growing end keeps its selection and its place. */
function Block({ html }: { readonly html: string }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const content = sanitize(html);
    if (!place.current) return;
    place.current.dir = textDirection(content.textContent ?? '');
    place.current.replaceChildren(content);
  }, [html]);
  return <div ref={place} class="block" />;
}
