import { mapOf } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { type Node, placeAt } from './tree.ts';

/** What a definition asks for and this version cannot keep. Better said before a client relies on it. */
export function unkeptPromises(tree: Node, value: unknown): readonly Problem[] {
  return notifyProblems(tree, value);
}

function notifyProblems(tree: Node, value: unknown): readonly Problem[] {
  const handoff = mapOf(mapOf(value)?.['handoff']);
  const notify = handoff?.['notify'];
  if (!Array.isArray(notify)) return [];
  return notify.flatMap((address, index): readonly Problem[] => {
    const place = placeAt(tree, ['handoff', 'notify', index]);
    if (typeof address !== 'string') return [];
    if (address.startsWith('mailto:')) {
      return [
        {
          severity: 'warning',
          code: 'BOT1038',
          place,
          summary: 'nobody is notified by mail: this version sends none',
          detail: 'name an https: address that receives a webhook; operators see the request in any case',
        },
      ];
    }
    if (!/^https?:/.test(address) || typeof handoff?.['secret'] === 'string') return [];
    return [
      {
        severity: 'error',
        code: 'BOT1005',
        place,
        summary: 'nothing signs what is sent to this address',
        detail: 'add `secret: "${secret:handoff_secret}"` to `handoff:`; the receiver checks the signature with it',
      },
    ];
  });
}
