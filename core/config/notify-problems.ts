import { mapOf } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { type Node, placeAt } from './tree.ts';

/** Addresses in `handoff.notify` to which nothing could be sent. */
export function notifyProblems(tree: Node, value: unknown, mail: 'configured' | 'none'): readonly Problem[] {
  const handoff = mapOf(mapOf(value)?.['handoff']);
  const notify = handoff?.['notify'];
  if (!Array.isArray(notify)) return [];
  return notify.flatMap((address, index): readonly Problem[] => {
    const place = placeAt(tree, ['handoff', 'notify', index]);
    if (typeof address !== 'string') return [];
    if (address.startsWith('mailto:')) {
      if (mail === 'configured') return [];
      return [
        {
          severity: 'warning',
          code: 'BOT1038',
          place,
          summary: 'nobody is notified by mail: the deployment has no mail server',
          detail: 'add `mail: { smtp: "${env:SMTP_URL}", from: bots@example.org }` to config/polyphon.yaml',
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
