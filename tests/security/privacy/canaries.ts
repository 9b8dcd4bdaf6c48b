import { personWithRun } from "../../../simulators/people.ts";

/** The citizen whose every word is a canary. */
export const CANARY = personWithRun("19283746-4");
export const CANARY_EMAIL = "zqkan.prueba@ejemplo.cl";
export const CANARY_PHONE = "984736251";
export const CANARY_PESOS = "9182736";

/**
 * What must not be found after the session, ASCII only. The names of the canary, her parents, her town and her address all have the mark;
 * numbers are searched for in each way in which they are written.
 */
const PLANTED: readonly (readonly [what: string, text: string])[] = [
  ["a name, a place or an e-mail", "zqkan"],
  ["a name, a place or an e-mail", "Zqkan"],
  ["a name, a place or an e-mail", "ZQKAN"],
  ["the RUN", "19283746"],
  ["the RUN", "19.283.746"],
  ["the document number", CANARY.card.documentNumber],
  ["the birth date", CANARY.birthDate],
  ["the birth date", "19-10-1961"],
  ["the phone", "84736251"],
  ["the phone", "8473 6251"],
  ["what was charged", CANARY_PESOS],
  ["what was charged", "9.182.736"],
];

/** Bytes of a picture that are searched for. */
const PART = 48;

/** A find: what, and where. */
export type Find = string;

/** Everything that is searched for: the planted words and those that came up during the journey, such as a folio or a link. */
export class Canaries {
  readonly #words = new Map<string, string>(PLANTED.map(([what, text]) => [text, what]));
  readonly #pictures = new Map<string, string>();
  #pattern: RegExp | undefined;

  /** From now on `text`, which must be at least six ASCII characters, is searched for too. */
  add(what: string, text: string): void {
    if (!/^[\x20-\x7e]{6,}$/.test(text)) throw new Error(`${what} is no canary: ${text}`);
    this.#words.set(text, what);
    this.#pattern = undefined;
  }

  /** From now on a part of this picture is searched for too. */
  addPicture(what: string, picture: Uint8Array): void {
    this.#pictures.set(tellingPart(Buffer.from(picture)).toString("latin1"), what);
  }

  /** What is in these bytes, as UTF-8 or as UTF-16 (the two ways in which a browser keeps text), each once. */
  in(bytes: Uint8Array): Set<Find> {
    this.#pattern ??= new RegExp(
      [...this.#words.keys()].flatMap((word) => [quote(word), quote(wide(word))]).join("|"),
      "g",
    );
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    const found = new Set<Find>();
    for (const [match] of text.matchAll(this.#pattern)) {
      const word = match.replaceAll("\0", "");
      found.add(`${this.#words.get(word)} (${word})`);
    }
    for (const [part, what] of this.#pictures) if (text.includes(part)) found.add(what);
    return found;
  }
}

/** The bytes of a file that are least like those of another: a picture of a white paper repeats itself. */
function tellingPart(file: Buffer): Buffer {
  const parts = Array.from({ length: file.length / PART }, (_, at) => file.subarray(at * PART, (at + 1) * PART));
  const body = parts.slice(parts.length / 2);
  const variety = (part: Buffer) => new Set(part).size;
  return body.reduce((best, part) => (variety(part) > variety(best) ? part : best));
}

function wide(word: string): string {
  return [...word].join("\0");
}

function quote(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replaceAll("\0", "\\x00");
}
