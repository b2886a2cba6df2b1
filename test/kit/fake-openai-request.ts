/** Why the real service would refuse a request. */
export interface FakeOpenaiRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly param?: string;
}

const parameters = new Set(
  `messages model service_tier modalities verbosity reasoning_effort max_completion_tokens frequency_penalty presence_penalty
  web_search_options top_logprobs response_format audio store stream stop logit_bias logprobs max_tokens n prediction seed
  stream_options tools tool_choice parallel_tool_calls function_call functions metadata temperature top_p user safety_identifier
  prompt_cache_key prompt_cache_retention`.split(/\s+/),
);
const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool']);

/** The rules of `POST /chat/completions` as OpenAI documents them, as far as a chat with tools can break them. */
export function refusalOf(body: unknown): FakeOpenaiRefusal | undefined {
  if (!isObject(body)) return bad('invalid_type', 'The body is not a JSON object.');
  const unknown = Object.keys(body).find((name) => !parameters.has(name));
  if (unknown !== undefined) return bad('unknown_parameter', `Unknown parameter: '${unknown}'.`, unknown);
  if (typeof body['model'] !== 'string' || body['model'] === '')
    return bad('missing_required_parameter', 'You must provide a model parameter.', 'model');
  const number = badNumber(body);
  if (number !== undefined) return number;
  if (body['max_tokens'] !== undefined && body['max_completion_tokens'] !== undefined)
    return bad(
      'invalid_parameter_combination',
      'max_tokens and max_completion_tokens exclude each other.',
      'max_tokens',
    );
  if (body['stream'] !== undefined && typeof body['stream'] !== 'boolean')
    return bad('invalid_type', 'stream is not a boolean.', 'stream');
  if (body['stream_options'] !== undefined && body['stream'] !== true)
    return bad('invalid_parameter', 'stream_options is only allowed when stream is enabled.', 'stream_options');
  return badStop(body['stop']) ?? badTools(body) ?? badMessages(body['messages']);
}

function badNumber(body: Record<string, unknown>): FakeOpenaiRefusal | undefined {
  const ranges: readonly (readonly [string, number, number])[] = [
    ['temperature', 0, 2],
    ['top_p', 0, 1],
    ['max_tokens', 1, 1_000_000],
    ['max_completion_tokens', 1, 1_000_000],
    ['n', 1, 128],
    ['frequency_penalty', -2, 2],
    ['presence_penalty', -2, 2],
    ['top_logprobs', 0, 20],
  ];
  for (const [name, least, most] of ranges) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number' || value < least || value > most)
      return bad('invalid_value', `${name} is not between ${least} and ${most}.`, name);
  }
  return undefined;
}

function badStop(stop: unknown): FakeOpenaiRefusal | undefined {
  if (stop === undefined || stop === null || typeof stop === 'string') return undefined;
  const isList = Array.isArray(stop) && stop.length > 0 && stop.length <= 4;
  return isList && stop.every((entry) => typeof entry === 'string')
    ? undefined
    : bad('invalid_value', 'stop is not a text or a list of 1 to 4 texts.', 'stop');
}

function badTools(body: Record<string, unknown>): FakeOpenaiRefusal | undefined {
  const tools = body['tools'];
  if (tools === undefined) {
    return body['tool_choice'] === undefined
      ? undefined
      : bad('invalid_parameter', 'tool_choice is only allowed when tools are specified.', 'tool_choice');
  }
  if (!Array.isArray(tools) || tools.length === 0 || tools.length > 128)
    return bad('empty_array', 'tools holds 1 to 128 tools.', 'tools');
  for (const [index, tool] of tools.entries()) {
    const at = `tools[${index}]`;
    if (!isObject(tool) || tool['type'] !== 'function' || !isObject(tool['function']))
      return bad('invalid_value', 'A tool is a function.', at);
    const { name, parameters: schema } = tool['function'];
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      return bad('invalid_value', 'A name is a-z, A-Z, 0-9, _ and -, at most 64.', `${at}.function.name`);
    if (schema !== undefined && (!isObject(schema) || schema['type'] !== 'object'))
      return bad(
        'invalid_function_parameters',
        'The schema of the parameters is of type object.',
        `${at}.function.parameters`,
      );
  }
  return undefined;
}

function badMessages(messages: unknown): FakeOpenaiRefusal | undefined {
  if (!Array.isArray(messages) || messages.length === 0)
    return bad('empty_array', 'messages holds at least one message.', 'messages');
  const open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const refusal = badMessage(message, open, `messages[${index}]`);
    if (refusal !== undefined) return refusal;
  }
  return open.size > 0 ? unanswered('messages') : undefined;
}

/** `open`: calls of tools that have no answer yet. */
function badMessage(message: unknown, open: Set<string>, at: string): FakeOpenaiRefusal | undefined {
  if (!isObject(message) || typeof message['role'] !== 'string' || !roles.has(message['role']))
    return bad('invalid_value', 'The role is none of system, developer, user, assistant, tool.', `${at}.role`);
  const { role, content, tool_calls: calls, tool_call_id: id } = message;
  if (role === 'tool') {
    if (typeof id !== 'string')
      return bad('missing_required_parameter', 'A tool message names its call.', `${at}.tool_call_id`);
    if (!open.delete(id))
      return bad(
        'invalid_value',
        "A 'tool' message must follow a message with 'tool_calls' that has its id.",
        `${at}.role`,
      );
  } else if (open.size > 0) return unanswered(at);
  if (calls !== undefined) {
    const ids = callIds(role, calls);
    if (ids === undefined)
      return bad('invalid_value', 'tool_calls are functions with an id, of an assistant.', `${at}.tool_calls`);
    for (const called of ids) open.add(called);
  }
  if (Array.isArray(content)) return badParts(content, role, `${at}.content`);
  if (typeof content === 'string' || (role === 'assistant' && calls !== undefined)) return undefined;
  return bad('invalid_type', 'The content is neither a string nor parts.', `${at}.content`);
}

/** Pictures come from people only. What is in their bytes the service sees later; here it is what they are said to be. */
function badParts(parts: readonly unknown[], role: string, at: string): FakeOpenaiRefusal | undefined {
  if (parts.length === 0) return bad('empty_array', 'The content has no parts.', at);
  for (const [index, part] of parts.entries()) {
    const here = `${at}[${index}]`;
    if (!isObject(part)) return bad('invalid_type', 'A part is an object.', here);
    if (part['type'] === 'text' && typeof part['text'] === 'string') continue;
    if (part['type'] !== 'image_url' || role !== 'user')
      return bad('invalid_value', `A part of ${role} is not of this type.`, `${here}.type`);
    const image = part['image_url'];
    if (!isObject(image) || typeof image['url'] !== 'string')
      return bad('invalid_type', 'image_url is an object with a url.', `${here}.image_url`);
    const { url, detail, ...rest } = image;
    if (Object.keys(rest).length > 0 || (detail !== undefined && !['auto', 'low', 'high'].includes(String(detail))))
      return bad('invalid_value', 'image_url has a url and a detail of auto, low or high.', `${here}.image_url`);
    const refusal = badImage(url, `${here}.image_url.url`);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function badImage(url: string, at: string): FakeOpenaiRefusal | undefined {
  if (!url.startsWith('data:'))
    return /^https?:\/\/\S+$/.test(url) ? undefined : bad('invalid_image_url', 'Invalid image URL.', at);
  const [, type = '', base64 = ''] = /^data:([^;,]*);base64,(.*)$/s.exec(url) ?? [];
  if (!['image/png', 'image/jpeg', 'image/gif', 'image/webp'].includes(type))
    return bad('invalid_image_format', 'You uploaded an unsupported image: png, jpeg, gif and webp are taken.', at);
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === 0 || bytes.toString('base64') !== base64
    ? bad('invalid_base64', 'Invalid base64 image_url.', at)
    : undefined;
}

function unanswered(at: string): FakeOpenaiRefusal {
  return bad('invalid_value', "Each of the 'tool_calls' must be followed by a tool message.", at);
}

function callIds(role: unknown, calls: unknown): readonly string[] | undefined {
  if (role !== 'assistant' || !Array.isArray(calls) || calls.length === 0) return undefined;
  const ids: string[] = [];
  for (const call of calls) {
    if (!isObject(call) || typeof call['id'] !== 'string' || call['type'] !== 'function' || !isObject(call['function']))
      return undefined;
    if (typeof call['function']['name'] !== 'string' || typeof call['function']['arguments'] !== 'string')
      return undefined;
    ids.push(call['id']);
  }
  return ids;
}

function bad(code: string, message: string, param?: string): FakeOpenaiRefusal {
  return { status: 400, code, message, ...(param === undefined ? {} : { param }) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
