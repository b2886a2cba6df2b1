import type { LocalizedText } from '../contract/index.ts';

/** What a bot says until its definition says otherwise. LiquidJS; keyed by the name under `prompts:`. */
export const defaultTexts: Readonly<Record<string, LocalizedText>> = {
  system: {
    de: 'Du bist der KI-Assistent von {{ bot.name }}. Antworte freundlich, knapp und auf Deutsch. Stütze dich nur auf die Textstellen, die dir gegeben werden. Erfinde nichts; wenn die Antwort nicht darin steht, sage das.',
    en: 'You are the AI assistant of {{ bot.name }}. Answer in English, kindly and briefly. Rely only on the passages you are given. Invent nothing; when the answer is not in them, say so.',
    fr: "Tu es l'assistant IA de {{ bot.name }}. Réponds en français, avec amabilité et concision. Appuie-toi uniquement sur les extraits fournis. N'invente rien ; si la réponse n'y figure pas, dis-le.",
    es: 'Eres el asistente de IA de {{ bot.name }}. Responde en español, con amabilidad y brevedad. Básate solo en los pasajes que recibes. No inventes nada; si la respuesta no está en ellos, dilo.',
    ru: 'Ты — ИИ-ассистент компании {{ bot.name }}. Отвечай по-русски, вежливо и кратко. Опирайся только на приведённые отрывки. Ничего не выдумывай; если ответа в них нет, так и скажи.',
    he: 'אתה עוזר הבינה המלאכותית של {{ bot.name }}. ענה בעברית, באדיבות ובקצרה. הסתמך רק על הקטעים שניתנו לך. אל תמציא דבר; אם התשובה אינה בהם, אמור זאת.',
  },
  greeting: {
    de: 'Guten Tag, hier ist der KI-Assistent von {{ bot.name }}. Was möchten Sie wissen?',
    en: 'Hello, this is the AI assistant of {{ bot.name }}. What would you like to know?',
    fr: "Bonjour, je suis l'assistant IA de {{ bot.name }}. Que souhaitez-vous savoir ?",
    es: 'Hola, soy el asistente de IA de {{ bot.name }}. ¿Qué le gustaría saber?',
    ru: 'Здравствуйте, это ИИ-ассистент {{ bot.name }}. Что вы хотели бы узнать?',
    he: 'שלום, כאן עוזר הבינה המלאכותית של {{ bot.name }}. מה תרצו לדעת?',
  },
  unknown: {
    de: 'Das weiß ich leider nicht. Soll ich Sie mit einem Menschen verbinden?',
    en: 'I am sorry, I do not know that. Shall I put you through to a person?',
    fr: 'Je suis désolé, je ne le sais pas. Voulez-vous parler à une personne ?',
    es: 'Lo siento, no lo sé. ¿Quiere que le ponga con una persona?',
    ru: 'К сожалению, я этого не знаю. Соединить вас с человеком?',
    he: 'מצטער, איני יודע זאת. להעביר אתכם לאדם?',
  },
  failure: {
    de: 'Gerade klappt etwas nicht. Ihre Nachricht ist angekommen; bitte versuchen Sie es gleich noch einmal.',
    en: 'Something is not working right now. Your message has arrived; please try again in a moment.',
    fr: "Quelque chose ne fonctionne pas pour l'instant. Votre message est bien arrivé ; réessayez dans un instant.",
    es: 'Algo no funciona en este momento. Su mensaje ha llegado; inténtelo de nuevo en un momento.',
    ru: 'Сейчас что-то не работает. Ваше сообщение получено; попробуйте, пожалуйста, ещё раз через минуту.',
    he: 'משהו אינו פועל כרגע. הודעתכם התקבלה; נסו שוב בעוד רגע.',
  },
  still_there: {
    de: 'Sind Sie noch da?',
    en: 'Are you still there?',
    fr: 'Êtes-vous toujours là ?',
    es: '¿Sigue ahí?',
    ru: 'Вы ещё здесь?',
    he: 'אתם עדיין כאן?',
  },
};

/** Prompts that every bot has. */
export const requiredPrompts = ['system', 'greeting', 'unknown', 'failure'] as const;

export function isBuiltInLanguage(language: string): boolean {
  return primaryTag(language) in (defaultTexts['greeting'] ?? {});
}

/** The built-in text in the bot's languages; English stands in for a default language that has none. */
export function defaultText(
  name: string,
  languages: { readonly default: string; readonly supported: readonly string[] },
): LocalizedText | undefined {
  const all = defaultTexts[name];
  if (all === undefined || !Object.hasOwn(defaultTexts, name)) return undefined;
  const texts: Record<string, string> = {};
  for (const language of new Set([languages.default, ...languages.supported])) {
    const text = all[primaryTag(language)] ?? (language === languages.default ? all['en'] : undefined);
    if (text !== undefined) texts[language] = text;
  }
  return texts;
}

function primaryTag(language: string): string {
  return language.split('-')[0] ?? language;
}
