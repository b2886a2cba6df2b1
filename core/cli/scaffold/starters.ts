/** What a new bot says and knows on its first day, by language. */
export interface Starter {
  readonly greeting: string;
  readonly unknown: string;
  readonly failure: string;
  /** Instructions for a language model; the offline model does without. */
  readonly system: string;
  /** A Markdown document that answers the question below. */
  readonly document: string;
  readonly question: string;
  /** Stands in the answer. */
  readonly answer: string;
}

export const starters: Readonly<Record<string, Starter>> = {
  en: {
    greeting: 'Hello, this is the AI assistant. How can I help?',
    unknown: 'I do not know that. Shall I put you through to a person?',
    failure: 'Something is not working at the moment. I have your message.',
    system: 'You are the assistant of {{ bot.name }}. Answer briefly and kindly, from the documents only.',
    document:
      '# Opening hours\n\nWe are open from Monday to Friday, from 9 am to 5 pm. On Saturdays and public holidays we are closed.\n\n# Contact\n\nYou reach us by telephone during opening hours. We answer letters and e-mails within two working days.\n',
    question: 'When are you open?',
    answer: '9 am',
  },
  de: {
    greeting: 'Guten Tag, hier ist der KI-Assistent. Wie kann ich helfen?',
    unknown: 'Das weiß ich leider nicht. Soll ich Sie mit einem Menschen verbinden?',
    failure: 'Gerade klappt etwas nicht. Ihre Nachricht ist angekommen.',
    system: 'Du bist der Assistent von {{ bot.name }}. Antworte kurz und freundlich, nur aus den Dokumenten.',
    document:
      '# Öffnungszeiten\n\nWir haben von Montag bis Freitag von 9 bis 17 Uhr geöffnet. An Samstagen und Feiertagen ist geschlossen.\n\n# Kontakt\n\nTelefonisch erreichen Sie uns während der Öffnungszeiten. Briefe und E-Mails beantworten wir innerhalb von zwei Werktagen.\n',
    question: 'Wann haben Sie geöffnet?',
    answer: '17 Uhr',
  },
  fr: {
    greeting: 'Bonjour, ici l’assistant IA. Comment puis-je vous aider ?',
    unknown: 'Je ne le sais pas. Voulez-vous que je vous passe une personne ?',
    failure: 'Quelque chose ne fonctionne pas en ce moment. Votre message est bien arrivé.',
    system: 'Tu es l’assistant de {{ bot.name }}. Réponds brièvement et aimablement, seulement d’après les documents.',
    document:
      '# Horaires d’ouverture\n\nNous sommes ouverts du lundi au vendredi, de 9 h à 17 h. Nous sommes fermés le samedi et les jours fériés.\n\n# Contact\n\nVous pouvez nous joindre par téléphone pendant les heures d’ouverture. Nous répondons aux lettres et aux courriels sous deux jours ouvrés.\n',
    question: 'Quand êtes-vous ouverts ?',
    answer: '17 h',
  },
  es: {
    greeting: 'Hola, soy el asistente de IA. ¿En qué puedo ayudarle?',
    unknown: 'Eso no lo sé. ¿Quiere que le pase con una persona?',
    failure: 'Algo no funciona en este momento. He recibido su mensaje.',
    system: 'Eres el asistente de {{ bot.name }}. Responde de forma breve y amable, solo a partir de los documentos.',
    document:
      '# Horario\n\nEstamos abiertos de lunes a viernes, de 9 a 17 horas. Los sábados y los días festivos está cerrado.\n\n# Contacto\n\nPuede llamarnos por teléfono durante el horario de apertura. Respondemos a las cartas y los correos en dos días laborables.\n',
    question: '¿Qué días están abiertos?',
    answer: 'lunes a viernes',
  },
  ru: {
    greeting: 'Здравствуйте, это ИИ-ассистент. Чем могу помочь?',
    unknown: 'К сожалению, я этого не знаю. Соединить вас с сотрудником?',
    failure: 'Сейчас что-то не работает. Ваше сообщение получено.',
    system: 'Ты ассистент {{ bot.name }}. Отвечай кратко и вежливо, только по документам.',
    document:
      '# Часы работы\n\nМы открыты с понедельника по пятницу, с 9 до 17 часов. По субботам и в праздничные дни мы закрыты.\n\n# Контакты\n\nПозвонить нам можно в часы работы. На письма мы отвечаем в течение двух рабочих дней.\n',
    question: 'Когда вы открыты?',
    answer: '17 часов',
  },
  he: {
    greeting: 'שלום, כאן עוזר הבינה המלאכותית. איך אפשר לעזור?',
    unknown: 'לצערי איני יודע זאת. להעביר אותך לנציג?',
    failure: 'משהו לא עובד כרגע. הודעתך התקבלה.',
    system: 'אתה העוזר של {{ bot.name }}. ענה בקצרה ובנימוס, רק מתוך המסמכים.',
    document:
      '# שעות פתיחה\n\nאנחנו פתוחים בימים ראשון עד חמישי, משעה 9 עד שעה 17. בימי שישי, שבת וחג סגור.\n\n# יצירת קשר\n\nאפשר להתקשר אלינו בשעות הפתיחה. על מכתבים והודעות אנו עונים תוך שני ימי עבודה.\n',
    question: 'מהן שעות הפתיחה?',
    answer: '17',
  },
};
