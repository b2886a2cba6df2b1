import type { Application } from '../../kernel/application.ts';
import { showBots } from '../bot-overview.ts';
import { lockData, openApplication, openDeployment, openObserve } from '../deployment.ts';
import { exitCodes } from '../exit-code.ts';
import { product } from '../product.ts';
import type { Registry } from '../registry.ts';
import { reportReload } from '../report-reload.ts';
import { listen, untilStopped } from '../serve.ts';
import { SharedAccounts } from '../shared-accounts.ts';
import type { Outcome, Shell } from '../shell.ts';
import { showAll } from '../show-diagnostics.ts';
import { ShownErrors } from '../shown-errors.ts';
import { count, elapsed } from '../wording.ts';

/** How long the first table waits for the documents to be read. */
const readingPatienceMs = 20_000;

export function addDev({ program, act }: Registry): void {
  program.command('dev').description('serve all bots with a playground, and follow the files').action(act(dev));
}

async function dev(shell: Shell): Outcome {
  const { signal, clock } = shell.terminal;
  const startedMs = clock.monotonicMs();
  const deployment = await openDeployment(shell);
  const observe = await openObserve(shell, deployment, shell.options.verbose ? 'serving' : 'watched');
  using _lock = await lockData(deployment);
  await using application = await openApplication({ ...deployment, documents: 'look' }, shell, observe);
  const report = await application.kernel.start(signal);
  const { server, url, port } = await listen('dev', deployment, application, observe, shell);
  await using _ = server;
  // Before anything is printed: who reads "save a file" may do so at once.
  const shown = new ShownErrors();
  const accounts = new SharedAccounts();
  const showShared = async (): Promise<void> => showAll(await accounts.look(application.kernel), shell);
  const follow = application.kernel.watch((change) => {
    server.announceReload(change);
    void reportReload(change, application.kernel, shown, shell).then(showShared);
  }, signal);
  follow.catch((error: unknown) => signal.aborted || sayUnfollowed(error, shell));

  const { ink } = shell;
  const wanted = deployment.settings.server.port;
  shell.print(
    `\n  ${ink.bold('Polyphon')} ${product().version}  ${ink.dim(`${count(report.serving, 'bot')} up in ${elapsed(clock.monotonicMs() - startedMs)}`)}\n`,
  );
  if (wanted !== 0 && port !== wanted) shell.say(`  Port ${wanted} is in use; serving on ${port}.\n`);
  await readDocuments(application, shell);
  const tenants = application.kernel.tenants();
  const logged = deployment.settings.observe.log === 'error' ? 'hidden' : 'shown';
  await showBots(tenants, { url, shell, logged, assetsDirectory: product().assetsDirectory });
  for (const { tenantId, diagnostics } of tenants) shown.note(tenantId, diagnostics);
  await showShared();
  shell.print(
    ink.dim(
      `  Following ${displayPath(deployment.botsDirectory, shell)}: save a file and the next answer has it. Ctrl-C ends.\n`,
    ),
  );

  await untilStopped(signal);
  shell.say(shell.note.dim('  Stopping: finishing the answers that have begun. Ctrl-C again ends at once.'));
  return exitCodes.ok;
}

/** Shows the reading of documents, where somebody watches; a slow one goes on behind the table. */
async function readDocuments({ kernel }: Application, { terminal, note }: Shell): Promise<void> {
  const { stderr, clock, signal } = terminal;
  using patience = clock.deadline(readingPatienceMs, signal);
  const stop = patience.signal;
  let done = false;
  const idle = kernel.knowledgeIdle().then(() => {
    done = true;
  });
  while (!done && !stop.aborted) {
    await Promise.race([idle, clock.sleep(150, stop).catch(() => {})]);
    if (!stderr.isTty || done) continue;
    const tenants = kernel.tenants();
    const read = tenants.filter((tenant) => tenant.chunks > 0).length;
    stderr.write(`\r\u001b[2K  ${note.dim(`Reading documents: ${read} of ${count(tenants.length, 'bot')}`)}`);
  }
  if (stderr.isTty) stderr.write('\r\u001b[2K');
}

function sayUnfollowed(error: unknown, { say, note }: Shell): void {
  const reason = error instanceof Error ? error.message : String(error);
  say(
    `${note.yellow('!')} The files are not followed any more: ${reason}. The bots serve on; start again to see changes. (On Linux \`sysctl fs.inotify.max_user_watches\` is the usual limit.)`,
  );
}

function displayPath(path: string, { terminal }: Shell): string {
  return path.startsWith(`${terminal.workingDirectory}/`)
    ? `${path.slice(terminal.workingDirectory.length + 1)}/`
    : path;
}
