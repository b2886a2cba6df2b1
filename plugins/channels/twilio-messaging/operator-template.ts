import type { OutgoingMessage } from 'polyphon/plugin';
import { type JsonFields, listIn, malformed, textIn } from './operator-fields.ts';
import { maxParameterLength, sidIn, textMark } from './outgoing.ts';
import type { TwilioConfig } from './schema.ts';

/** What `POST …/templates` takes. Twilio's language, heading and buttons are of the template: what they need is among its parameters. */
export const templateFields = ['template', 'parameters'] as const;

const maxParameters = 20;

/** The template of a request: what it gives stands in place of what the bot has mapped. @throws PolyphonError TWI3406. */
export function templateIn(
  fields: JsonFields,
  templates: TwilioConfig['templates'],
  language: string,
): OutgoingMessage {
  const name = textIn(fields, 'template', 64) ?? '';
  const mapped = Object.hasOwn(templates, name) ? templates[name] : sidIn(name);
  if (mapped === undefined) {
    throw malformed('`template` is not one', 'Send a name from `templates` of the channel, or a Content SID, HX…');
  }
  // By its SID, so that what waits goes out as it was meant when the bot's names are others by then.
  const { contentSid, parameters: own = [] } = typeof mapped === 'string' ? { contentSid: mapped } : mapped;
  const parameters = judged(parametersIn(fields), own);
  // What people who read the conversation see, and by which the same request is known again.
  return { text: [name, ...parameters].join(' · '), template: { name: contentSid, language, parameters } };
}

function parametersIn(fields: JsonFields): readonly string[] | undefined {
  const given = fields['parameters'];
  if (given === undefined || given === null) return undefined;
  return listIn(fields, 'parameters', maxParameters).map((value, index) => {
    const name = `parameters[${index}]`;
    if (typeof value !== 'string') throw malformed(`\`${name}\` is not a text`, 'Send it in quotes, also a number');
    return textIn({ [name]: value }, name, maxParameterLength) ?? '';
  });
}

/** What the bot has mapped tells what the template has; of one by its SID alone, Twilio knows. */
function judged(given: readonly string[] | undefined, own: readonly string[]): readonly string[] {
  if (given === undefined) {
    if (own.every((parameter) => parameter.search(textMark) < 0)) return own;
    throw malformed(
      '`parameters` is missing, and {{ text }} in those of this template stands for an answer of the bot',
      'Send what is to stand there',
    );
  }
  if (own.length === 0 || given.length === own.length) return given;
  throw malformed(
    `\`parameters\` has ${given.length} entries, and this template has ${own.length} in the bot`,
    'For what is lacking people read the samples of the template: send as many, or correct `templates` of the channel',
  );
}
