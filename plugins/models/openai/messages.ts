import type { ModelImage, ModelMessage, ToolDescription } from 'polyphon/plugin';

/** A message as Chat Completions has it; LangChain takes these as they are. */
export type ChatMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: string | ChatPart[] }
  | { readonly role: 'assistant'; readonly content: string; readonly tool_calls?: ChatToolCall[] }
  | { readonly role: 'tool'; readonly content: string; readonly tool_call_id: string };

export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

export interface ChatToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** `system` already holds the passages with their borders and the rules of the marks; see ModelRequest.system. */
export function encodeMessages(system: string, messages: readonly ModelMessage[]): ChatMessage[] {
  return [{ role: 'system', content: system }, ...messages.map(encodeMessage)];
}

function encodeMessage(message: ModelMessage): ChatMessage {
  switch (message.role) {
    case 'contact':
      return { role: 'user', content: contentOf(message.text, message.images ?? []) };
    case 'operator':
      // A colleague answered in the bot's place: for the model that is its own side of the conversation.
      return { role: 'assistant', content: message.text };
    case 'bot':
      return {
        role: 'assistant',
        content: message.text,
        ...(message.toolCalls === undefined || message.toolCalls.length === 0
          ? {}
          : {
              tool_calls: message.toolCalls.map((call) => ({
                id: call.id,
                type: 'function' as const,
                function: { name: call.name, arguments: JSON.stringify(call.arguments ?? {}) },
              })),
            }),
      };
    case 'tool':
      return { role: 'tool', content: message.result, tool_call_id: message.callId };
    default:
      return message satisfies never;
  }
}

/** Servers of other makers take an array of parts only where they see; so text alone stays a string. */
function contentOf(text: string, images: readonly ModelImage[]): string | ChatPart[] {
  if (images.length === 0) return text;
  const pictures = images.map(({ mediaType, bytes }): ChatPart => {
    const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${base64}` } };
  });
  return text === '' ? pictures : [{ type: 'text', text }, ...pictures];
}

export interface ChatTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: Record<string, unknown>;
  };
}

export function encodeTools(tools: readonly ToolDescription[]): ChatTool[] {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters: { ...parameters } },
  }));
}
