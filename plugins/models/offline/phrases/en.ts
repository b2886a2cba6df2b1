import type { Phrasebook } from './phrasebook.ts';

export const en: Phrasebook = {
  stemmer: 'english',
  stopWords: `problem last next yesterday unfortunately
    near nearby beside thing things stuff
    ahead beforehand somewhere anywhere someone somebody anyone anybody something anything looking wants need needed interested right away really currently possible maybe still already yet here instead else today tomorrow
    way ways method methods per today happens happen we're difference differences compare a about above after again all also am an and any are as at be because been before being below between both but by can
    could did do does doing down during each few for from further get give go had has have having he her here hers him his how i
    if in into is it its just know let like many may me might more most much must my need no nor not now of off on once only or
    other our out over own please same she should so some such tell than that the their them then there these they this those
    through to too under until up us very want was we were what when where whether which while who whom whose why will with would
    you your yours got take takes make makes there's i'm it's don't i'd mean means long big high often able actually question ask asking wanted buy`,
  shortForms:
    'whats=what is|wheres=where is|whens=when is|hows=how is|whos=who is|u=you|ur=your|pls=please|plz=please|thx=thanks|im=i am|ive=i have|dont=do not|doesnt=does not|cant=can not|isnt=is not|wont=will not|didnt=did not|wanna=want to|gotta=have to|tmrw=tomorrow',
  smallTalk: {
    greeting:
      'hello|hello there|hi|hi there|hey|hey there|good morning|good afternoon|good evening|good day|greetings|howdy',
    wellbeing: 'how are you|how are you doing|how is it going|how s it going|what s up|are you well',
    thanks:
      'thanks|thank you|thank you very much|thanks a lot|many thanks|thank you so much|thanks for your help|thank you for your help|thanks for the help|cheers|much appreciated|thx|ty|great thanks',
    goodbye:
      'bye|bye bye|goodbye|good bye|see you|see you later|have a nice day|have a good day|good night|that is all|that s all|that was all|take care',
    identity:
      'who are you|what are you|are you a human|are you human|are you a bot|are you a robot|are you an ai|are you real|are you a real person|am i talking to a human|am i talking to a bot|am i speaking to a human|am i speaking with a person|what is your name|what s your name|who am i talking to|is this a bot',
    help: 'help|i need help|help me|can you help me|can you help|could you help me|what can you do|what do you know|what can i ask|what can you help with|how can you help|how can you help me|i have a question|i have some questions|can i ask something|may i ask a question|how does this work here',
    yes: 'yes|yes please|yeah|yep|yup|sure|ok|okay|of course|right|exactly|correct|fine|all right|alright|i see|got it|understood|absolutely',
    no: 'no|no thanks|no thank you|nope|nah|not now|rather not|never mind|nevermind',
    praise: 'great|perfect|awesome|excellent|very good|good|nice|cool|wonderful|very helpful|super|amazing',
    complaint:
      'that is wrong|that s wrong|this is wrong|wrong|that is not what i asked|that s not what i asked|that does not help|that doesn t help|you do not understand|you don t understand|useless|that is not correct|not helpful',
  },
  fillers:
    'or a bot|or a robot|or a machine|or a human|or human|please|again|there|so|very|much|then|for everything|everyone|all|well|just|quick',
  replies: {
    greeting: 'Hello. What would you like to know?',
    greetingAgain: 'Hello again. How can I help?',
    wellbeing: 'All is well, thank you. What would you like to know?',
    thanks: 'You are welcome. Is there anything else you would like to know?',
    goodbye: 'Goodbye, and have a nice day.',
    identity:
      'I am an AI assistant, not a human. I answer from the documents I have been given here and name the source.',
    help: 'Just ask your question in one sentence, for example about prices, times or how something works. I look for the answer in the documents and name the source. If it is not there, I say so.',
    yes: 'Good. Please write in one sentence what you would like to know. If you would rather talk to a person, write "I want to talk to a human".',
    no: 'All right. If there is anything else, just ask.',
    praise: 'Glad to hear it. Is there anything else you would like to know?',
    complaint: 'I am sorry. Please ask again in other words, or write "I want to talk to a human".',
    clarify: 'What is it about exactly? Please name the topic in one sentence.',
  },
  quoting:
    'My documents about this are not available in English, so I can only quote the relevant passage for you in the original language ({language}):',
  switched: 'Of course, we can go on in English. What would you like to know?',
  also: 'Also:',
  languageNames: { de: 'German', en: 'English', fr: 'French', es: 'Spanish', ru: 'Russian', he: 'Hebrew' },
  switchTo:
    'in english|and in english|english please|do you speak english|can we speak english|can you speak english|speak english|auf englisch|in englisch|en anglais|en inglés|по-английски|по английски|на английском|באנגלית',
  cues: [
    [
      'duration',
      'how long|how much time|how quickly|how fast|how soon|how many days|how many weeks|what deadline|delivery time|by when',
    ],
    [
      'time',
      'when|what time|at what time|opening hours|opening times|which days|what days|which day|what day|what date|office hours|are you open|do you open|do you close',
    ],
    [
      'price',
      'do i have to pay|do i need to pay|do we have to pay|must i pay|is it free|is there a charge|is there a fee|how much for|how much to|how much does|how much do|how much is|how much are|what does it cost|cost|costs|price|prices|fee|fees|how expensive|charge|what do i pay|what is the price',
    ],
    ['phone', 'phone number|telephone number|by phone|call you|which number|hotline|telephone'],
    ['email', 'email address|e mail address|email|e mail'],
    [
      'quantity',
      'how much|how many|how high|how big|how large|how far|how heavy|how old|how often|how strong|what size',
    ],
    ['place', 'where|address|location|in which city|which street|located'],
  ],
  listing: 'what do you have|which|what kinds|what types|what sorts|do you have|do you sell|difference|compare',
  cueWords:
    'day days cost costs price prices much many time number fee fees expensive charge long take takes located find address date',
  house: {
    place: {
      asked:
        'where are you|where are you located|where are you based|where can i find you|where do i find you|where to find you|how do i find you|how can i find you|how do i get to you|how can i get to you|where do i go|where do i have to go|where should i go|where should i come|where do i come|where is the shop|where can i find the shop|where do i find the shop|where s the shop|where is the store|where can i find the store|where do i find the store|where s the store|where is the company|where can i find the company|where do i find the company|where s the company|where is your shop|where can i find your shop|where do i find your shop|where s your shop|where is your store|where can i find your store|where do i find your store|where s your store',
      alone:
        'where is the work|where do i work|where is the workplace|where would i work|how do i get there|how can i get there|how to get there|where is it|where is that|where',
      told: 'address|location|find us|directions|getting here|how to get here',
      searched: 'address|where is|directions',
    },
    contact: {
      asked:
        'how do i contact you|how can i contact you|how to contact you|how do we contact you|how do i reach you|how can i reach you|how to reach you|how do i get in touch|how can i get in touch|how to get in touch|how do i get in touch with you|how can i get in touch with you|how do i get hold of you|how do i call you|how can i call you|where can i call|where do i call|who can i call|who do i call|who should i call|who can i contact|who do i contact|who should i contact|contact|contact details',
      alone: '',
      told: 'contact|reach|touch|phone number|telephone|call',
      searched: 'contact|phone number|reach us',
    },
    writing: {
      asked:
        'how do i write to you|how can i write to you|where can i write|where do i write|where can i write to you|how do i email you|how can i email you|where can i email you|who can i write to|who do i write to',
      alone: '',
      told: 'email|e mail|write|contact',
      searched: 'email address|contact|write',
    },
    hours: {
      asked:
        'do you shut|do you finish|are you there|what time do you shut|until what time are you open|are you open|do you open|are you closed|do you close|when are you open|when do you open|when do you close|when are you closed|what time do you open|what time do you close|at what time do you open|at what time do you close|until when are you open|how late are you open|how long are you open|from when are you open|what are your opening hours|what are your opening times|what are your hours|when do you shut',
      alone: 'opening hours|opening times|business hours',
      told: 'open|opening hours|opening times|hours',
      searched: 'opening hours|open|hours',
    },
  },
  days: {
    names:
      'monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays sunday sundays weekend weekends holiday holidays christmas easter',
    before: 'on at the over bank public',
  },
  asking: {
    open: 'who whom whose what when where how why which',
    before: 'and but or so then at to from until till by for in on with since',
    manner:
      /^ (?:how (?:do|does|did|can|could|should|would|must|may|to|is|are|will)|what (?:way|ways|means|steps)|which (?:way|ways|steps)) /u,
    person: /^ (?:who|whom) /u,
  },
  yesNo:
    /^(?:yes|no)[,;:.!–—]\s*(?:but\s+)?(?=\S)(?!(?:but|if|when|unless|because|as long as|except|provided|only if|it|that|this) )/iu,
  way: /^(?:Please )?(?:Call|Write|Send|E-?mail|Ask|Fill|Click|Bring|Book|Use|Go|Visit|Contact|Open|Press|Log|Sign)(?!\p{L})|(?<!\p{L})(?:by (?:phone|post|e-?mail|card|bank transfer|text)|online|in the app|in cash|at the desk|at the counter|please)(?!\p{L})/u,
  verbs: { ending: /ing$/u, after: 'i you we they to' },
  deeds: 'pay paying paid',
  lightWords:
    'ready see watch view use using accept accepts accepted work works come comes arrive arrives shop store company firm business',
  priced: 'price costs',
  superlatives: {
    least: 'cheapest|least expensive|lowest price|most affordable|costs the least',
    most: 'most expensive|dearest|highest price|costs the most',
  },
  trouble: {
    said: 'does not start|will not start|does not turn on|shows nothing|keeps crashing|does not work|doesn t work|not working|stopped working|isn t working|is broken|broken|is down|do not work|don t work',
    remedy: 'what to do|what do i do|what should i do|what can i do',
  },
  selling: 'do you sell|do you offer|do you stock|can i buy',
  conditional: /\b(if|in case|when)\b/iu,
  signs: {
    price:
      /[€$£₪]\s*\d|\d[\d.,]*\s*(€|\$|£|₪|euros?\b|eur\b|dollars?|pounds?|usd|gbp|ils|nis|shekels?|cents?)|free of charge|\bfree\b|no charge|no extra cost/iu,
    quantity:
      /\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|half|none|no)\b/iu,
    duration:
      /(\d+|\b(an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few))\s+(to\s+\S+\s+)?((working|business|calendar)\s+)?(second|minute|hour|day|week|month|year)|within|immediately|same day|overnight/iu,
    time: /within|at the latest|in advance|\b(first|last) (working |business )?day\b|end of the|\b(before|after|when|once|until) (the|you|your|we|it)\b|\d(st|nd|rd|th)\b|monthly|weekly|every (day|week|month|year)|\d\s*(am|pm|a\.m\.|p\.m\.|o'clock)|\d{1,2}:\d{2}|monday|tuesday|wednesday|thursday|friday|saturday|sunday|daily|weekday|january|february|march|april|\bmay\b|june|july|august|september|october|november|december|around the clock|24\/7/iu,
    place:
      /in front of|\bbehind\b|next to|opposite|[Ss]treet|\bLane\b|\b[Rr]oad\b|[Aa]venue|[Ss]quare|\bfloor\b|\bbuilding\b|\blocated\b|\b\d{5}\b|\bis (at|in|on) \d/u,
  },
  openers: 'and|but|or|so|then|also|what about|how about',
  pronouns: 'it its that this those these they them he she him her there one ones',
  expletives:
    'is it possible|it is possible|is it allowed|is it ok|is it okay|is there|are there|there is|there are|is there any|how is it that',
  determiners: 'this that these those',
  anaphora:
    /^(it(?! is (possible|necessary))|they|he|she|this|these|those|that|there(?! (is|are))|both|afterwards|then|in that case|otherwise|therefore|also|such)\s/iu,
};
