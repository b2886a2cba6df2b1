import { limitTexts } from './limit-texts.ts';
import { peopleTexts } from './people-texts.ts';

/** What a bot says where its definition has no words for it: short, and without promises. */
export const builtInTexts = {
  ...limitTexts,
  ...peopleTexts,
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
  help: {
    de: 'Schreiben Sie uns Ihre Frage, wir antworten hier. Mit STOP bestellen Sie die Nachrichten ab, mit START wieder an.',
    en: 'Write your question and we answer here. Reply STOP to get no more messages, START to get them again.',
    es: 'Escriba su pregunta y le respondemos aquí. Responda STOP para no recibir más mensajes y START para volver a recibirlos.',
    fr: 'Écrivez votre question, nous répondons ici. Répondez STOP pour ne plus recevoir de messages, START pour en recevoir à nouveau.',
    he: 'כתבו את שאלתכם ונענה כאן. השיבו STOP כדי להפסיק לקבל הודעות, START כדי לחדש.',
    it: 'Scriva la sua domanda, rispondiamo qui. Risponda STOP per non ricevere più messaggi, START per riceverli di nuovo.',
    nl: 'Schrijf uw vraag, wij antwoorden hier. Antwoord STOP om geen berichten meer te krijgen, START om ze weer te krijgen.',
    pl: 'Napisz pytanie, odpowiemy tutaj. Odpisz STOP, aby nie otrzymywać wiadomości, START, aby je wznowić.',
    pt: 'Escreva a sua pergunta e respondemos aqui. Responda STOP para não receber mais mensagens, START para voltar a recebê-las.',
    ru: 'Напишите свой вопрос, мы ответим здесь. Ответьте STOP, чтобы больше не получать сообщений, START — чтобы получать снова.',
    ar: 'اكتب سؤالك وسنجيب هنا. أرسل STOP لإيقاف الرسائل وSTART لاستئنافها.',
    tr: 'Sorunuzu yazın, burada yanıtlıyoruz. Mesajları durdurmak için STOP, yeniden almak için START yanıtlayın.',
    uk: 'Напишіть своє запитання, ми відповімо тут. Відповідайте STOP, щоб не отримувати повідомлень, START — щоб отримувати знову.',
  },
  stopped: {
    de: 'Sie bekommen hier keine Nachrichten mehr. Mit START bestellen Sie sie wieder an.',
    en: 'You will get no more messages here. Reply START to get them again.',
    es: 'No recibirá más mensajes aquí. Responda START para volver a recibirlos.',
    fr: 'Vous ne recevrez plus de messages ici. Répondez START pour en recevoir à nouveau.',
    he: 'לא יישלחו אליכם עוד הודעות כאן. השיבו START כדי לחדש.',
    it: 'Non riceverà più messaggi qui. Risponda START per riceverli di nuovo.',
    nl: 'U krijgt hier geen berichten meer. Antwoord START om ze weer te krijgen.',
    pl: 'Nie będziesz tu już otrzymywać wiadomości. Odpisz START, aby je wznowić.',
    pt: 'Não receberá mais mensagens aqui. Responda START para voltar a recebê-las.',
    ru: 'Вы больше не будете получать здесь сообщений. Ответьте START, чтобы получать их снова.',
    ar: 'لن تصلك رسائل أخرى هنا. أرسل START لاستئنافها.',
    tr: 'Burada artık mesaj almayacaksınız. Yeniden almak için START yanıtlayın.',
    uk: 'Ви більше не отримуватимете тут повідомлень. Відповідайте START, щоб отримувати їх знову.',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** How people call an artificial intelligence; a greeting with one of these has already said what speaks. */
export const namesOfAi =
  /\b(?:KI|AI|IA|A\.I\.|chatbot|bot|künstliche\w* Intelligenz|artificial intelligence|intelligence artificielle|inteligencia artificial|intelligenza artificiale|virtual assistant|digitale\w* Assistent\w*|virtuelle\w* Assistent\w*|asistente virtual|assistant virtuel)\b|ИИ|искусственн\S* интеллект|бот|виртуальн\S* (?:помощник|ассистент)|בינה ה?מלאכותית|בוט|الذكاء الاصطناعي/iu;
