/** Meta's id of a person: a telephone number without a sign, not always the one that is dialled. */
export function isNumber(id: string): boolean {
  return /^\d{5,20}$/.test(id);
}

/**
 * A business-scoped user id, as in `US.13491208655302741918`, or `US.ENT.…` of several businesses
 * (https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids).
 */
export function isUserId(id: string): boolean {
  return /^[A-Z]{2}\.[A-Za-z0-9.]{1,140}$/.test(id);
}
