import type { OutboundTemplate, TemplateButton, TemplateHeader } from 'polyphon/plugin';
import type { WhatsappConfig } from './schema.ts';
import type { ConfiguredTemplate } from './template-schema.ts';

type Written = Exclude<ConfiguredTemplate, string>;

/** The key of the template that goes out by itself, whether the bot has mapped it or not. */
export function ownTemplate(templates: WhatsappConfig['templates']): 'continue' | 'reply' {
  return templates['continue'] === undefined ? 'reply' : 'continue';
}

/** What the bot's definition says of a template. */
export function templateOf(configured: ConfiguredTemplate, defaultLanguage: string): OutboundTemplate {
  if (typeof configured === 'string')
    return { name: configured, language: metaLanguage(defaultLanguage), parameters: [] };
  const { name, language, header, parameters, buttons } = configured;
  return {
    name,
    language: language ?? metaLanguage(defaultLanguage),
    ...parametersOf(parameters ?? []),
    ...(header === undefined ? {} : { header: headerOf(header) }),
    ...(buttons === undefined || buttons.length === 0 ? {} : { buttons: buttons.map(buttonOf) }),
  };
}

/** A list is numbered, a map named. */
export function parametersOf(
  written: NonNullable<Written['parameters']>,
): Pick<OutboundTemplate, 'parameters' | 'parameterNames'> {
  if (Array.isArray(written)) return { parameters: written };
  return { parameters: Object.values(written), parameterNames: Object.keys(written) };
}

function headerOf(written: NonNullable<Written['header']>): TemplateHeader {
  if ('image' in written) return { kind: 'image', url: written.image };
  if ('video' in written) return { kind: 'video', url: written.video };
  const name = written.name === undefined ? {} : { name: written.name };
  return 'text' in written
    ? { kind: 'text', text: written.text, ...name }
    : { kind: 'document', url: written.document, ...name };
}

function buttonOf(written: NonNullable<Written['buttons']>[number], position: number): TemplateButton {
  const index = written.index ?? position;
  if ('url' in written) return { index, kind: 'url', value: written.url };
  return 'reply' in written
    ? { index, kind: 'reply', value: written.reply }
    : { index, kind: 'code', value: written.code };
}

/** Meta writes `pt_BR` where BCP 47 writes `pt-BR`. */
function metaLanguage(tag: string): string {
  return tag.replaceAll('-', '_');
}
