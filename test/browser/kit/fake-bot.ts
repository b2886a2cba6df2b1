import type { Action, Citation, Message } from '../../../core/contract/message.ts';

/** What the fake server says to a text. Pieces are streamed one by one. */
export interface FakeReply {
  readonly pieces: readonly string[];
  readonly citations?: readonly Citation[];
  readonly actions?: readonly Action[];
  readonly outcome?: 'completed' | 'failed' | 'handed-over';
}

export const presentation = {
  name: { en: 'Park Dental', de: 'Zahnarztpraxis am Park', he: 'מרפאת השיניים בפארק', ar: 'عيادة الأسنان في الحديقة' },
  languages: ['en', 'de', 'he', 'ar'],
  defaultLanguage: 'en',
  greeting: {
    en: 'Hello, this is the practice’s assistant. What can I do for you?',
    de: 'Guten Tag, hier ist der Assistent der Praxis. Was kann ich für Sie tun?',
    he: 'שלום, כאן העוזר של המרפאה. במה אפשר לעזור?',
    ar: 'مرحبًا، هنا مساعد العيادة. كيف يمكننا مساعدتك؟',
  },
  suggestions: ['What does a crown cost?', 'When are you open?'],
  theme: { accent: '#0f766e', radius: '14px', scheme: 'auto' },
} as const;

const citation = (chunk: string, more: Partial<Citation> = {}): Citation => ({
  source: 'prices',
  document: 'prices.pdf',
  chunk,
  score: 0.82,
  title: 'Price list 2026',
  page: 2,
  url: 'https://praxis.example/prices.pdf',
  quote: 'Crown, ceramic: 640 EUR. Root canal treatment: from 310 EUR.',
  ...more,
});

const evil = [
  '<img src=x onerror="window.hacked=1">',
  '<script>window.hacked=1</script>',
  '[press](javascript:window.hacked=1)',
  '[data](data:text/html,<script>alert(1)</script>)',
  '![picture](https://tracker.example/pixel.png)',
  '<a href="javascript:window.hacked=1">raw</a>',
  '<svg onload=window.hacked=1>',
  '[good](https://praxis.example/prices)',
].join('\n\n');

export const replies: Readonly<Record<string, FakeReply>> = {
  'What does a crown cost?': {
    pieces: [
      'A **ceramic crown** costs ',
      '**640 EUR**. Two visits ',
      'are needed, a week apart.\n\n',
      '| Treatment | Price | Minutes |\n',
      '| --- | --- | --- |\n',
      '| Crown, ceramic | 640 EUR | 90 |\n| Root canal | 310 EUR | 60 |\n\n',
      'Book by [phone](tel:+49301234567) or read the [price list](https://praxis.example/prices).',
    ],
    citations: [
      citation('p2'),
      citation('p2b', { quote: 'Minutes are averages.' }),
      {
        source: 'leaflets',
        document: 'leaflet.md',
        chunk: 'l1',
        score: 0.61,
        title: 'Leaflet: your new crown',
        quote: 'Please do not eat for two hours.',
      },
    ],
  },
  'כמה עולה כתר?': {
    pieces: [
      'כתר חרסינה עולה ',
      '**640 ₪**. ',
      'נדרשים שני ביקורים:\n\n- ביקור ראשון: 90 דקות\n- ביקור שני: 30 דקות\n\nאפשר להתקשר אל [המרפאה](tel:+97230000000).',
    ],
    citations: [citation('p2', { title: 'מחירון 2026', quote: 'כתר חרסינה: 640 ₪' })],
  },
  evil: { pieces: [evil.slice(0, 30), evil.slice(30)] },
  fail: { pieces: ['Let me '], outcome: 'failed' },
  human: { pieces: [], outcome: 'handed-over' },
  buttons: {
    pieces: ['Which day suits you?'],
    actions: [
      { id: 'mon', label: 'Monday' },
      { id: 'tue', label: 'Tuesday' },
      { id: 'map', label: 'Map', url: 'https://praxis.example/map' },
    ],
  },
  code: { pieces: ['Use this:\n\n```js\nconst a', ' = 1 < 2;\n```\n\n1. one\n2. two'] },
  long: { pieces: Array.from({ length: 40 }, (_, line) => `Line ${line + 1} of a long answer.\n\n`) },
};

export function message(id: string, role: Message['role'], text: string, more: Partial<Message> = {}): Message {
  return {
    id,
    role,
    text,
    attachments: [],
    actions: [],
    citations: [],
    channel: 'web',
    createdAt: '2026-11-21T08:00:00.000Z',
    ...more,
  };
}
