interface LetterTexts {
  readonly subject: string;
  readonly opening: string;
  readonly bot: string;
  readonly inbox: string;
  readonly channel: string;
  readonly why: string;
  readonly when: string;
  readonly conversation: string;
  /** By the event's reason. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** What an operator reads when somebody asks for a person, in the bot's main language; English for any other. */
export const letterTexts: Readonly<Record<string, LetterTexts>> & { readonly en: LetterTexts } = {
  en: {
    subject: 'somebody asks for a person',
    opening: 'Somebody is waiting for a person to answer.',
    bot: 'Bot',
    inbox: 'Inbox',
    channel: 'Channel',
    why: 'Why',
    when: 'When',
    conversation: 'Conversation',
    reasons: {
      asked: 'asked for a person',
      misses: 'the bot did not know',
      matched: 'a rule of the bot',
      budget: 'the budget for models is used up',
      tool: 'the model handed over',
    },
  },
  de: {
    subject: 'jemand möchte mit einem Menschen sprechen',
    opening: 'Jemand wartet auf die Antwort eines Menschen.',
    bot: 'Bot',
    inbox: 'Postfach',
    channel: 'Kanal',
    why: 'Warum',
    when: 'Wann',
    conversation: 'Gespräch',
    reasons: {
      asked: 'hat nach einem Menschen gefragt',
      misses: 'der Bot wusste es nicht',
      matched: 'eine Regel des Bots',
      budget: 'das Budget für Modelle ist aufgebraucht',
      tool: 'das Modell hat übergeben',
    },
  },
  es: {
    subject: 'alguien pide hablar con una persona',
    opening: 'Alguien espera la respuesta de una persona.',
    bot: 'Bot',
    inbox: 'Bandeja',
    channel: 'Canal',
    why: 'Motivo',
    when: 'Cuándo',
    conversation: 'Conversación',
    reasons: {
      asked: 'pidió hablar con una persona',
      misses: 'el bot no supo responder',
      matched: 'una regla del bot',
      budget: 'el presupuesto para modelos está agotado',
      tool: 'el modelo pasó la consulta',
    },
  },
  fr: {
    subject: 'quelqu’un demande à parler à une personne',
    opening: 'Quelqu’un attend la réponse d’une personne.',
    bot: 'Bot',
    inbox: 'Boîte',
    channel: 'Canal',
    why: 'Motif',
    when: 'Quand',
    conversation: 'Conversation',
    reasons: {
      asked: 'a demandé à parler à une personne',
      misses: 'le bot ne savait pas répondre',
      matched: 'une règle du bot',
      budget: 'le budget pour les modèles est épuisé',
      tool: 'le modèle a passé la main',
    },
  },
  he: {
    subject: 'מישהו מבקש לדבר עם נציג אנושי',
    opening: 'מישהו ממתין למענה של נציג אנושי.',
    bot: 'בוט',
    inbox: 'תיבה',
    channel: 'ערוץ',
    why: 'סיבה',
    when: 'מתי',
    conversation: 'שיחה',
    reasons: {
      asked: 'ביקש לדבר עם נציג',
      misses: 'הבוט לא ידע לענות',
      matched: 'כלל של הבוט',
      budget: 'התקציב למודלים נוצל',
      tool: 'המודל העביר את הפנייה',
    },
  },
  ru: {
    subject: 'просят соединить с человеком',
    opening: 'Кто-то ждёт ответа человека.',
    bot: 'Бот',
    inbox: 'Ящик',
    channel: 'Канал',
    why: 'Причина',
    when: 'Когда',
    conversation: 'Разговор',
    reasons: {
      asked: 'попросили соединить с человеком',
      misses: 'бот не знал ответа',
      matched: 'правило бота',
      budget: 'бюджет на модели исчерпан',
      tool: 'модель передала разговор',
    },
  },
};
