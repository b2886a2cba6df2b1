import createPurifier from 'dompurify';
import { safeUrl } from './safe-url.ts';

const purifier = createPurifier(window);
purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  const url = safeUrl(node.getAttribute('href') ?? '');
  if (url === undefined) return node.removeAttribute('href');
  node.setAttribute('href', url);
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer');
});

const tags = 'a p br strong em del code pre ul ol li blockquote hr div table thead tbody tr th td'.split(' ');

/** Nodes ready for the page, of the vocabulary above and nothing else. */
export function sanitize(html: string): DocumentFragment {
  return purifier.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    ALLOWED_TAGS: tags,
    ALLOWED_ATTR: ['href', 'class', 'start', 'tabindex', 'target', 'rel'],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}
