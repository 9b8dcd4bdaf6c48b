export type Unsubscribe = () => void;

/** A value that changes and tells its listeners: the only event mechanism between parts of one process. */
export interface Observable<T> {
  readonly value: T;
  subscribe(listener: (value: T) => void): Unsubscribe;
}

/** The writable side of an `Observable`; `set` tells listeners only when `same` says that something changed. */
export class Subject<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();
  readonly #same: (a: T, b: T) => boolean;

  constructor(value: T, same: (a: T, b: T) => boolean = Object.is) {
    this.#value = value;
    this.#same = same;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (this.#same(this.#value, value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  subscribe(listener: (value: T) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
