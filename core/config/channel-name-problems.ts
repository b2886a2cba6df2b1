import { isReservedChannel, reservedChannels } from '../contract/reserved-channels.ts';
import { mapOf } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { keyPlaceAt, type Node } from './tree.ts';

/** Channels that nothing would reach: the addresses below their names are others'. */
export function channelNameProblems(tree: Node, value: unknown): readonly Problem[] {
  return Object.keys(mapOf(mapOf(value)?.['channels']) ?? {})
    .filter(isReservedChannel)
    .map((name) => ({
      severity: 'error',
      code: 'BOT1045',
      place: keyPlaceAt(tree, ['channels', name]),
      summary: `a channel cannot be called "${name}": its address is an operator's`,
      detail: `choose another name; kept for operators are ${reservedChannels.join(', ')}`,
    }));
}
