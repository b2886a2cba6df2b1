import type { OutboundMessage } from 'polyphon/plugin';
import type { WhatsappConfig } from './schema.ts';

type Template = NonNullable<OutboundMessage['template']>;
type Configured = WhatsappConfig['templates'][string];

/** The approved template that goes out in place of an answer which comes too late; undefined where the bot has mapped none. */
export function outsideWindow(
  message: OutboundMessage,
  templates: WhatsappConfig['templates'],
  defaultLanguage: string,
): OutboundMessage | undefined {
  if (message.template !== undefined) return message;
  const configured = templates['continue'] ?? templates['reply'];
  if (configured === undefined) return undefined;
  const template = templateOf(configured, defaultLanguage);
  const parameters = template.parameters.map((parameter) =>
    parameter.replaceAll(/\{\{\s*text\s*\}\}/g, () => message.text),
  );
  return { ...message, attachments: [], actions: [], template: { ...template, parameters } };
}

export function templateOf(configured: Configured, defaultLanguage: string): Template {
  if (typeof configured === 'string')
    return { name: configured, language: metaLanguage(defaultLanguage), parameters: [] };
  const { name, language, parameters } = configured;
  return { name, language: language ?? metaLanguage(defaultLanguage), parameters: parameters ?? [] };
}

/** Meta writes `pt_BR` where BCP 47 writes `pt-BR`. */
function metaLanguage(tag: string): string {
  return tag.replaceAll('-', '_');
}
