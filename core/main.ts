#!/usr/bin/env node
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBundledNode, isOldNode, oldNodeMessage } from './cli/node-version.ts';
import type { Output, Terminal } from './cli/terminal.ts';
import { watchForParent } from './cli/watch-for-parent.ts';

// Everything but the version check is imported later: on an old Node the database driver would crash the process.

/** npm passes a Ctrl-C on that the terminal has sent already; the copy must not count as the second one. */
const echoedSignalMs = 300;
const reexecuted = 'POLYPHON_NODE_FOUND';

if (isOldNode(process.versions.node)) runOnNewerNode();
else await runHere();

async function runHere(): Promise<void> {
  const { runCommandLine } = await import('./cli/run.ts');
  const { systemClock, systemRandom } = await import('./kernel/system.ts');
  const stop = new AbortController();
  endBySignals(stop);
  const terminal: Terminal = {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    stdin: process.stdin,
    env: process.env,
    workingDirectory: process.cwd(),
    signal: stop.signal,
    clock: systemClock,
    random: systemRandom,
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The terminal is closed (EIO), or what reads has gone with it: the work ends in good order all the same.
    if (error.code === 'EIO') stopBy(stop, 'a closed terminal');
    if (stop.signal.aborted) return;
    // A reader that has seen enough (`| head`) is no error.
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  // Nobody is left who could be told; what is served goes on.
  process.stderr.on('error', () => {});
  const code = await runCommandLine(process.argv.slice(2), terminal);
  // A pipe takes 64 kB at a time, and what still waits would be lost.
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(code);
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/** The first Ctrl-C ends the work in good order, the second ends the process. */
function endBySignals(stop: AbortController): void {
  let stoppedAtMs = 0;
  const end = (by: string) => {
    stoppedAtMs = performance.now();
    stopBy(stop, by);
  };
  const handle = (name: NodeJS.Signals) => {
    if (!stop.signal.aborted) end(name);
    else if (performance.now() - stoppedAtMs > echoedSignalMs) process.exit(130);
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  // A terminal that closes. The shell and the kernel may both say so, and neither means that it has to be at once.
  process.on('SIGHUP', end);
  watchForParent(process.env, () => end('the end of npm'));
}

function stopBy(stop: AbortController, by: string): void {
  if (!stop.signal.aborted) stop.abort(new DOMException(`Stopped by ${by}.`, 'AbortError'));
}

function output(stream: NodeJS.WriteStream): Output {
  const { env } = process;
  const isCi = env['CI'] !== undefined && env['CI'] !== 'false' && env['CI'] !== '';
  const isTty = stream.isTTY === true && !isCi && env['TERM'] !== 'dumb';
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const refused = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  return {
    write: (text) => void stream.write(text),
    stream,
    isTty,
    color: !refused && (isTty || forced) ? 'on' : 'off',
    get columns() {
      // A terminal without a size says 0.
      return stream.columns || 100;
    },
  };
}

function runOnNewerNode(): void {
  const script = fileURLToPath(import.meta.url);
  const binary = process.env[reexecuted] === undefined ? findBundledNode([dirname(script), process.cwd()]) : undefined;
  if (binary === undefined) {
    process.stderr.write(oldNodeMessage(process.versions.node));
    process.exitCode = 69;
    return;
  }
  const child = spawn(binary, [script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [reexecuted]: binary },
  });
  // Passed on, because only this process may have been told; an echo of the terminal's own Ctrl-C is harmless.
  let isTold = false;
  const pass = (signal: NodeJS.Signals) => {
    isTold = true;
    child.kill(signal);
  };
  process.on('SIGINT', pass);
  process.on('SIGTERM', pass);
  process.on('SIGHUP', pass);
  watchForParent(process.env, () => {
    if (!isTold) child.kill('SIGTERM');
  });
  child.on('error', (error) => {
    process.stderr.write(`error CLI9003  ${binary} does not start: ${error.message}. Run \`npm ci\` again.\n`);
    process.exitCode = 69;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
