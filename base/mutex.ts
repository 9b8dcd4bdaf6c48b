/**
 * Mutual exclusion. There is no acquire and no release: the lock lives exactly as long as `work`, whether it
 * returns or throws. Waiters are served in the order of arrival.
 */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  async withLock<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  get busy(): boolean {
    return this.#waiting > 0;
  }
}
