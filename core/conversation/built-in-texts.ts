/** What a bot says where its definition has no words for it: short, and without promises. */
export const builtInTexts = {
  disclosure: {
    de: 'Ich bin ein KI-Assistent.',
    en: 'I am an AI assistant.',
    es: 'Soy un asistente de inteligencia artificial.',
    fr: 'Je suis un assistant basé sur l’intelligence artificielle.',
    he: 'אני עוזר מבוסס בינה מלאכותית.',
    it: 'Sono un assistente basato sull’intelligenza artificiale.',
    nl: 'Ik ben een AI-assistent.',
    pl: 'Jestem asystentem AI.',
    pt: 'Sou um assistente de inteligência artificial.',
    ru: 'Я ассистент на основе искусственного интеллекта.',
    ar: 'أنا مساعد يعمل بالذكاء الاصطناعي.',
    tr: 'Ben bir yapay zekâ asistanıyım.',
    uk: 'Я асистент на основі штучного інтелекту.',
  },
  handoff: {
    de: 'Ich gebe Ihre Frage an einen Menschen weiter.',
    en: 'I am passing your question to a person.',
    es: 'Voy a pasar su consulta a una persona.',
    fr: 'Je transmets votre question à une personne.',
    he: 'אני מעביר את השאלה שלך לנציג אנושי.',
    it: 'Passo la sua domanda a una persona.',
    nl: 'Ik geef uw vraag door aan een medewerker.',
    pl: 'Przekazuję pytanie człowiekowi.',
    pt: 'Vou passar a sua pergunta a uma pessoa.',
    ru: 'Я передаю ваш вопрос сотруднику.',
    ar: 'سأحوّل سؤالك إلى أحد الموظفين.',
    tr: 'Sorunuzu bir çalışana iletiyorum.',
    uk: 'Я передаю ваше запитання співробітнику.',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** How people call an artificial intelligence; a greeting with one of these has already said what speaks. */
export const namesOfAi =
  /\b(?:KI|AI|IA|A\.I\.|chatbot|bot|künstliche\w* Intelligenz|artificial intelligence|intelligence artificielle|inteligencia artificial|intelligenza artificiale|virtual assistant|digitale\w* Assistent\w*|virtuelle\w* Assistent\w*|asistente virtual|assistant virtuel)\b|ИИ|искусственн\S* интеллект|бот|виртуальн\S* (?:помощник|ассистент)|בינה מלאכותית|בוט|الذكاء الاصطناعي/iu;
