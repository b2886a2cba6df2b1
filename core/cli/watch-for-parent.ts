/** How soon the end of the parent is noticed. */
const askedEveryMs = 250;

/**
 * npm and npx run a command inside `sh -c` and pass SIGTERM to that shell alone, which dies of it and tells nobody (dash and busybox;
 * bash puts the command in its own place). So a process that npm has begun calls `orphaned` once when its parent is gone. One that
 * nobody put behind npm may outlive its parent, as `polyphon start &` in a terminal does.
 * This module runs on old Node versions too: nothing newer than Node 18 may be used in it.
 */
export function watchForParent(env: Readonly<Record<string, string | undefined>>, orphaned: () => void): void {
  if (env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    orphaned();
  }, askedEveryMs);
  timer.unref();
}
