/** Where mobile numbers in Brazil had nine digits when WhatsApp came: São Paulo, Rio de Janeiro, Espírito Santo. */
const nineDigitAreas = new Set(['11', '12', '13', '14', '15', '16', '17', '18', '19', '21', '22', '24', '27', '28']);

/**
 * The id under which WhatsApp mostly knows a number that is dialled so: in Brazil without the ninth digit outside these areas, in Mexico with
 * the 1 and in Argentina with the 9 that are dialled no more
 * (https://support.gupshup.io/hc/en-us/articles/4407840924953, https://support.whapi.cloud/help-desk/faq/specifics-of-sending-messages-to-numbers-of-different-countries).
 */
export function fakeWhatsappId(number: string): string {
  const [, area = '', brazilian] = /^55(\d{2})9?(\d{8})$/.exec(number) ?? [];
  if (brazilian !== undefined) return `55${area}${nineDigitAreas.has(area) ? '9' : ''}${brazilian}`;
  return number.replace(/^52(?=\d{10}$)/, '521').replace(/^54(?=\d{10}$)/, '549');
}
