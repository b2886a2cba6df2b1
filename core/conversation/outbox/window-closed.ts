/** As `window-closed`, or with the platform's code before it, as in `131047 window-closed`. */
export function isWindowClosed(reason: string): boolean {
  return /(^|\s)window-closed$/.test(reason);
}
