/** Gives names of a definition, each once: small letters, digits and dashes. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: readonly string[] = []) {
    this.#taken = new Set(taken);
  }

  /** A name like `wanted`, or like `otherwise` where nothing is left of it. */
  give(wanted: string, otherwise: string): string {
    const plain = wanted
      .normalize("NFD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^[^a-z]+|-+$/g, "")
      .slice(0, 40);
    const stem = plain === "" ? otherwise : plain;
    let name = stem;
    for (let number = 2; this.#taken.has(name); number++) name = `${stem}-${number}`;
    this.#taken.add(name);
    return name;
  }
}
