import { type Case, unknown } from './case.ts';

export const frenchDocuments: readonly (readonly [string, string, string])[] = [
  [
    'Cabinet',
    "Horaires d'ouverture",
    'Le cabinet est ouvert du lundi au vendredi de 8 h à 19 h. Le samedi, il est ouvert de 9 h à 12 h. Il est fermé le dimanche.',
  ],
  [
    'Cabinet',
    'Adresse et accès',
    'Le cabinet se trouve au 14 rue des Lilas, 69003 Lyon. La station de métro la plus proche est Saxe-Gambetta. Un parking payant se trouve en face.',
  ],
  ['Cabinet', 'Contact', "Le numéro de téléphone est le 04 72 00 10 20. L'adresse e-mail est contact@cabinet.example."],
  [
    'Rendez-vous',
    'Prendre rendez-vous',
    'Un rendez-vous se prend par téléphone ou en ligne. Le premier créneau est en général disponible sous trois jours.',
  ],
  [
    'Rendez-vous',
    'Annuler un rendez-vous',
    "Un rendez-vous peut être annulé sans frais jusqu'à 24 heures avant. Au-delà, 25 euros sont facturés.",
  ],
  [
    'Tarifs',
    'Consultation',
    'Une consultation coûte 30 euros et dure vingt minutes. Elle est remboursée à 70 % par la sécurité sociale.',
  ],
  [
    'Tarifs',
    'Moyens de paiement',
    'Vous pouvez payer par carte, en espèces ou par chèque. Le paiement en trois fois est possible à partir de 150 euros.',
  ],
  ['Tarifs', 'Détartrage', 'Un détartrage coûte 45 euros.'],
  [
    'Urgences',
    'Que faire en cas de douleur ?',
    'En cas de forte douleur, appelez le cabinet dès 8 h : deux créneaux sont gardés chaque jour pour les urgences.',
  ],
  [
    'Documents',
    'Que faut-il apporter ?',
    "Apportez votre carte Vitale, une pièce d'identité et vos dernières radiographies.",
  ],
];

export const french: readonly Case[] = [
  ['Quels sont vos horaires ?', '8 h à 19 h'],
  ['Êtes-vous ouverts le samedi ?', '9 h à 12 h'],
  ['Où se trouve le cabinet ?', '14 rue des Lilas'],
  ['Quel est votre numéro de téléphone ?', '04 72 00 10 20'],
  ['Combien coûte une consultation ?', '30 euros'],
  ['Combien de temps dure une consultation ?', 'vingt minutes'],
  ["C'est combien le détartrage ?", '45 euros'],
  ['Comment annuler mon rendez-vous ?', '24 heures avant'],
  ['Peut-on payer par carte ?', 'par carte'],
  ['Que dois-je apporter ?', 'carte Vitale'],
  ["J'ai une forte douleur, que faire ?", 'créneaux sont gardés'],
  ['Y a-t-il un parking ?', 'parking payant'],
  [['Combien coûte une consultation ?', 'Et le détartrage ?'], '45 euros'],
  [['Combien coûte une consultation ?', 'Et elle est remboursée ?'], '70 %'],
  ['Qui a gagné la Coupe du monde en 1998 ?', unknown],
  ['Combien coûte un vol pour New York ?', unknown],
  ['Vendez-vous des voitures ?', unknown],
  ['Le cabinet pose-t-il des implants ?', unknown],
  ['Quel âge a le dentiste ?', unknown],
  ['Quelle est la capitale du Pérou ?', unknown],
];
