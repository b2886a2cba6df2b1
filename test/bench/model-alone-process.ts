import { ChatOpenAI } from '@langchain/openai';

/** LangChain's OpenAI model and nothing else in a process of its own: `model-alone-process.ts <model's address> <calls> <at once>`. */
const [baseURL = '', calls = '1000', atOnce = '32'] = process.argv.slice(2);
const model = new ChatOpenAI({ model: 'fake', apiKey: 'sk-test', maxRetries: 0, configuration: { baseURL } });

async function ask(count: number): Promise<void> {
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await model.invoke('What does it cost?');
    }
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, work));
}

await ask(Math.ceil(Number(calls) / 2));
const before = process.cpuUsage();
await ask(Number(calls));
const { user, system } = process.cpuUsage(before);
process.send?.({ cpuSeconds: (user + system) / 1e6 / (Number(calls) / 1000) });
process.disconnect();
