import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseJson } from "../../base/json.ts";
import { projectVersion, ROOT } from "../../scripts/bundle.ts";
import type { CaseRecord, Session } from "./part.ts";

const FOLDER = join(ROOT, "out", "reliability");

type Head = Pick<Session, "seed" | "date" | "on">;
/** One line of a file: a session begins, or one of its cases is done, so many seconds after it began. */
type Line = { readonly session: Head } | { readonly seconds: number; readonly record: CaseRecord };

/** The file of one run: every session that belongs to it, written case by case, so that a run that is broken off can be gone on with. */
export class RunFile {
  readonly #path: string;
  readonly #began = performance.now();

  /** @param anew forgets what an earlier run with this seed left. */
  constructor(part: string, seed: number, { anew, folder = FOLDER }: { anew: boolean; folder?: string }) {
    this.#path = join(folder, `${part}-${seed}.jsonl`);
    mkdirSync(folder, { recursive: true });
    if (anew) rmSync(this.#path, { force: true });
  }

  get sessions(): Session[] {
    return existsSync(this.#path) ? read(this.#path) : [];
  }

  begin(head: Head): void {
    // What a session that was broken off left half written gets a line of its own.
    if (existsSync(this.#path)) appendFileSync(this.#path, "\n");
    this.#append({ session: head });
  }

  keep(record: CaseRecord): void {
    this.#append({ seconds: Math.round((performance.now() - this.#began) / 100) / 10, record });
  }

  #append(line: Line): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
  }
}

/** Every session of a part that was kept, in the order of their days. */
export function keptSessions(part: string, folder = FOLDER): Session[] {
  return globSync(join(folder, `${part}-*.jsonl`))
    .flatMap(read)
    .filter(({ records }) => records.length > 0)
    .sort((a, b) => a.date.localeCompare(b.date) || a.seed - b.seed);
}

function read(path: string): Session[] {
  const sessions: (Omit<Session, "records"> & { records: CaseRecord[] })[] = [];
  for (const text of readFileSync(path, "utf8").split("\n")) {
    const line = parseJson(text) as Line | undefined;
    if (line === undefined) continue;
    if ("session" in line) {
      sessions.push({ ...line.session, seconds: 0, records: [] });
      continue;
    }
    const session = sessions.pop();
    if (session === undefined) throw new Error(`${path} begins without a session`);
    session.records.push(line.record);
    sessions.push({ ...session, seconds: line.seconds });
  }
  return sessions;
}

/** Today, on this machine. */
export function sessionHead(seed: number): Head {
  const processors = cpus();
  const git = spawnSync("git", ["describe", "--always", "--dirty", "--exclude=*"], { cwd: ROOT, encoding: "utf8" });
  const software = `Ventanilla ${projectVersion()} (${git.status === 0 ? git.stdout.trim() : "no commit"}), Node ${process.version}`;
  const machine = `${processors.length} × ${processors[0]?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  return { seed, date: new Date().toISOString().slice(0, 10), on: `${software}, ${machine}` };
}
