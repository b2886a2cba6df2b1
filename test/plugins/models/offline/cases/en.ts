import { type Case, unknown } from './case.ts';

/** Title > heading, and the text below it. */
export const englishDocuments: readonly (readonly [string, string, string])[] = [
  [
    'Visit',
    'Opening hours',
    'The museum is open Tuesday to Sunday from 10 am to 6 pm. On Thursdays it stays open until 9 pm. It is closed on Mondays.',
  ],
  ['Visit', 'Tickets', 'An adult ticket costs $18. Students and seniors pay $12. Children under 12 get in free.'],
  [
    'Visit',
    'How do I get there?',
    'The museum is at 40 Harbour Street, two minutes from the Central tram stop. There is a car park under the building; parking costs $4 per hour.',
  ],
  [
    'Visit',
    'Accessibility',
    'All floors can be reached by lift. Wheelchairs can be borrowed at the desk free of charge.',
  ],
  [
    'Tours',
    'Guided tours',
    'A guided tour takes 75 minutes and starts every day at 11 am and 3 pm. Groups of more than ten people must book two weeks ahead.',
  ],
  [
    'Tours',
    'Cancelling a group booking',
    'A group booking can be cancelled free of charge up to 48 hours before the visit. After that, half of the price is due.',
  ],
  ['House rules', 'Photography', 'You may take photos without flash. Tripods are not allowed.'],
  [
    'House rules',
    'Bags',
    'Bags larger than 40 x 30 cm must be left in the cloakroom. Lockers take a $1 coin, which is returned.',
  ],
  [
    'Contact',
    'Reach us',
    'Call +1 555 010 2000 on weekdays or write to hello@museum.example. We answer e-mails within two working days.',
  ],
  ['Shop', 'Returns', 'Unused items can be returned within 30 days with the receipt. Gift cards are not refundable.'],
];

export const english: readonly Case[] = [
  ['When are you open?', '10 am to 6 pm'],
  ['Are you open on Mondays?', 'closed on Mondays'],
  ['How much is a ticket for adults?', '$18'],
  ['what do students pay', '$12'],
  ['Where is the museum?', '40 Harbour Street'],
  ['How much does parking cost?', '$4 per hour'],
  ['How long does a guided tour take?', '75 minutes'],
  ['Can I cancel a group booking?', '48 hours'],
  ['May I take pictures?', 'without flash'],
  ['What is your phone number?', '555 010 2000'],
  ['Which e-mail address can I write to?', 'hello@museum.example'],
  ['Can I return an item?', '30 days'],
  ['Is there a wheelchair?', 'borrowed at the desk'],
  [['How much is an adult ticket?', 'And for children?'], 'free'],
  [['Do you have guided tours?', 'And how long do they take?'], '75 minutes'],
  ['Who painted the Mona Lisa?', unknown],
  ['How much is a flight to Rome?', unknown],
  ['Do you sell bicycles?', unknown],
  ['Is there a restaurant in the museum?', unknown],
  ['How old is the museum?', unknown],
  ['Do you offer weddings?', unknown],
  ['What is the capital of Australia?', unknown],
];
