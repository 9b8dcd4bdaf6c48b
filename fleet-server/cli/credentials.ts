import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { parseJson } from "../../base/json.ts";

const fileSchema = z.record(z.string(), z.strictObject({ token: z.string() }));

/** Tokens of sessions by server address, in a file that only its user can read. */
export class Credentials {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  tokenOf(server: string): string | undefined {
    return this.#read()[server]?.token;
  }

  /** @param token undefined forgets it. */
  keep(server: string, token: string | undefined): void {
    const { [server]: _before, ...others } = this.#read();
    const all = token === undefined ? others : { ...others, [server]: { token } };
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const fresh = `${this.path}.${process.pid}.new`;
    writeFileSync(fresh, `${JSON.stringify(all)}\n`, { mode: 0o600 });
    renameSync(fresh, this.path);
  }

  /** A file that is missing or spoilt means signing in again. */
  #read(): z.infer<typeof fileSchema> {
    try {
      return fileSchema.safeParse(parseJson(readFileSync(this.path, "utf8"))).data ?? {};
    } catch {
      return {};
    }
  }
}
