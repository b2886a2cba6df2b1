import { expect, it } from 'vitest';
import { decodeText } from '../../../core/knowledge/extract/decode-text.ts';

/** As a program of that time writes it. */
function written(text: string, label: string): Uint8Array {
  const decoder = new TextDecoder(label);
  const codes = new Map(Array.from({ length: 256 }, (_, code) => [decoder.decode(Uint8Array.of(code)), code]));
  return Uint8Array.from([...text], (letter) => codes.get(letter) ?? 63);
}

it.each([
  ['windows-1251', 'Магазин открыт с девяти до шести. Доставка по городу бесплатная.'],
  ['windows-1251', 'Цена;Товар\n100;Лампа\n200;Стол'],
  ['koi8-r', 'Магазин открыт с девяти до шести. Доставка по городу бесплатная.'],
  ['windows-1255', 'החנות פתוחה מתשע עד שש. המשלוח חינם.'],
  ['windows-1253', 'Το κατάστημα είναι ανοιχτό από τις εννέα.'],
  ['windows-1256', 'المتجر مفتوح من التاسعة'],
  ['windows-1252', 'Größe; Preis\nKüche; 10 €'],
  ['windows-1252', 'Öffnungszeiten'],
  ['windows-1252', 'Où se trouve l’hôtel ? À côté de la gare.'],
  ['windows-1252', '¿Dónde están las llaves? Mañana.'],
  ['windows-1252', 'naïve café “quoted”'],
  ['windows-1252', 'ÄÖÜ äöü ß'],
  ['windows-1252', 'é'],
])('a text in %s is read: %s', (label, text) => {
  expect(decodeText(written(text, label))).toBe(text);
});
