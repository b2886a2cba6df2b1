import type { OutboundMessage } from 'polyphon/plugin';
import { cutText } from './cut-text.ts';
import type { WhatsappConfig } from './schema.ts';
import { ownTemplate, templateOf } from './template-parts.ts';

/** Of a parameter: Meta's limit for a template's body, less what the template says itself. */
const maxParameterLength = 900;
/** Where the answer is to stand. */
export const textMark = /\{\{\s*text\s*\}\}/g;

/**
 * The approved template for an answer that comes too late; undefined where the bot has mapped none. It carries the answer where
 * `{{ text }}` stands in it and the answer is all text and fits.
 */
export function outsideWindow(
  message: OutboundMessage,
  templates: WhatsappConfig['templates'],
  defaultLanguage: string,
): OutboundMessage | undefined {
  if (message.template !== undefined) return message;
  const configured = templates[ownTemplate(templates)];
  if (configured === undefined) return undefined;
  const template = templateOf(configured, defaultLanguage);
  const { text, attachments, actions } = message;
  const parameters = template.parameters.map((parameter) =>
    parameter.replaceAll(textMark, () => cutText(text, maxParameterLength)),
  );
  const isAllText = attachments.length === 0 && actions.length === 0 && text.length <= maxParameterLength;
  const carries = isAllText && template.parameters.some((parameter) => parameter.search(textMark) >= 0);
  const filled = { ...template, parameters, ...(carries ? { carriesMessage: true as const } : {}) };
  return { ...message, attachments: [], actions: [], template: filled };
}
