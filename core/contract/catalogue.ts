/**
 * Every error code, what it means and the HTTP status it has when it reaches a caller. Codes are never reused.
 * One block a folder; core/ERRORS.md documents the same list and a test compares the two.
 */
export const catalogue = {
  // Definitions and settings: what is wrong in a file. The status is that of a request that must read it.
  BOT1001: { summary: 'the file is not valid YAML', status: 422 },
  BOT1002: { summary: 'the file is larger or more deeply nested than allowed', status: 422 },
  BOT1003: { summary: 'a key stands twice', status: 422 },
  BOT1004: { summary: 'unknown key', status: 422 },
  BOT1005: { summary: 'a key is missing', status: 422 },
  BOT1006: { summary: 'a value has the wrong type', status: 422 },
  BOT1007: { summary: 'a value is none of the allowed ones', status: 422 },
  BOT1008: { summary: 'a value is out of its limits', status: 422 },
  BOT1009: { summary: 'a quantity is malformed or lacks its unit', status: 422 },
  BOT1010: { summary: 'a bare word or number stands where text is meant', status: 422 },
  BOT1011: { summary: 'the key is not allowed', status: 422 },
  BOT1012: { summary: 'the merge key is not part of the language', status: 422 },
  BOT1013: { summary: 'the version of the language is missing or unknown', status: 422 },
  BOT1014: { summary: 'the file is not UTF-8 text', status: 422 },
  BOT1015: { summary: 'the template does not exist', status: 422 },
  BOT1016: { summary: 'templates extend each other in a circle', status: 422 },
  BOT1017: { summary: 'a locked path is changed', status: 422 },
  BOT1018: { summary: 'the definition cannot be read', status: 422 },
  BOT1019: { summary: 'the folder has no name that a tenant can have', status: 422 },
  BOT1020: { summary: 'a reference is malformed', status: 422 },
  BOT1021: { summary: 'the environment variable is not allowed for this tenant', status: 422 },
  BOT1022: { summary: 'the environment variable is not set', status: 422 },
  BOT1023: { summary: 'the secret is missing', status: 422 },
  BOT1024: { summary: 'a secret stands in the file', status: 422 },
  BOT1025: { summary: 'a path leads out of the folder', status: 422 },
  BOT1026: { summary: 'a file cannot be read', status: 422 },
  BOT1027: { summary: 'no plugin has this name', status: 422 },
  BOT1028: { summary: 'the plugin cannot be used', status: 422 },
  BOT1029: { summary: 'the expression is malformed', status: 422 },
  BOT1030: { summary: 'a text template is malformed or costs too much', status: 422 },
  BOT1031: { summary: 'a text lacks the default language', status: 422 },
  BOT1032: { summary: 'the time zone is unknown', status: 422 },
  BOT1033: { summary: 'languages do not fit together', status: 422 },
  BOT1034: { summary: 'a date or time is malformed', status: 422 },
  BOT1035: { summary: 'a schedule is malformed', status: 422 },
  BOT1036: { summary: 'an alias is unknown or expands too far', status: 422 },
  BOT1037: { summary: 'the budget does not count a model', status: 422 },
  BOT1038: { summary: 'nobody is notified by mail', status: 422 },
  BOT1039: { summary: 'prices and budget have different currencies', status: 422 },
  BOT1040: { summary: 'a key has no effect in this version', status: 422 },

  // Plugins: the kernel finds, checks and opens them.
  PLG2001: { summary: 'no plugin has this name', status: 500 },
  PLG2002: { summary: 'the plugin was written for another version of the contract', status: 500 },
  PLG2003: { summary: 'the module does not export a plugin', status: 500 },
  PLG2004: { summary: 'plugins need each other in a circle', status: 500 },
  PLG2005: { summary: 'a needed kind of plugin is not configured', status: 500 },
  PLG2006: { summary: 'the plugin could not be opened', status: 503 },

  // Tenants.
  TEN2101: { summary: 'no tenant has this name', status: 404 },
  TEN2102: { summary: 'the tenant is not serving', status: 503 },
  TEN2103: { summary: 'the channel is not configured or not enabled', status: 404 },
  TEN2104: { summary: 'the process is stopping', status: 503 },

  // Models.
  MDL5001: { summary: 'the model service refused the key', status: 502 },
  MDL5002: { summary: 'the model service does not know the model or the address', status: 502 },
  MDL5003: { summary: 'the model service asks to wait', status: 503 },
  MDL5004: { summary: 'the request is longer than the model takes', status: 502 },
  MDL5005: { summary: 'the model service failed', status: 502 },
  MDL5006: { summary: 'the answer of the model broke off', status: 502 },
  MDL5007: { summary: 'the model service refused the request', status: 502 },
  MDL5008: { summary: 'the model service could not be reached', status: 502 },
  MDL5009: { summary: 'the model called a tool in a way that cannot be run', status: 502 },

  // WhatsApp.
  WAP3301: { summary: 'Meta did not give the file', status: 502 },
  WAP3302: { summary: 'the file is said to be on a host that is not the platform’s', status: 502 },
  WAP3303: { summary: 'Meta refused the registration', status: 502 },
  WAP3304: { summary: 'the request is not what this address expects', status: 400 },
  WAP3305: { summary: 'the channel has no such session', status: 404 },

  // Web chat.
  WEB3001: { summary: 'this website may not use the chat', status: 403 },
  WEB3002: { summary: 'the request is not what this address expects', status: 400 },
  WEB3003: { summary: 'the text is too long', status: 413 },
  WEB3004: { summary: 'the session or its token is not valid', status: 401 },
  WEB3005: { summary: 'the session does not take messages', status: 409 },
  WEB3006: { summary: 'too much in a short time', status: 429 },
  HTP4014: { summary: 'the bot has no such conversation', status: 404 },
  HTP4016: { summary: 'the bot has no such contact', status: 404 },
  HTP4015: { summary: 'a trusted proxy in the settings is not an address', status: 500 },

  // Telegram.
  TGM3201: { summary: 'Telegram refused the token of the bot', status: 502 },
  TGM3202: { summary: 'another process polls this bot, or a webhook is set', status: 409 },
  TGM3203: { summary: 'the bot may not write to this person or group', status: 403 },
  TGM3204: { summary: 'the chat does not exist', status: 404 },
  TGM3205: { summary: 'Telegram asks to wait', status: 503 },
  TGM3206: { summary: 'Telegram refused the request or failed', status: 502 },
  TGM3207: { summary: 'Telegram could not be reached', status: 503 },
  TGM3208: { summary: 'the answer is not one of the Bot API', status: 502 },
  TGM3209: { summary: 'the file cannot be fetched from Telegram', status: 502 },
  TGM3210: { summary: 'the message has nothing that Telegram can show', status: 422 },

  // Twilio.
  TWI3401: { summary: 'Twilio refused the registration', status: 502 },
  TWI3402: { summary: 'the file is not at Twilio', status: 502 },
  TWI3403: { summary: 'Twilio did not give the file', status: 502 },
  TWI3404: { summary: 'the account has no such number', status: 404 },

  // Outgoing requests.
  NET6001: { summary: 'the address may not be reached', status: 502 },
  NET6002: { summary: 'the deadline of an outgoing request passed', status: 504 },
  NET6003: { summary: 'the answer is larger than the limit', status: 502 },
  NET6004: { summary: 'the other side could not be reached', status: 502 },
  NET6005: { summary: 'the other side redirects too often', status: 502 },

  // Incoming HTTP.
  HTP4000: { summary: 'something went wrong on our side', status: 500 },
  HTP4001: { summary: 'nothing is served at this address', status: 404 },
  HTP4002: { summary: 'the method is not allowed here', status: 405 },
  HTP4003: { summary: 'the body is larger than the limit', status: 413 },
  HTP4004: { summary: 'the request is malformed', status: 400 },
  HTP4005: { summary: 'an operator token is needed', status: 401 },
  HTP4006: { summary: 'the signature or token of the request is missing or wrong', status: 401 },
  HTP4007: { summary: 'the caller may not do this', status: 403 },
  HTP4008: { summary: 'the process does not take requests now', status: 503 },
  HTP4009: { summary: 'the request took too long to arrive', status: 408 },
  HTP4010: { summary: 'this address speaks WebSocket', status: 426 },
  HTP4011: { summary: 'the headers are larger than the limit', status: 431 },
  HTP4012: { summary: 'the address is longer than the limit', status: 414 },
  HTP4013: { summary: 'too many wrong tokens', status: 429 },

  // Command line.
  CLI9001: { summary: 'the command line is not understood', status: 400 },
  CLI9002: { summary: 'no bot has this name', status: 404 },
  CLI9003: { summary: 'something the command needs is not available', status: 503 },
  CLI9004: { summary: 'the settings or a definition have errors', status: 422 },
  CLI9005: { summary: 'a file that would be written is there already', status: 409 },
  CLI9006: { summary: 'the bot has no channel to talk through', status: 404 },
  CLI9007: { summary: 'nothing is stored under this name', status: 404 },
  CLI9008: { summary: 'a test file has mistakes', status: 422 },
  CLI9009: { summary: 'no channel of the bot registers an address', status: 404 },

  // The store.
  STO7001: { summary: 'the database cannot be opened', status: 503 },
  STO7002: { summary: 'the store could not write', status: 503 },
  STO7003: { summary: 'a newer version has written the database', status: 503 },
  STO7004: { summary: 'the database file is damaged', status: 503 },

  // Conversations.
  CNV5001: { summary: 'no conversation has this id', status: 404 },
  CNV5002: { summary: 'no session has this id', status: 404 },
  CNV5003: { summary: 'the session cannot change in this way', status: 409 },
  CNV5004: { summary: 'no turn has this id', status: 404 },
  CNV5005: { summary: 'no model gave an answer', status: 502 },
  CNV5006: { summary: 'the answer did not come in time', status: 504 },
  CNV5007: { summary: 'a later message took the place of this turn', status: 409 },
  CNV5008: { summary: 'a human has taken the conversation', status: 409 },
  CNV5009: { summary: 'no dead letter has this id', status: 404 },
  CNV5010: { summary: 'no message of it has this id', status: 400 },
  CNV5011: { summary: 'the budget for models is used up', status: 503 },
  CNV5021: { summary: 'the conversation cannot move to this channel', status: 409 },
  CNV5022: { summary: 'too many claims to move a conversation', status: 429 },

  // Documents and search.
  KNW8001: { summary: 'a source could not list its documents', status: 502 },
  KNW8002: { summary: 'a document could not be fetched', status: 502 },
  KNW8003: { summary: 'a document is damaged or not what its name says', status: 422 },
  KNW8004: { summary: 'a document is larger than the limits allow', status: 413 },
  KNW8005: { summary: 'reading a document took too long or too much memory', status: 504 },
  KNW8006: { summary: 'documents of this type cannot be read', status: 415 },
  KNW8007: { summary: 'a document holds no text', status: 422 },
  KNW8008: { summary: 'a row could not be written by its template', status: 422 },
  KNW8009: { summary: 'the embedding gave something else than one vector a text', status: 502 },

  // Sources that fetch (plugins/sources).
  SRC8101: { summary: 'the website or service does not answer', status: 502 },
  SRC8102: { summary: 'the robots rules of the website forbid reading it', status: 403 },
  SRC8103: { summary: 'a page could not be read', status: 502 },
  SRC8104: { summary: 'the file of questions and answers is malformed', status: 422 },
  SRC8105: { summary: 'the answer of the service is not what the entry expects', status: 502 },

  // Embeddings by a model (plugins/embeddings).
  EMB8201: { summary: 'the embedding service refused the key', status: 502 },
  EMB8202: { summary: 'the embedding service does not know the model or the address', status: 502 },
  EMB8203: { summary: 'the embedding service asks to wait', status: 503 },
  EMB8204: { summary: 'the embedding service failed', status: 502 },
  EMB8205: { summary: 'the embedding service refused the request', status: 502 },
  EMB8206: { summary: 'the embedding service cannot be reached', status: 502 },
  EMB8207: { summary: 'the vectors have another size than configured', status: 502 },
  EMB8208: { summary: 'the package or model of the embedding is not installed', status: 500 },

  // Rerankers (plugins/rerankers).
  RNK8301: { summary: 'the reranker refused the key', status: 502 },
  RNK8302: { summary: 'the reranker refused the request', status: 502 },
  RNK8303: { summary: 'the reranker is not available', status: 503 },
  RNK8304: { summary: 'the answer of the reranker is not what was asked for', status: 502 },
} as const satisfies Record<string, { readonly summary: string; readonly status: number }>;
