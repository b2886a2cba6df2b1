import { type Case, unknown } from './case.ts';

export const spanishDocuments: readonly (readonly [string, string, string])[] = [
  [
    'Tarifas',
    'Fibra 600',
    'Fibra 600 cuesta 30 euros al mes e incluye instalación gratuita. La permanencia es de 12 meses.',
  ],
  ['Tarifas', 'Fibra 1000', 'Fibra 1000 cuesta 38 euros al mes. Incluye un repetidor WiFi.'],
  [
    'Averías',
    '¿Qué hago si no tengo internet?',
    'Apague el router, espere 30 segundos y vuelva a encenderlo. Si la luz LOS sigue en rojo, llame al 900 100 200.',
  ],
  ['Averías', '¿Cuánto tardan en reparar una avería?', 'Una avería se repara en un máximo de 24 horas laborables.'],
  [
    'WiFi',
    '¿Dónde está la contraseña del WiFi?',
    'La contraseña está en la etiqueta situada debajo del router. Puede cambiarla en la aplicación, en el menú «Mi red».',
  ],
  [
    'WiFi',
    'Mejorar la cobertura',
    'Coloque el router en un lugar alto y lejos del microondas. Un repetidor cuesta 5 euros al mes.',
  ],
  [
    'Contrato',
    'Darse de baja',
    'La baja se solicita por teléfono con 15 días de antelación. Si hay permanencia, la penalización es de 10 euros por mes pendiente.',
  ],
  [
    'Contrato',
    'Mudanza',
    'El traslado de la línea a otra dirección es gratuito una vez al año. Tarda unos siete días.',
  ],
  [
    'Empresa',
    'Horario de atención',
    'El soporte técnico atiende todos los días de 8 a 22 horas. La tienda abre de lunes a viernes de 10 a 19 horas.',
  ],
  ['Empresa', 'Tienda', 'La tienda está en la calle Uría 21, Oviedo.'],
];

export const spanish: readonly Case[] = [
  ['¿Cuánto cuesta la Fibra 600?', '30 euros'],
  ['precio fibra 1000', '38 euros'],
  ['No tengo internet, ¿qué hago?', 'Apague el router'],
  ['¿Cuánto tardan en arreglar una avería?', '24 horas'],
  ['¿Dónde encuentro la contraseña del wifi?', 'etiqueta'],
  ['¿Cómo me doy de baja?', '15 días de antelación'],
  ['¿Qué penalización hay?', '10 euros por mes'],
  ['¿A qué hora atiende el soporte técnico?', '8 a 22 horas'],
  ['¿Dónde está la tienda?', 'calle Uría 21'],
  ['Me mudo, ¿cuánto tarda el traslado?', 'siete días'],
  ['¿Cuánto vale un repetidor?', '5 euros'],
  [['¿Cuánto cuesta la Fibra 600?', '¿Y la 1000?'], '38 euros'],
  [['¿Cuánto cuesta la Fibra 600?', '¿Y qué permanencia tiene?'], '12 meses'],
  ['¿Cuántas lunas tiene Júpiter?', unknown],
  ['¿Cómo se cocina una tortilla de patatas?', unknown],
  ['¿La tienda vende bicicletas?', unknown],
  ['¿Quién es el director de la empresa?', unknown],
  ['¿Quién ganó el mundial de 2010?', unknown],
  ['¿Cuánto cuesta la Fibra 9000?', unknown],
];
