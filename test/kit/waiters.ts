/** Who waits until something has happened; asked again at each `wake`. */
export class Waiters {
  readonly #waiting: { readonly ready: () => boolean; readonly resolve: () => void }[] = [];

  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ ready, resolve });
      this.wake();
    });
  }

  wake(): void {
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.ready()) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }
}
