import type { Clock } from '../contract/index.ts';
import type { Connection } from './connection.ts';
import { type Contacts, prepareContacts } from './contacts.ts';
import { type ConversationRows, prepareConversations } from './conversations.ts';
import { type DeliveryStatuses, prepareDeliveryStatuses } from './delivery-statuses.ts';
import { type Embeddings, prepareEmbeddings } from './embeddings.ts';
import { type EventQueue, prepareEventQueue } from './event-queue.ts';
import { type Handoffs, prepareHandoffs } from './handoffs.ts';
import { type Inbox, prepareInbox } from './inbox.ts';
import { type KnowledgeRepository, prepareKnowledge } from './knowledge-repository.ts';
import { type Messages, prepareMessages } from './messages.ts';
import { type Outbox, prepareOutbox } from './outbox.ts';
import { type People, preparePeople } from './people.ts';
import { type PersonalData, preparePersonalData } from './personal-data.ts';
import { prepareRevisions, type Revisions } from './revisions.ts';
import { prepareSessions, type SessionRows } from './sessions.ts';
import { prepareSourceListings, type SourceListings } from './source-listings.ts';
import { prepareStatistics, type Statistics } from './statistics.ts';
import { prepareStreamEvents, type StreamEvents } from './stream-events.ts';
import { prepareSwitches, type Switches } from './switches.ts';
import { prepareTurns, type Turns } from './turns.ts';
import { prepareUnanswered, type Unanswered } from './unanswered.ts';
import { prepareUsage, type Usage } from './usage.ts';
import { prepareWebhookLog, type WebhookLog } from './webhook-log.ts';

/**
 * One tenant's rows. There is no other way to a row, so a query without a tenant does not compile.
 * Methods that change something are called inside `Store.write`.
 */
export interface TenantStore {
  readonly tenantId: string;
  readonly contacts: Contacts;
  readonly conversations: ConversationRows;
  readonly sessions: SessionRows;
  readonly messages: Messages;
  readonly turns: Turns;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly deliveryStatuses: DeliveryStatuses;
  readonly webhookLog: WebhookLog;
  readonly statistics: Statistics;
  readonly streamEvents: StreamEvents;
  readonly handoffs: Handoffs;
  readonly switches: Switches;
  readonly eventQueue: EventQueue;
  readonly people: People;
  readonly personalData: PersonalData;
  readonly unanswered: Unanswered;
  readonly usage: Usage;
  readonly revisions: Revisions;
  readonly knowledge: KnowledgeRepository;
  readonly embeddings: Embeddings;
  readonly sourceListings: SourceListings;
}

export function prepareTenantStore(connection: Connection, clock: Clock): (tenantId: string) => TenantStore {
  const contacts = prepareContacts(connection);
  const conversations = prepareConversations(connection);
  const sessions = prepareSessions(connection);
  const messages = prepareMessages(connection);
  const turns = prepareTurns(connection);
  const inbox = prepareInbox(connection);
  const outbox = prepareOutbox(connection);
  const deliveryStatuses = prepareDeliveryStatuses(connection);
  const webhookLog = prepareWebhookLog(connection);
  const statistics = prepareStatistics(connection);
  const streamEvents = prepareStreamEvents(connection);
  const handoffs = prepareHandoffs(connection);
  const switches = prepareSwitches(connection);
  const eventQueue = prepareEventQueue(connection);
  const people = preparePeople(connection);
  const personalData = preparePersonalData(connection);
  const unanswered = prepareUnanswered(connection);
  const usage = prepareUsage(connection);
  const revisions = prepareRevisions(connection, clock);
  const knowledge = prepareKnowledge(connection);
  const embeddings = prepareEmbeddings(connection);
  const sourceListings = prepareSourceListings(connection);
  return (tenantId) => ({
    tenantId,
    contacts: contacts(tenantId),
    conversations: conversations(tenantId),
    sessions: sessions(tenantId),
    messages: messages(tenantId),
    turns: turns(tenantId),
    inbox: inbox(tenantId),
    outbox: outbox(tenantId),
    deliveryStatuses: deliveryStatuses(tenantId),
    webhookLog: webhookLog(tenantId),
    statistics: statistics(tenantId),
    streamEvents: streamEvents(tenantId),
    handoffs: handoffs(tenantId),
    switches: switches(tenantId),
    eventQueue: eventQueue(tenantId),
    people: people(tenantId),
    personalData: personalData(tenantId),
    unanswered: unanswered(tenantId),
    usage: usage(tenantId),
    revisions: revisions(tenantId),
    knowledge: knowledge(tenantId),
    embeddings: embeddings(tenantId),
    sourceListings: sourceListings(tenantId),
  });
}
