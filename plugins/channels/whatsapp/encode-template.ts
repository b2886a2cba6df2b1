import type { OutboundTemplate, TemplateButton, TemplateHeader } from 'polyphon/plugin';
import { cutText } from './cut-text.ts';
import type { GraphBody } from './graph-client.ts';
import { onOneLine } from './on-one-line.ts';

/** The `template` of a message to Meta (developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates). */
export function encodeTemplate(template: OutboundTemplate): GraphBody {
  const { name, language, parameters, parameterNames, header, buttons = [] } = template;
  const components = [
    ...(header === undefined ? [] : [{ type: 'header', parameters: [headerParameter(header)] }]),
    ...(parameters.length === 0
      ? []
      : [{ type: 'body', parameters: parameters.map((text, index) => textParameter(text, parameterNames?.[index])) }]),
    ...buttons.map(buttonComponent),
  ];
  return {
    name,
    language: { policy: 'deterministic', code: language },
    ...(components.length === 0 ? {} : { components }),
  };
}

function headerParameter(header: TemplateHeader): GraphBody {
  if (header.kind === 'text') return textParameter(header.text, header.name);
  const { kind, url, name } = header;
  const file = kind === 'document' && name !== undefined ? { link: url, filename: name } : { link: url };
  return { type: kind, [kind]: file };
}

function textParameter(text: string, name: string | undefined): GraphBody {
  return { type: 'text', ...(name === undefined ? {} : { parameter_name: name }), text: parameterOf(text) };
}

function buttonComponent({ index, kind, value }: TemplateButton): GraphBody {
  const [subType, parameter] = {
    url: ['url', { type: 'text', text: value }],
    reply: ['quick_reply', { type: 'payload', payload: value }],
    code: ['copy_code', { type: 'coupon_code', coupon_code: value }],
  }[kind] as [string, GraphBody];
  return { type: 'button', sub_type: subType, index: String(index), parameters: [parameter] };
}

/** Meta refuses line breaks, tabs and runs of spaces in parameters. */
function parameterOf(text: string): string {
  const line = onOneLine(text);
  return line === '' ? '-' : cutText(line, 1000);
}
