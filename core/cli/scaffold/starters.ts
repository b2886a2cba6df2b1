/** What a new bot says and knows on its first day, by language. */
export interface Starter {
  readonly greeting: string;
  readonly unknown: string;
  readonly failure: string;
  /** Instructions for a language model; the offline model does without. */
  readonly system: string;
  /** Sections of a Markdown document, heading and text; one of them answers the question below. */
  readonly document: readonly (readonly [string, string])[];
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
    document: [
      ['Opening hours', 'We are open from Monday to Friday, from 9 am to 5 pm. On Saturdays we are closed.'],
      ['Contact', 'Call us on weekdays. We answer letters and e-mails within two working days.'],
      ['Directions', 'The bus stop Market Square is two minutes away. Parking is in the yard behind the house.'],
      ['Payment', 'You pay in cash, by card or by bank transfer. An invoice is due after 14 days.'],
      ['Delivery', 'We deliver on Tuesdays and Thursdays. Delivery costs 5 euros, and nothing from 50 euros.'],
      ['Returns', 'Goods can be returned within 30 days. Please bring the receipt.'],
    ],
    question: 'What are your opening hours?',
    answer: '9 am',
  },
  de: {
    greeting: 'Guten Tag, hier ist der KI-Assistent. Wie kann ich helfen?',
    unknown: 'Das weiß ich leider nicht. Soll ich Sie mit einem Menschen verbinden?',
    failure: 'Gerade klappt etwas nicht. Ihre Nachricht ist angekommen.',
    system: 'Du bist der Assistent von {{ bot.name }}. Antworte kurz und freundlich, nur aus den Dokumenten.',
    document: [
      ['Öffnungszeiten', 'Unsere Öffnungszeiten sind Montag bis Freitag von 9 bis 17 Uhr. Samstags ist geschlossen.'],
      ['Kontakt', 'Rufen Sie uns an Werktagen an. Briefe und E-Mails beantworten wir innerhalb von zwei Werktagen.'],
      ['Anfahrt', 'Die Haltestelle Marktplatz ist zwei Minuten entfernt. Parkplätze liegen im Hof hinter dem Haus.'],
      ['Bezahlung', 'Sie bezahlen bar, mit Karte oder per Überweisung. Eine Rechnung ist nach 14 Tagen fällig.'],
      ['Lieferung', 'Wir liefern dienstags und donnerstags. Die Lieferung kostet 5 Euro, ab 50 Euro nichts.'],
      ['Rückgabe', 'Waren können innerhalb von 30 Tagen zurückgegeben werden. Bringen Sie bitte den Beleg mit.'],
    ],
    question: 'Wie sind Ihre Öffnungszeiten?',
    answer: '17 Uhr',
  },
  fr: {
    greeting: 'Bonjour, ici l’assistant IA. Comment puis-je vous aider ?',
    unknown: 'Je ne le sais pas. Voulez-vous que je vous passe une personne ?',
    failure: 'Quelque chose ne fonctionne pas en ce moment. Votre message est bien arrivé.',
    system: 'Tu es l’assistant de {{ bot.name }}. Réponds brièvement et aimablement, seulement d’après les documents.',
    document: [
      ['Horaires d’ouverture', 'Nos horaires d’ouverture : du lundi au vendredi, de 9 h à 17 h. Fermé le samedi.'],
      ['Contact', 'Appelez-nous en semaine. Nous répondons aux lettres et aux courriels sous deux jours ouvrés.'],
      ['Accès', 'L’arrêt de bus Place du Marché est à deux minutes. Le parking est dans la cour, derrière la maison.'],
      ['Paiement', 'Vous payez en espèces, par carte ou par virement. Une facture est à régler sous 14 jours.'],
      ['Livraison', 'Nous livrons le mardi et le jeudi. La livraison coûte 5 euros ; elle est gratuite dès 50 euros.'],
      ['Retours', 'Les articles peuvent être rendus sous 30 jours. Apportez le ticket de caisse.'],
    ],
    question: 'Quels sont vos horaires d’ouverture ?',
    answer: '17 h',
  },
  es: {
    greeting: 'Hola, soy el asistente de IA. ¿En qué puedo ayudarle?',
    unknown: 'Eso no lo sé. ¿Quiere que le pase con una persona?',
    failure: 'Algo no funciona en este momento. He recibido su mensaje.',
    system: 'Eres el asistente de {{ bot.name }}. Responde de forma breve y amable, solo a partir de los documentos.',
    document: [
      [
        'Horario de apertura',
        'Nuestro horario de apertura es de lunes a viernes, de 9 a 17 horas. El sábado está cerrado.',
      ],
      ['Contacto', 'Llámenos en días laborables. Respondemos a las cartas y los correos en dos días laborables.'],
      [
        'Cómo llegar',
        'La parada Plaza del Mercado está a dos minutos. El aparcamiento está en el patio, detrás de la casa.',
      ],
      ['Pago', 'Se paga en efectivo, con tarjeta o por transferencia. Una factura vence a los 14 días.'],
      ['Entrega', 'Entregamos los martes y los jueves. La entrega cuesta 5 euros; desde 50 euros es gratuita.'],
      ['Devoluciones', 'Los artículos se devuelven en un plazo de 30 días. Traiga el recibo.'],
    ],
    question: '¿Cuál es su horario de apertura?',
    answer: '17 horas',
  },
  ru: {
    greeting: 'Здравствуйте, это ИИ-ассистент. Чем могу помочь?',
    unknown: 'К сожалению, я этого не знаю. Соединить вас с сотрудником?',
    failure: 'Сейчас что-то не работает. Ваше сообщение получено.',
    system: 'Ты ассистент {{ bot.name }}. Отвечай кратко и вежливо, только по документам.',
    document: [
      ['Часы работы', 'Наши часы работы: с понедельника по пятницу, с 9 до 17 часов. В субботу закрыто.'],
      ['Контакты', 'Звоните нам в будни. На письма мы отвечаем в течение двух рабочих дней.'],
      ['Как добраться', 'Остановка «Рыночная площадь» в двух минутах. Парковка находится во дворе за домом.'],
      ['Оплата', 'Оплатить можно наличными, картой или переводом. Счёт оплачивается в течение 14 дней.'],
      ['Доставка', 'Мы доставляем по вторникам и четвергам. Доставка стоит 5 евро, от 50 евро бесплатно.'],
      ['Возврат', 'Товар можно вернуть в течение 30 дней. Возьмите с собой чек.'],
    ],
    question: 'Какие у вас часы работы?',
    answer: '17 часов',
  },
  he: {
    greeting: 'שלום, כאן עוזר הבינה המלאכותית. איך אפשר לעזור?',
    unknown: 'לצערי איני יודע זאת. להעביר אותך לנציג?',
    failure: 'משהו לא עובד כרגע. הודעתך התקבלה.',
    system: 'אתה העוזר של {{ bot.name }}. ענה בקצרה ובנימוס, רק מתוך המסמכים.',
    document: [
      ['שעות פתיחה', 'שעות הפתיחה שלנו הן בימים ראשון עד חמישי, משעה 9 עד שעה 17. בשבת סגור.'],
      ['יצירת קשר', 'התקשרו אלינו בימי חול. על מכתבים אנו עונים תוך שני ימי עבודה.'],
      ['דרכי הגעה', 'תחנת כיכר השוק נמצאת במרחק שתי דקות. החניה בחצר מאחורי הבית.'],
      ['תשלום', 'אפשר לשלם במזומן, בכרטיס או בהעברה. חשבונית לתשלום תוך 14 יום.'],
      ['משלוחים', 'אנו שולחים בימי שלישי וחמישי. המשלוח עולה 5 אירו, ומעל 50 אירו חינם.'],
      ['החזרות', 'אפשר להחזיר מוצרים תוך 30 יום. יש להביא את הקבלה.'],
    ],
    question: 'מה שעות הפתיחה?',
    answer: '17',
  },
};
