import { analyse } from 'chardet';

/** Encodings of other scripts than the Latin one, as older office programs save tables. */
const labels: Readonly<Record<string, string>> = {
  'windows-1251': 'windows-1251',
  'KOI8-R': 'koi8-r',
  'windows-1253': 'windows-1253',
  'ISO-8859-7': 'windows-1253',
  'windows-1255': 'windows-1255',
  'ISO-8859-8': 'windows-1255',
  'windows-1256': 'windows-1256',
};
const letters = /[[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}]&&\p{L}]/gv;
/** Of what is beyond ASCII; the rest are quotation marks and dashes. */
const leastShare = 0.8;

/** UTF-8, UTF-16 with its mark, else as older office programs write: Windows-1252, or that of another script. Line ends become `\n`. */
export function fileText(bytes: Uint8Array): string {
  return decode(bytes).replace(/\r\n?/g, '\n');
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(labelOf(bytes)).decode(bytes);
  }
}

function labelOf(bytes: Uint8Array): string {
  for (const { name } of analyse(bytes)) {
    // In the order of likelihood.
    if (/^(?:windows-125[0247]|ISO-8859-(?:1|2|9))$/.test(name)) break;
    const label = labels[name];
    if (label === undefined) continue;
    const text = new TextDecoder(label).decode(bytes);
    const beyond = text.match(/[^\p{ASCII}]/gu)?.length ?? 0;
    if ((text.match(letters)?.length ?? 0) >= leastShare * beyond) return label;
  }
  return 'windows-1252';
}
