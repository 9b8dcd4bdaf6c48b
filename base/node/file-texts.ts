import { readFileSync, statSync } from "node:fs";

type Texts<N extends string> = { readonly [name in N]: string };

/**
 * The texts of files that others replace while this process runs, e.g. a certificate and its key. They are taken together: what
 * `accepts` refuses (a key that is new beside a certificate that is not yet) leaves the texts before it in force.
 */
export class FileTexts<N extends string> {
  readonly #files: Readonly<Record<N, string>>;
  readonly #accepts: (texts: Texts<N>) => boolean;
  #stamp: string;
  #texts: Texts<N>;

  /** @throws the file system's error when a file cannot be read at the start. */
  constructor(files: Readonly<Record<N, string>>, accepts: (texts: Texts<N>) => boolean = () => true) {
    this.#files = files;
    this.#accepts = accepts;
    this.#stamp = this.#stampNow();
    this.#texts = this.#read();
  }

  /** The texts in force; one `stat` a file. */
  current(): Texts<N> {
    try {
      const stamp = this.#stampNow();
      if (stamp === this.#stamp) return this.#texts;
      const texts = this.#read();
      if (!this.#accepts(texts)) return this.#texts;
      this.#stamp = stamp;
      this.#texts = texts;
    } catch {
      // Between the two renames of whoever replaces them: the next call sees the whole.
    }
    return this.#texts;
  }

  #stampNow(): string {
    return Object.values<string>(this.#files)
      .map((file) => {
        const { mtimeMs, ino, size } = statSync(file);
        return `${mtimeMs} ${ino} ${size}`;
      })
      .join();
  }

  #read(): Texts<N> {
    const entries = Object.entries<string>(this.#files).map(([name, file]) => [name, readFileSync(file, "utf8")]);
    return Object.fromEntries(entries);
  }
}
