import type { Phrasebook } from './phrasebook.ts';

export const es: Phrasebook = {
  stemmer: 'spanish',
  stopWords: `acabo acabamos vez vuestro vuestra vuestros llevo llevamos ayer mañana pasado allí
    cerca junto cosa cosas pasa pasaría
    busco buscamos buscar buscando gustaría necesitamos necesitaría ir ido irme quieres quiere queremos alguien solo sola luego después ahora mismo mientras posible recuerdo recuerda
    forma formas medio medios manera hoy tenéis teneis podéis podeis sois estáis estais quisieramos querría querria vais haceis hacéis habéis habeis darme darte darle hacerme llega diferencia diferencias comparar a al algo alguna alguno algún ante antes aquí así aun aunque cada como cómo con contra cual cuál cuales cuáles cuando
    cuándo cuanto cuánto cuánta cuántos cuántas de deben debo debe del desde donde dónde dos e el él ella ellas ellos en entre era eres es esa
    esas ese eso esos esta está están estar estas este esto estos estoy fue ha haber había hace hacer hago han hasta hay he la las
    le les lo los más me mi mis mucho muy nada ni no nos nosotros nuestra nuestro o os otra otro para pero poco podría podrías
    podemos puede pueden puedes puedo por porque que qué quien quién quiero quisiera quiénes se sea ser si sí sido sin sobre son
    soy su sus también tan te tenemos tener tengo tiene tienen tienes ti tu tú tus un una unas uno unos usted ustedes va vamos voy y
    ya yo mí saber decir decirme necesito necesita favor sirve significa grande realmente exactamente hacen doy dar darse da dan pregunta duda consulta comprar`,
  shortForms:
    'q=que|k=que|xq=por qué|pq=por qué|tb=también|tmb=también|dnd=dónde|xfa=por favor|pa=para|tlf=teléfono|tfno=teléfono|telf=teléfono|tel=teléfono',
  smallTalk: {
    greeting: 'hola|buenos días|buenas tardes|buenas noches|buenas|buen día|saludos|qué tal|hey',
    wellbeing: 'cómo estás|cómo está|cómo está usted|cómo te va|cómo le va|qué tal estás|todo bien|cómo andas',
    thanks:
      'gracias|muchas gracias|mil gracias|muchísimas gracias|gracias por la ayuda|gracias por su ayuda|gracias por tu ayuda|te lo agradezco|se lo agradezco|vale gracias|perfecto gracias|ok gracias|gracias por todo',
    goodbye:
      'adiós|hasta luego|hasta pronto|hasta mañana|nos vemos|chao|chau|que tenga buen día|que tengas buen día|que tenga un buen día|buen fin de semana|eso es todo|eso era todo|nada más',
    identity:
      'quién eres|quién es usted|eres humano|eres un humano|eres una persona|es usted una persona|es usted humano|eres un bot|eres un robot|es usted un robot|eres una ia|eres real|hablo con una persona|hablo con un robot|estoy hablando con una persona|estoy hablando con un robot|cómo te llamas|cómo se llama usted|qué eres|con quién hablo',
    help: 'ayuda|ayúdame|ayúdeme|necesito ayuda|me puedes ayudar|me puede ayudar|puedes ayudarme|puede ayudarme|qué puedes hacer|qué puede hacer|qué sabes hacer|en qué puedes ayudarme|en qué me puedes ayudar|en qué puede ayudarme|tengo una pregunta|tengo una duda|tengo una consulta|una pregunta|una consulta|puedo preguntar algo|qué puedo preguntar',
    yes: 'sí|si|sí por favor|sí gracias|claro|claro que sí|vale|ok|okay|de acuerdo|por supuesto|exacto|exactamente|correcto|entendido|está bien|muy bien|bueno|dale|ya veo',
    no: 'no|no gracias|ahora no|mejor no|para nada|no hace falta|no es necesario',
    praise: 'genial|perfecto|excelente|estupendo|muy bueno|fantástico|qué bien|muy útil|súper|bien',
    complaint:
      'eso no es correcto|eso está mal|está mal|eso es falso|falso|no es lo que pregunté|eso no es lo que pregunté|no me sirve|eso no me ayuda|no me ayuda|no me entiendes|no me entiende|inútil|no entiendes',
  },
  fillers:
    'o un robot|o un bot|o una persona|o una máquina|por favor|porfa|otra vez|mucho|todo|entonces|pues|a ti|a usted|también|señor|señora|aquí|todos|a todos',
  replies: {
    greeting: 'Hola. ¿Qué le gustaría saber?',
    greetingAgain: 'Hola. ¿En qué puedo ayudarle?',
    wellbeing: 'Todo bien, gracias. ¿Qué le gustaría saber?',
    thanks: 'De nada. ¿Tiene alguna otra pregunta?',
    goodbye: 'Hasta luego, que tenga un buen día.',
    identity:
      'Soy un asistente de IA, no una persona. Respondo a partir de los documentos que tengo aquí e indico la fuente.',
    help: 'Haga su pregunta en una frase, por ejemplo sobre precios, horarios o cómo se hace algo. Busco la respuesta en los documentos e indico la fuente. Si no está ahí, se lo digo.',
    yes: 'Bien. Escriba en una frase lo que le gustaría saber. Si prefiere hablar con una persona, escriba «Quiero hablar con una persona».',
    no: 'De acuerdo. Si necesita algo más, pregunte.',
    praise: 'Me alegro. ¿Tiene alguna otra pregunta?',
    complaint: 'Lo siento. Pregunte de nuevo con otras palabras, o escriba «Quiero hablar con una persona».',
    clarify: '¿De qué se trata exactamente? Indique el tema en una frase.',
  },
  quoting:
    'Mis documentos sobre esto no están en español, así que solo puedo citar el pasaje en el idioma original ({language}):',
  switched: 'Claro, podemos seguir en español. ¿Qué le gustaría saber?',
  also: 'Además:',
  languageNames: { de: 'alemán', en: 'inglés', fr: 'francés', es: 'español', ru: 'ruso', he: 'hebreo' },
  switchTo:
    'en español|y en español|en castellano|español por favor|habla español|hablas español|podemos hablar en español|auf spanisch|in spanish|en espagnol|по-испански|по испански|на испанском|בספרדית',
  cues: [
    [
      'duration',
      'cuánto tiempo|cuánto tarda|cuánto tardan|cuánto tardará|cuánto dura|cuánto demora|cuántos días|cuántas horas|cuántas semanas|en cuánto|qué plazo|plazo|duración',
    ],
    [
      'time',
      'cuándo|cuando|a qué hora|qué hora|horario|horarios|qué días|qué día|qué fecha|hasta cuándo|desde cuándo|abierto|abren',
    ],
    [
      'price',
      'hay que pagar|tengo que pagar|se paga|hay que abonar|es de pago|es gratis|cuánto cobran|cuánto cobráis|a cuánto|cuánto cuesta|cuánto cuestan|cuánto vale|cuánto valen|qué precio|precio|precios|cuesta|cuestan|coste|costo|costes|qué tarifas|cuál es la tarifa|tarifas|caro|cuánto pago|cuánto hay que pagar|cuánto tengo que pagar|cuánto es',
    ],
    ['phone', 'número de teléfono|qué número|por teléfono|teléfono|llamar'],
    ['email', 'correo electrónico|dirección de correo|email|e mail|correo|mail'],
    ['quantity', 'cuánto|cuánta|cuántos|cuántas|qué velocidad|qué tamaño|qué cantidad|qué tan|cada cuánto'],
    ['place', 'dónde|en dónde|adónde|a dónde|dirección|en qué ciudad|qué calle|ubicación|ubicado'],
  ],
  listing:
    'qué tenéis|qué teneis|qué tienen|qué hay|qué tipos|qué modelos|cuáles|tienen|tenéis|venden|diferencia|comparar',
  cueWords:
    'día cuesta cuestan coste costo costes precio precios vale valen caro tiempo hora horas tarda tardan tardará dura demora número días encuentra encuentro plazo fecha',
  house: {
    place: {
      asked:
        'dónde están|dónde estáis|dónde están ustedes|dónde se encuentran|dónde os encuentro|dónde les encuentro|dónde puedo encontrarles|dónde están ubicados|cómo les encuentro|cómo os encuentro|cómo llego|a dónde voy|adónde voy|a dónde tengo que ir|adónde tengo que ir|dónde tengo que ir|dónde hay que ir|dónde está la tienda|dónde queda la tienda|dónde se encuentra la tienda|dónde está la empresa|dónde queda la empresa|dónde se encuentra la empresa|dónde está su tienda|dónde queda su tienda|dónde se encuentra su tienda|dónde está vuestra tienda|dónde queda vuestra tienda|dónde se encuentra vuestra tienda',
      alone: 'dónde está el trabajo|dónde se trabaja|dónde trabajo|dónde está|dónde es|dónde queda|dónde',
      told: 'dirección|ubicación|oficina|tienda|cómo llegar',
      searched: 'dirección|oficina|cómo llegar',
    },
    contact: {
      asked:
        'cómo les llamo|cómo os llamo|cómo llamo|cómo puedo llamar|cómo puedo llamarles|cómo puedo llamaros|cómo les contacto|cómo os contacto|cómo contacto|cómo contacto con ustedes|cómo contacto con vosotros|cómo contactar|cómo contactarles|cómo contactaros|cómo puedo contactar|cómo puedo contactarles|cómo puedo contactaros|cómo puedo contactar con ustedes|cómo me pongo en contacto|cómo me pongo en contacto con ustedes|dónde llamo|a dónde llamo|adónde llamo|dónde puedo llamar|a quién llamo|a quién puedo llamar|cómo puedo hablar con ustedes|contacto|datos de contacto',
      alone: '',
      told: 'teléfono|contacto|llamar|contactar',
      searched: 'teléfono|contacto',
    },
    writing: {
      asked:
        'cómo les escribo|cómo os escribo|cómo puedo escribirles|cómo puedo escribiros|cómo escribirles|dónde escribo|a dónde escribo|adónde escribo|dónde puedo escribir|a quién escribo|a quién puedo escribir',
      alone: '',
      told: 'correo|email|escribir|contacto',
      searched: 'correo electrónico|contacto|escribir',
    },
    hours: {
      asked:
        'abren|abrís|cierran|cerráis|están abiertos|estáis abiertos|están cerrados|estáis cerrados|trabajan|trabajáis|atienden|atendéis|cuándo abren|cuándo abrís|cuándo cierran|cuándo cerráis|cuándo están abiertos|cuándo estáis abiertos|cuándo están cerrados|a qué hora abren|a qué hora abrís|a qué hora cierran|a qué hora cerráis|hasta qué hora abren|hasta qué hora están abiertos|hasta qué hora están|hasta cuándo abren|qué horario tienen|qué horario tenéis|cuál es su horario|cuál es su horario de apertura|su horario',
      alone: 'está abierto|está cerrado|cuál es el horario|horario|horarios',
      told: 'horario|horarios|abierto|abre',
      searched: 'horario|abierto|abre de lunes a viernes',
    },
  },
  days: {
    names:
      'lunes martes miércoles jueves viernes sábado sábados domingo domingos finde festivo festivos feriado feriados navidad semana santa',
    before: 'el los en fin de semana por la mañana tarde',
  },
  asking: {
    open: 'quién quiénes qué cuándo dónde adónde cómo cuánto cuánta cuántos cuántas cuál cuáles',
    before: 'y e pero o entonces a de desde hasta en para por con',
    manner: /^ (?:como|que (?:manera|maneras|forma|formas|modo|medios|pasos)) /u,
    person: /^ quien(?:es)? /u,
  },
  yesNo:
    /^(?:sí|si|no)[,;:.!–—]\s*(?:pero\s+)?(?=\S)(?!(?:pero|si|cuando|porque|salvo|excepto|siempre que|eso|esto|es) )/iu,
  way: /(?<!\p{L})(?:se \p{L}+(?:a|an|e|en)|por (?:escrito|teléfono|correo|internet|domiciliación)|en (?:la app|el área|la página)|con tarjeta|en efectivo)(?!\p{L})/u,
  verbs: { ending: /(?:[aeií]r|[aeií]r(?:me|se|lo|la|te|los|las)|ando|iendo)$/u, after: '' },
  deeds: 'pagar pago paga pagamos pagan',
  lightWords:
    'listo lista ver mirar usar utilizar empresa tienda compañía negocio poner pongo pasa pasan pasar llega llegan funciona funcionan viene vienen gigas megas',
  priced: 'precio cuesta',
  superlatives: {
    least: 'más barato|más barata|más baratos|más baratas|mas barato|mas barata|más económico|más económica',
    most: 'más caro|más cara|más caros|más caras|mas caro|mas cara',
  },
  trouble: {
    said: 'se ve mal|se oye mal|va mal|no se ve|no se oye|se cae|se corta|se ha ido|se me ha ido|se fue|no hay|no carga|no enciende|no funciona|no me funciona|no funcionan|no me va|no va|no anda|no tengo internet|dejó de funcionar|se ha roto|está roto|estropeado|se me ha estropeado',
    remedy: 'qué hago|qué puedo hacer|qué hacer',
  },
  selling: 'venden|vendéis|vendeis|vende usted|ofrecen',
  conditional: /(^|\s)si\s/iu,
  signs: {
    price:
      /\d[\d.,]*\s*(€|euros?\b|eur\b|\$|pesos?|dólares|usd|mxn|céntimos)|[$€]\s*\d|gratis|gratuit|sin coste|sin costo|sin cargo|incluid/iu,
    quantity:
      /\d|\b(un|una|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cien|mil|medi[oa]|ningun[oa]?)\b/iu,
    duration:
      /(\d+|\b(una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|quince|veinte|treinta|unos|unas|pocos|pocas))\s+([ay]\s+\S+\s+)?(segundo|minuto|hora|día|semana|mes|año)|inmediat|en el acto|mismo día/iu,
    time: /(primer|último) día|laborables?|al día siguiente|como máximo|en un plazo|de antelación|cada trimestre|(^|\s)(antes|después|a partir) de|día \d|cada (día|semana|mes|año)|mensual|\d\s*(h\b|horas|am\b|pm\b)|\d{1,2}:\d{2}|lunes|martes|miércoles|jueves|viernes|sábado|domingo|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|a diario|todos los días|las 24 horas/iu,
    place:
      /junto a|al lado|frente a|detrás|[Cc]alle\b|[Aa]venida|[Pp]laza\b|[Pp]aseo|\bpiso\b|\bplanta\b|\b\d{5}\b|ubicad|se encuentra|está en/u,
  },
  openers: 'y|e|pero|o|entonces|también|además|y si',
  pronouns: 'él ella ellos ellas lo la los las le les eso esto ese esa esos esas este esta ello ahí allí allá',
  expletives: 'lo que|a lo mejor|por lo menos|es posible',
  determiners: 'el la las los este esta ese esa esos esas',
  anaphora:
    /^(él|ella|ellos|ellas|lo|la(?=s? (puede|debe|hace|tiene))|est[eao]s?(?= (puede|se|es|son|incluye|dura))|es[eo]|eso|esto|después|luego|entonces|en ese caso|además|también|ambos|ambas|allí|ahí)\s/iu,
};
