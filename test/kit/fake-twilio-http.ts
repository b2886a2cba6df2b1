import type { ServerResponse } from 'node:http';
import type { FakeTwilioForm, TwilioRefusalAnswer } from './fake-twilio-rules.ts';
import { sendJson } from './listening-server.ts';

export function formOf(text: string): FakeTwilioForm {
  const form: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = form[name];
    if (known === undefined) form[name] = value;
    else form[name] = [known, value].flat();
  }
  return form;
}

export function sendRefusal(response: ServerResponse, refusal: TwilioRefusalAnswer): void {
  const { status, code, message, retryAfterSeconds } = refusal;
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  sendJson(response, status, { code, message, more_info, status }, headers);
}
