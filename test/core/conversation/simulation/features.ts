import type { Random } from '../../../../core/contract/index.ts';

/** What there is in the world of one seed. */
export interface Features {
  /** The store refuses for minutes, bots serve later than their process, and processes stop as they should in between. */
  readonly outages: boolean;
  readonly overlap: 'queue' | 'restart';
  /** The platform takes texts of this length at the most. */
  readonly maxLength: number;
  /** People ask for a human, who comes or not. */
  readonly humans: boolean;
  /** Somebody is told of everything that happens. */
  readonly events: boolean;
  /** Definitions are read again, and folders of bots replaced, in the middle of everything. */
  readonly changes: boolean;
  /** The platform knows each person under two ids, and tells one or both. */
  readonly aliases: boolean;
  /** Each message goes out in several parts. In such a world free text is taken at any time. */
  readonly parts: boolean;
}

const usual: Features = {
  outages: false,
  overlap: 'queue',
  maxLength: 2000,
  humans: false,
  events: false,
  changes: false,
  aliases: false,
  parts: false,
};

export type WorldKind = 'usual' | 'wide' | 'changing' | 'renaming' | 'parting';

/** In a wide world any of them but changes, second ids and parts, which are in worlds of their own. */
export function inventFeatures(chance: Random, world: WorldKind): Features {
  if (world === 'usual') return usual;
  const isSo = (): boolean => chance.next() < 0.5;
  return {
    outages: isSo(),
    overlap: isSo() ? 'restart' : 'queue',
    maxLength: isSo() ? 16 : usual.maxLength,
    humans: isSo(),
    events: isSo(),
    changes: world === 'changing',
    aliases: world === 'renaming',
    parts: world === 'parting',
  };
}
