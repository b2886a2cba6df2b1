import type { Migration } from 'kysely/migration';
import { conversations } from './0001-conversations.ts';
import { knowledge } from './0002-knowledge.ts';
import { messengers } from './0003-messengers.ts';
import { people } from './0004-people.ts';
import { sourceListings } from './0005-source-listings.ts';
import { unanswered } from './0006-unanswered.ts';
import { costs } from './0007-costs.ts';
import { resends } from './0008-resends.ts';
import { undelivered } from './0009-undelivered.ts';
import { notes } from './0010-notes.ts';
import { embeddings } from './0011-embeddings.ts';
import { turnOutcomes } from './0011-turn-outcomes.ts';
import { authors } from './0012-authors.ts';
import { heardAt } from './0012-heard-at.ts';
import { refusedRequests } from './0013-refused-requests.ts';
import { erasedMessages } from './0014-erased-messages.ts';
import { wordsInGroups } from './0015-words-in-groups.ts';
import { optOuts } from './0016-opt-outs.ts';
import { pruning } from './0017-pruning.ts';
import { sharedEnds } from './0018-shared-ends.ts';
import { byMessages } from './0019-by-messages.ts';

/** In order of their names; one that has been released is never changed. */
export const migrations: Record<string, Migration> = {
  '0001-conversations': conversations,
  '0002-knowledge': knowledge,
  '0003-messengers': messengers,
  '0004-people': people,
  '0005-source-listings': sourceListings,
  '0006-unanswered': unanswered,
  '0007-costs': costs,
  '0008-resends': resends,
  '0009-undelivered': undelivered,
  '0010-notes': notes,
  '0011-embeddings': embeddings,
  '0011-turn-outcomes': turnOutcomes,
  '0012-authors': authors,
  '0012-heard-at': heardAt,
  '0013-refused-requests': refusedRequests,
  '0014-erased-messages': erasedMessages,
  '0015-words-in-groups': wordsInGroups,
  '0016-opt-outs': optOuts,
  '0017-pruning': pruning,
  '0018-shared-ends': sharedEnds,
  '0019-by-messages': byMessages,
};
