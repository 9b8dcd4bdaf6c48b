import { type Language, type Told, told } from "../../base/told.ts";

/** Exit status of `sysexits.h`. */
export const BAD_USAGE = 64;

/** Where a command writes, and in which language; a test collects. */
export class Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly language: Language;

  constructor(out: (text: string) => void, err: (text: string) => void, language: Language = "en") {
    this.out = out;
    this.err = err;
    this.language = language;
  }

  /** The same in another language. */
  in(language: Language): Output {
    return new Output(this.out, this.err, language);
  }

  say(line: Told | string): void {
    this.out(`${this.#words(line)}\n`);
  }

  /** Says on standard error what is wrong; returns `status`, so that a command can end with it. */
  fail(message: Told | string, status: number): number {
    this.err(`${this.#words(message)}\n`);
    return status;
  }

  #words(said: Told | string): string {
    return typeof said === "string" ? said : said[this.language];
  }
}

/** What a command says that was given a folder without services. */
export function noService(path: string): Told {
  return told(
    `There is no service.yaml at or below ${path}.`,
    `No hay un archivo service.yaml en ${path} ni en sus carpetas.`,
  );
}
