/** What the panel itself says. `{n}`, `{name}` and `{title}` are filled in. */
export interface Texts {
  readonly disclosure: string;
  readonly mayErr: string;
  readonly log: string;
  readonly you: string;
  readonly team: string;
  readonly writing: string;
  readonly teamWriting: string;
  readonly message: string;
  readonly send: string;
  readonly left: string;
  readonly over: string;
  readonly close: string;
  readonly fresh: string;
  readonly freshAsk: string;
  readonly freshYes: string;
  readonly cancel: string;
  readonly suggestions: string;
  readonly latest: string;
  readonly sources: string;
  readonly source: string;
  readonly page: string;
  readonly openSource: string;
  readonly copy: string;
  readonly copied: string;
  readonly sending: string;
  readonly waiting: string;
  readonly failed: string;
  readonly again: string;
  readonly noAnswer: string;
  readonly reconnecting: string;
  readonly offline: string;
  readonly human: string;
  readonly botPaused: string;
  readonly paused: string;
  readonly resume: string;
  readonly closed: string;
  readonly expired: string;
  readonly unavailable: string;
  readonly tooMany: string;
}

const en: Texts = {
  disclosure: 'AI assistant',
  mayErr: 'You are writing with an AI. It can make mistakes.',
  log: 'Conversation',
  you: 'You:',
  team: 'Team',
  writing: '{name} is writing',
  teamWriting: 'The team is writing',
  message: 'Your message',
  send: 'Send',
  left: '{n} characters left',
  over: '{n} characters too many',
  close: 'Close chat',
  fresh: 'New conversation',
  freshAsk: 'Start a new conversation? This one ends.',
  freshYes: 'Start new',
  cancel: 'Cancel',
  suggestions: 'Questions to begin with',
  latest: 'Latest messages',
  sources: 'Sources',
  source: 'Source {n}: {title}',
  page: 'page {n}',
  openSource: 'Open source',
  copy: 'Copy',
  copied: 'Copied',
  sending: 'Sending',
  waiting: 'Waiting for the connection',
  failed: 'Not sent.',
  again: 'Try again',
  noAnswer: 'No answer came.',
  reconnecting: 'Connecting again',
  offline: 'You are offline. Your messages go out when you are back.',
  human: 'A person from the team is answering you now.',
  botPaused: 'The assistant is paused. The team has your messages.',
  paused: 'This conversation is paused.',
  resume: 'Continue',
  closed: 'This conversation has ended.',
  expired: 'This conversation has expired.',
  unavailable: 'The chat cannot be reached at the moment.',
  tooMany: 'Too many messages at once. Wait a moment, then try again.',
};

const de: Texts = {
  disclosure: 'KI-Assistent',
  mayErr: 'Sie schreiben mit einer KI. Sie kann sich irren.',
  log: 'Gespräch',
  you: 'Sie:',
  team: 'Team',
  writing: '{name} schreibt',
  teamWriting: 'Das Team schreibt',
  message: 'Ihre Nachricht',
  send: 'Senden',
  left: 'noch {n} Zeichen',
  over: '{n} Zeichen zu viel',
  close: 'Chat schließen',
  fresh: 'Neues Gespräch',
  freshAsk: 'Neues Gespräch beginnen? Dieses endet damit.',
  freshYes: 'Neu beginnen',
  cancel: 'Abbrechen',
  suggestions: 'Fragen für den Anfang',
  latest: 'Neueste Nachrichten',
  sources: 'Quellen',
  source: 'Quelle {n}: {title}',
  page: 'Seite {n}',
  openSource: 'Quelle öffnen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  sending: 'Wird gesendet',
  waiting: 'Wartet auf die Verbindung',
  failed: 'Nicht gesendet.',
  again: 'Erneut versuchen',
  noAnswer: 'Es kam keine Antwort.',
  reconnecting: 'Verbindung wird wiederhergestellt',
  offline: 'Sie sind offline. Ihre Nachrichten gehen hinaus, sobald Sie wieder verbunden sind.',
  human: 'Jetzt antwortet Ihnen ein Mensch aus dem Team.',
  botPaused: 'Der Assistent pausiert. Das Team hat Ihre Nachrichten.',
  paused: 'Dieses Gespräch ist unterbrochen.',
  resume: 'Fortsetzen',
  closed: 'Dieses Gespräch ist beendet.',
  expired: 'Dieses Gespräch ist abgelaufen.',
  unavailable: 'Der Chat ist gerade nicht erreichbar.',
  tooMany: 'Zu viele Nachrichten auf einmal. Bitte warten Sie kurz und versuchen Sie es erneut.',
};

const fr: Texts = {
  disclosure: 'Assistant IA',
  mayErr: 'Vous écrivez à une IA. Elle peut se tromper.',
  log: 'Conversation',
  you: 'Vous :',
  team: 'Équipe',
  writing: '{name} écrit',
  teamWriting: 'L’équipe écrit',
  message: 'Votre message',
  send: 'Envoyer',
  left: '{n} caractères restants',
  over: '{n} caractères de trop',
  close: 'Fermer la discussion',
  fresh: 'Nouvelle conversation',
  freshAsk: 'Commencer une nouvelle conversation ? Celle-ci prendra fin.',
  freshYes: 'Recommencer',
  cancel: 'Annuler',
  suggestions: 'Questions pour commencer',
  latest: 'Derniers messages',
  sources: 'Sources',
  source: 'Source {n} : {title}',
  page: 'page {n}',
  openSource: 'Ouvrir la source',
  copy: 'Copier',
  copied: 'Copié',
  sending: 'Envoi en cours',
  waiting: 'En attente de connexion',
  failed: 'Non envoyé.',
  again: 'Réessayer',
  noAnswer: 'Aucune réponse n’est arrivée.',
  reconnecting: 'Reconnexion',
  offline: 'Vous êtes hors ligne. Vos messages partiront à votre retour.',
  human: 'Une personne de l’équipe vous répond maintenant.',
  botPaused: 'L’assistant est en pause. L’équipe a vos messages.',
  paused: 'Cette conversation est en pause.',
  resume: 'Continuer',
  closed: 'Cette conversation est terminée.',
  expired: 'Cette conversation a expiré.',
  unavailable: 'La discussion est injoignable pour le moment.',
  tooMany: 'Trop de messages à la fois. Patientez un instant, puis réessayez.',
};

const es: Texts = {
  disclosure: 'Asistente de IA',
  mayErr: 'Está escribiendo con una IA. Puede equivocarse.',
  log: 'Conversación',
  you: 'Usted:',
  team: 'Equipo',
  writing: '{name} está escribiendo',
  teamWriting: 'El equipo está escribiendo',
  message: 'Su mensaje',
  send: 'Enviar',
  left: 'Quedan {n} caracteres',
  over: 'Sobran {n} caracteres',
  close: 'Cerrar el chat',
  fresh: 'Nueva conversación',
  freshAsk: '¿Empezar una conversación nueva? Esta termina.',
  freshYes: 'Empezar',
  cancel: 'Cancelar',
  suggestions: 'Preguntas para empezar',
  latest: 'Mensajes más recientes',
  sources: 'Fuentes',
  source: 'Fuente {n}: {title}',
  page: 'página {n}',
  openSource: 'Abrir la fuente',
  copy: 'Copiar',
  copied: 'Copiado',
  sending: 'Enviando',
  waiting: 'Esperando la conexión',
  failed: 'No enviado.',
  again: 'Reintentar',
  noAnswer: 'No llegó ninguna respuesta.',
  reconnecting: 'Reconectando',
  offline: 'No tiene conexión. Sus mensajes saldrán cuando vuelva.',
  human: 'Ahora le responde una persona del equipo.',
  botPaused: 'El asistente está en pausa. El equipo tiene sus mensajes.',
  paused: 'Esta conversación está en pausa.',
  resume: 'Continuar',
  closed: 'Esta conversación ha terminado.',
  expired: 'Esta conversación ha caducado.',
  unavailable: 'No se puede acceder al chat en este momento.',
  tooMany: 'Demasiados mensajes a la vez. Espere un momento y vuelva a intentarlo.',
};

const ru: Texts = {
  disclosure: 'ИИ-ассистент',
  mayErr: 'Вы пишете искусственному интеллекту. Он может ошибаться.',
  log: 'Беседа',
  you: 'Вы:',
  team: 'Сотрудник',
  writing: '{name} пишет',
  teamWriting: 'Сотрудник пишет',
  message: 'Ваше сообщение',
  send: 'Отправить',
  left: 'Осталось символов: {n}',
  over: 'Лишних символов: {n}',
  close: 'Закрыть чат',
  fresh: 'Новая беседа',
  freshAsk: 'Начать новую беседу? Эта закончится.',
  freshYes: 'Начать',
  cancel: 'Отмена',
  suggestions: 'С чего начать',
  latest: 'К последним сообщениям',
  sources: 'Источники',
  source: 'Источник {n}: {title}',
  page: 'стр. {n}',
  openSource: 'Открыть источник',
  copy: 'Копировать',
  copied: 'Скопировано',
  sending: 'Отправляется',
  waiting: 'Ждёт соединения',
  failed: 'Не отправлено.',
  again: 'Повторить',
  noAnswer: 'Ответ не пришёл.',
  reconnecting: 'Восстанавливаем соединение',
  offline: 'Нет сети. Сообщения уйдут, когда она появится.',
  human: 'Теперь вам отвечает сотрудник.',
  botPaused: 'Ассистент на паузе. Ваши сообщения у сотрудников.',
  paused: 'Беседа приостановлена.',
  resume: 'Продолжить',
  closed: 'Беседа завершена.',
  expired: 'Срок беседы истёк.',
  unavailable: 'Чат сейчас недоступен.',
  tooMany: 'Слишком много сообщений сразу. Подождите немного и повторите.',
};

/** Without gender: infinitives and nouns instead of imperatives. */
const he: Texts = {
  disclosure: 'עוזר בינה מלאכותית',
  mayErr: 'זוהי שיחה עם בינה מלאכותית. ייתכנו טעויות.',
  log: 'שיחה',
  you: 'ההודעה שלך:',
  team: 'הצוות',
  writing: '{name}: תשובה בהכנה',
  teamWriting: 'תשובת הצוות בהכנה',
  message: 'כתיבת הודעה',
  send: 'שליחה',
  left: 'נותרו {n} תווים',
  over: '{n} תווים מעל המותר',
  close: 'סגירת הצ׳אט',
  fresh: 'שיחה חדשה',
  freshAsk: 'להתחיל שיחה חדשה? השיחה הזאת תסתיים.',
  freshYes: 'להתחיל',
  cancel: 'ביטול',
  suggestions: 'שאלות להתחלה',
  latest: 'להודעות האחרונות',
  sources: 'מקורות',
  source: 'מקור {n}: {title}',
  page: 'עמוד {n}',
  openSource: 'פתיחת המקור',
  copy: 'העתקה',
  copied: 'הועתק',
  sending: 'בשליחה',
  waiting: 'בהמתנה לחיבור',
  failed: 'לא נשלח.',
  again: 'ניסיון נוסף',
  noAnswer: 'לא התקבלה תשובה.',
  reconnecting: 'מתבצע חיבור מחדש',
  offline: 'אין חיבור לרשת. ההודעות יישלחו כשהחיבור יחזור.',
  human: 'עכשיו עונה לך אדם מהצוות.',
  botPaused: 'העוזר מושהה. ההודעות שלך אצל הצוות.',
  paused: 'השיחה מושהית.',
  resume: 'המשך',
  closed: 'השיחה הסתיימה.',
  expired: 'תוקף השיחה פג.',
  unavailable: 'הצ׳אט אינו זמין כרגע.',
  tooMany: 'יותר מדי הודעות בבת אחת. כדאי להמתין רגע ולנסות שוב.',
};

const ar: Texts = {
  disclosure: 'مساعد بالذكاء الاصطناعي',
  mayErr: 'هذه محادثة مع ذكاء اصطناعي، وقد يخطئ.',
  log: 'المحادثة',
  you: 'رسالتك:',
  team: 'الفريق',
  writing: '{name} يكتب',
  teamWriting: 'الفريق يكتب',
  message: 'اكتب رسالتك',
  send: 'إرسال',
  left: 'الأحرف المتبقية: {n}',
  over: 'أحرف زائدة: {n}',
  close: 'إغلاق المحادثة',
  fresh: 'محادثة جديدة',
  freshAsk: 'بدء محادثة جديدة؟ ستنتهي هذه المحادثة.',
  freshYes: 'بدء',
  cancel: 'إلغاء',
  suggestions: 'أسئلة للبداية',
  latest: 'أحدث الرسائل',
  sources: 'المصادر',
  source: 'المصدر {n}: {title}',
  page: 'صفحة {n}',
  openSource: 'فتح المصدر',
  copy: 'نسخ',
  copied: 'تم النسخ',
  sending: 'جارٍ الإرسال',
  waiting: 'بانتظار الاتصال',
  failed: 'لم تُرسل.',
  again: 'إعادة المحاولة',
  noAnswer: 'لم يصل رد.',
  reconnecting: 'جارٍ إعادة الاتصال',
  offline: 'لا يوجد اتصال. ستُرسل رسائلك عند عودته.',
  human: 'يجيبك الآن شخص من الفريق.',
  botPaused: 'المساعد متوقف مؤقتًا. رسائلك لدى الفريق.',
  paused: 'المحادثة متوقفة مؤقتًا.',
  resume: 'متابعة',
  closed: 'انتهت المحادثة.',
  expired: 'انتهت صلاحية المحادثة.',
  unavailable: 'لا يمكن الوصول إلى المحادثة حاليًا.',
  tooMany: 'رسائل كثيرة دفعة واحدة. انتظر لحظة ثم أعد المحاولة.',
};

export const texts = { en, de, fr, es, ru, he, ar } as const;

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
