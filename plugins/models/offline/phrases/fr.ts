import type { Phrasebook } from './phrasebook.ts';

export const fr: Phrasebook = {
  stemmer: 'french',
  stopWords: `fais problème demain hier dernier dernière prochain prochaine malheureusement viens accord
    près côté proche choses truc trucs prenez prend plutôt
    cherche cherchez cherchons recherche chercher aimerais aimerait voulais voulons pourriez faudrait avance seul seule ensuite quelqu quelque quelques chose possible peux pouvait sait ai maintenant
    moyen moyens façon manière aujourd hui vouloir serait aurais différence différences comparer a à afin ai ainsi alors as au aucun aussi autre autres aux avait avant avec avez avoir avons c ça car ce ceci cela celle
    celui ces cet cette ceux chez ci comment d dans de des depuis dès deux dit dois doit donc dont du elle elles en encore entre es
    est et êtes être eu eux fait faire faut il ils j je l la là le les leur leurs lors lui m ma mais me même mes moi mon n ne ni non
    nos notre nous on ont ou où par parce pas peu peut peuvent peux plus plusieurs pour pourquoi pourrais pourrait pouvez pouvoir
    puis puisje puis-je qu quand que quel quelle quelles quels qui quoi s sa sans se ses si son sont sous suis sur t ta te tes toi
    ton tous tout toute toutes très tu un une va vais veux voudrais vos votre vous y était d'un s'il vais savoir dire connaître
    besoin avoir bien vraiment combien question demander trouve acheter`,
  shortForms:
    'pq=pourquoi|pk=pourquoi|qd=quand|bjr=bonjour|slt=salut|tel=téléphone|tél=téléphone|kel=quel|koi=quoi|jai=j ai|cest=c est|ya=il y a',
  smallTalk: {
    greeting:
      'bonjour|bonsoir|salut|coucou|hello|bonjour à tous|bien le bonjour|allô|allo|bonjour madame|bonjour monsieur',
    wellbeing: 'comment allez vous|comment vas tu|comment ça va|ça va|vous allez bien|tu vas bien',
    thanks:
      'merci|merci beaucoup|mille mercis|un grand merci|grand merci|merci bien|je vous remercie|je te remercie|merci pour votre aide|merci de votre aide|merci pour tout|parfait merci|super merci|merci infiniment',
    goodbye:
      'au revoir|à bientôt|à plus tard|à plus|bonne journée|bonne soirée|bonne nuit|adieu|ciao|c est tout|ce sera tout|bon week end|bonne fin de journée',
    identity:
      'qui êtes vous|qui es tu|êtes vous un humain|es tu un humain|êtes vous humain|êtes vous un robot|es tu un robot|êtes vous un bot|es tu un bot|êtes vous une ia|es tu une ia|est ce que je parle à un robot|est ce que je parle à un humain|je parle à un robot|je parle à un humain|comment vous appelez vous|comment tu t appelles|quel est votre nom|vous êtes un robot|tu es un robot|vous êtes une vraie personne',
    help: 'aide|aidez moi|aide moi|à l aide|j ai besoin d aide|pouvez vous m aider|peux tu m aider|que pouvez vous faire|que peux tu faire|que savez vous faire|que sais tu faire|comment pouvez vous m aider|en quoi pouvez vous m aider|j ai une question|j aurais une question|j ai quelques questions|puis je poser une question|une petite question',
    yes: 'oui|oui merci|oui s il vous plaît|ouais|ok|okay|d accord|bien sûr|volontiers|exactement|c est ça|entendu|très bien|ça marche|je vois|compris|avec plaisir',
    no: 'non|non merci|pas maintenant|pas la peine|ce n est pas la peine|plutôt pas|pas du tout',
    praise: 'super|parfait|génial|excellent|formidable|top|bravo|c est parfait|c est super|très utile|impeccable|bien',
    complaint:
      'c est faux|faux|ce n est pas ma question|ce n est pas ce que j ai demandé|ça ne m aide pas|cela ne m aide pas|vous ne comprenez pas|tu ne comprends pas|inutile|c est nul|nul|ce n est pas correct',
  },
  fillers:
    'ou un robot|ou un humain|ou une machine|s il vous plaît|s il te plaît|svp|stp|encore|beaucoup|alors|donc|à vous|aussi|madame|monsieur|une|la',
  replies: {
    greeting: 'Bonjour. Que souhaitez-vous savoir ?',
    greetingAgain: 'Bonjour. Comment puis-je vous aider ?',
    wellbeing: 'Tout va bien, merci. Que souhaitez-vous savoir ?',
    thanks: 'Avec plaisir. Avez-vous une autre question ?',
    goodbye: 'Au revoir et bonne journée.',
    identity:
      'Je suis un assistant IA, pas un humain. Je réponds à partir des documents dont je dispose ici et j’indique la source.',
    help: 'Posez simplement votre question en une phrase, par exemple sur un prix, un horaire ou une démarche. Je cherche la réponse dans les documents et j’indique la source. Si elle n’y figure pas, je vous le dis.',
    yes: 'Bien. Écrivez en une phrase ce que vous souhaitez savoir. Si vous préférez parler à une personne, écrivez « Je veux parler à un humain ».',
    no: 'Très bien. Si vous avez une autre question, n’hésitez pas.',
    praise: 'Tant mieux. Avez-vous une autre question ?',
    complaint: 'J’en suis désolé. Reformulez votre question, ou écrivez « Je veux parler à un humain ».',
    clarify: 'De quoi s’agit-il exactement ? Indiquez le sujet en une phrase.',
  },
  quoting:
    'Mes documents à ce sujet ne sont pas en français, je ne peux donc que citer le passage dans la langue d’origine ({language}) :',
  switched: 'Bien sûr, nous pouvons continuer en français. Que souhaitez-vous savoir ?',
  also: 'De plus :',
  languageNames: { de: 'allemand', en: 'anglais', fr: 'français', es: 'espagnol', ru: 'russe', he: 'hébreu' },
  switchTo:
    'en français|et en français|français s il vous plaît|parlez vous français|parles tu français|on peut parler français|auf französisch|in french|en francés|по-французски|по французски|на французском|בצרפתית',
  cues: [
    [
      'duration',
      'combien de temps|pendant combien|en combien de temps|quelle durée|durée|combien de jours|combien de semaines|sous combien|quel délai|quels délais|délai',
    ],
    [
      'time',
      'quand|à quelle heure|quelle heure|horaires|horaire|heures d ouverture|quels jours|quel jour|quelle date|jusqu à quand|êtes vous ouverts|êtes vous ouvert|ouvert|ouverts',
    ],
    [
      'price',
      'faut payer|faut il payer|il faut payer|dois je payer|doit on payer|je dois payer|on doit payer|payant|payante|ça fait combien|à combien|combien pour|combien coûte|combien coûtent|combien ça coûte|quel est le prix|quel est le tarif|prix|tarif|tarifs|coûte|coûtent|coût|coûts|frais|cher|combien dois je payer|combien faut il payer|c est combien',
    ],
    [
      'phone',
      'quel numéro|quel est le numéro|quel est votre numéro|quel est le téléphone|numéro de téléphone|par téléphone|appeler',
    ],
    ['email', 'adresse e mail|adresse mail|adresse email|e mail|email|courriel|mail'],
    ['quantity', 'combien|quelle taille|quelle quantité|quel montant|quel nombre|à quelle distance|quel âge'],
    [
      'place',
      'où est|où sont|où se trouve|où se trouvent|où puis je|où peut on|où dois je|où|adresse|dans quelle ville|quelle rue|situé|situés',
    ],
  ],
  listing: 'c est quoi vos|quoi comme|quels|quelles|avez vous|différence|comparer|proposez vous',
  cueWords:
    'coûte coûtent coût coûts prix tarif tarifs frais cher temps heure heures durée jour jours numéro combien trouve trouvent dure durent date délai',
  house: {
    place: {
      asked:
        'où êtes vous|vous êtes où|où vous trouvez vous|où vous trouver|où peut on vous trouver|où puis je vous trouver|vous vous trouvez où|où êtes vous situés|comment vous trouver|où venir|où aller|où dois je venir|où dois je aller|où faut il venir|où faut il aller|où est le magasin|où se trouve le magasin|où se situe le magasin|où est la boutique|où se trouve la boutique|où se situe la boutique|où est la société|où se trouve la société|où se situe la société|où est votre magasin|où se trouve votre magasin|où se situe votre magasin|où est votre boutique|où se trouve votre boutique|où se situe votre boutique',
      alone: 'où est le travail|où travaille t on|où se trouve le travail|c est où|où est ce|où c est|où',
      told: 'adresse|accès|où se trouve|où se trouvent|comment venir|nous trouver',
      searched: 'adresse|où se trouve|accès',
    },
    contact: {
      asked:
        'comment vous contacter|comment puis je vous contacter|comment peut on vous contacter|comment je peux vous contacter|comment vous joindre|comment puis je vous joindre|comment peut on vous joindre|comment je peux vous joindre|comment vous appeler|comment puis je vous appeler|comment vous téléphoner|comment prendre contact|comment entrer en contact|comment entrer en contact avec vous|où appeler|où puis je appeler|où téléphoner|qui appeler|qui puis je appeler|qui contacter|qui puis je contacter|à qui m adresser|à qui puis je m adresser|contact|coordonnées|vos coordonnées',
      alone: '',
      told: 'contact|joindre|numéro|téléphone|coordonnées',
      searched: 'contact|numéro de téléphone|joindre',
    },
    writing: {
      asked:
        'comment vous écrire|comment puis je vous écrire|comment peut on vous écrire|où écrire|où vous écrire|où puis je vous écrire|à qui écrire|comment vous envoyer un mail|comment vous envoyer un e mail',
      alone: '',
      told: 'e mail|mail|courriel|écrire|contact',
      searched: 'adresse e-mail|contact|écrire',
    },
    hours: {
      asked:
        'êtes vous ouverts|êtes vous ouvert|êtes vous fermés|êtes vous fermé|vous êtes ouverts|vous êtes ouvert|vous êtes fermés|vous êtes fermé|ouvrez vous|fermez vous|vous ouvrez|vous fermez|vous ouvrez quand|vous fermez quand|travaillez vous|vous travaillez|quand ouvrez vous|quand fermez vous|quand êtes vous ouverts|quand êtes vous ouvert|quand êtes vous fermés|quand êtes vous fermé|quand est ce que vous ouvrez|quand est ce que vous fermez|à quelle heure ouvrez vous|à quelle heure fermez vous|vous ouvrez à quelle heure|vous fermez à quelle heure|jusqu à quelle heure êtes vous ouverts|jusqu à quelle heure êtes vous ouvert|jusqu à quand êtes vous ouverts|vos horaires|quels sont vos horaires|quels sont vos horaires d ouverture',
      alone:
        'c est ouvert|c est fermé|horaires|horaires d ouverture|quels sont les horaires|quels sont les horaires d ouverture',
      told: 'horaires|horaire|heures d ouverture|ouvert',
      searched: "horaires|heures d'ouverture|ouvert",
    },
  },
  days: {
    names:
      'lundi lundis mardi mardis mercredi mercredis jeudi jeudis vendredi vendredis samedi samedis dimanche dimanches week end weekend férié fériés noël pâques',
    before: 'le les ce du jour jours matin après midi soir',
  },
  asking: {
    open: 'qui quoi quand où comment combien quel quelle quels quelles pourquoi lequel laquelle lesquels lesquelles que qu',
    before: 'et mais alors donc à de d depuis jusqu jusque pour par avec en dans sous chez vers',
    manner:
      /^ (?:comment|quels? (?:sont les |est le |sont vos )?moyens?|quelles? (?:sont les |est la )?(?:demarches?|manieres?|facons?)) /u,
    person: /^ qui /u,
  },
  yesNo:
    /^(?:oui|non|si)[,;:.!–—]\s*(?:mais\s+)?(?=\S)(?!(?:mais|si|s'il|s’il|sauf|car|parce|quand|lorsque|à condition|ça|cela|c'est|c’est) ?)/iu,
  way: /(?<!\p{L})(?:\p{L}{3,}ez|par (?:e-mail|courriel|courrier|téléphone|carte|prélèvement|virement|chèque|SMS)|en ligne|se (?:font|fait|paie|paient|demande|demandent|prend|règle|règlent)|il suffit)(?!\p{L})/u,
  verbs: {
    ending: /(?:ez|oir)$/u,
    after:
      'peux puis peut pouvez pouvons dois doit faut veux voudrais veut pour de sans à a comment où je on nous vous me se vais va',
  },
  deeds: 'payer paye payez paie paies régler',
  lightWords:
    'prêt prête voir regarder utiliser acceptez acceptés acceptées société magasin boutique arrive arriver arrivent reçoit reçois marche fonctionne',
  priced: 'prix coûte',
  superlatives: {
    least:
      'le moins cher|la moins chère|les moins chers|les moins chères|moins cher|moins chère|meilleur marché|le plus économique|la plus économique',
    most: 'le plus cher|la plus chère|plus cher|plus chère',
  },
  trouble: {
    said: 'ne s allume pas|n affiche rien|ça coupe|plus de|ne marche pas|marche pas|ne fonctionne pas|fonctionne pas|marche plus|ne marche plus|ne fonctionne plus|en panne|cassé|cassée',
    remedy: 'que faire|que dois je faire',
  },
  selling: 'vendez vous|vous vendez|proposez vous|vous proposez',
  conditional: /(^|\s)(si|s'|en cas d)(?=[\s'’e])|trop/iu,
  signs: {
    price: /\d[\d\s.,]*\s*(€|euros?\b|eur\b|chf|francs?\b|centimes?)|gratuit|offert|sans frais|sans supplément/iu,
    quantity:
      /\d|\b(un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|cent|mille|demi\w*|aucun\w*)\b/iu,
    duration:
      /(\d+|\b(une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|quinze|vingt|trente|quelques|quarante-huit))\s+(à\s+\S+\s+)?(seconde|minute|heure|jour|semaine|mois|ans?\b|année)|immédiat|sous\s/iu,
    time: /au plus tard|à la fin d|au début d|jours? ouvrés?|à l'avance|au moment|(^|\s)(avant|après|dès) (le|la|les|l'|réception|chaque)|\ble \d|1er\b|chaque (jour|semaine|mois|année)|mensuel|\d\s*h\b|\d{1,2}\s*h\s*\d{2}|\d{1,2}:\d{2}|\d heures|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|février|\bmars\b|avril|\bmai\b|juin|juillet|août|septembre|octobre|novembre|décembre|tous les jours|midi|24 h/iu,
    place:
      /devant|derrière|à côté|près d|en face|\b[Rr]ue\b|[Aa]venue|[Bb]oulevard|\b[Pp]lace\b|[Qq]uai\b|étage|\b\d{5}\b|se trouve|situé/u,
  },
  openers: 'et|mais|ou|alors|puis|donc|aussi|sinon',
  pronouns: 'il elle ils elles le la les lui leur y en ça cela ceci celui celle ceux celles ce',
  expletives:
    'il y a|y a t il|est ce que|est ce qu|il faut|faut il|est il possible|il est possible|qu est ce que|qu est ce qu|qu est ce qui|se passe t il|s il vous plaît|ce que|ce qui',
  determiners: 'le la les ce',
  anaphora:
    /^(il(?! (faut|y a|est (possible|nécessaire|interdit)))|elle|ils|elles|ce(la|ci)?(?! (document|guide))|cette|cet|ces|celui-ci|celle-ci|ensuite|puis|dans ce cas|de plus|aussi|sinon|y|en)\s/iu,
};
