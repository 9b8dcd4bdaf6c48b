import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** Versions in the fleet's repository: one that runs, and one whose runtime ends at its start. */
export type FleetReleases = { readonly good: string; readonly broken: string };

const lineSchema = z.union([
  z.strictObject({ ready: z.strictObject({ good: z.string(), broken: z.string() }) }),
  z.strictObject({ id: z.number(), answer: z.unknown() }),
  z.strictObject({ id: z.number(), error: z.string() }),
]);
type Line = z.infer<typeof lineSchema>;

/** Builds releases and a repository first. */
const READY_WITHIN = 600_000;
const CALL_WITHIN = 60_000;
const LAST_WORDS = 2_000;

/** The project's own fleet server on this machine's loopback, as a process beside, with a member of staff who does what is asked. */
export class Fleet {
  readonly releases: FleetReleases;
  readonly #child: ChildProcess;
  readonly #waiting: Map<number | "ready", (line: Line | undefined) => void>;
  readonly #clock: Clock;
  #order = 0;

  private constructor(
    releases: FleetReleases,
    parts: {
      readonly child: ChildProcess;
      readonly waiting: Map<number | "ready", (line: Line | undefined) => void>;
      readonly clock: Clock;
    },
  ) {
    this.releases = releases;
    this.#child = parts.child;
    this.#waiting = parts.waiting;
    this.#clock = parts.clock;
  }

  /**
   * @param project folder of the project.
   * @param directory of repository, keys and database; emptied first.
   * @param publicUrl address under which the machine inside reaches it.
   */
  static async start(
    project: string,
    { directory, publicUrl, clock }: { readonly directory: string; readonly publicUrl: string; readonly clock: Clock },
  ): Promise<Result<Fleet, CodedError>> {
    const child = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        join(project, "scripts", "vm-fleet.ts"),
        ...["--directory", directory, "--public-url", publicUrl],
      ],
      { cwd: project, stdio: ["pipe", "pipe", "pipe"] },
    );
    const waiting = new Map<number | "ready", (line: Line | undefined) => void>();
    let words = "";
    child.stdin.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-LAST_WORDS);
    });
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = lineSchema.safeParse(parseJson(text)).data;
      if (line !== undefined) waiting.get("ready" in line ? "ready" : line.id)?.(line);
    });
    for (const end of ["error", "exit"])
      child.once(end, () => {
        for (const give of [...waiting.values()]) give(undefined);
      });
    const ready = await answerOf(waiting, "ready", READY_WITHIN, clock);
    if (ready !== undefined && "ready" in ready) return ok(new Fleet(ready.ready, { child, waiting, clock }));
    child.kill("SIGTERM");
    return err(coded("vm.no-answer", `the fleet server: ${words.trim().slice(-500)}`));
  }

  /** What the staff API answers. @param path below `/api/v1`. */
  async call<S extends z.ZodType>(
    schema: S,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Result<z.infer<S>, CodedError>> {
    const id = ++this.#order;
    const answer = answerOf(this.#waiting, id, CALL_WITHIN, this.#clock);
    this.#child.stdin?.write(`${JSON.stringify({ id, method, path, body })}\n`);
    const line = await answer;
    const failed = (why: string) => err(coded("vm.no-answer", `${method} ${path}: ${why}`));
    if (line === undefined) return failed("the fleet server is gone or silent");
    if ("error" in line) return failed(line.error);
    const parsed = schema.safeParse("answer" in line ? line.answer : undefined);
    return parsed.success ? ok(parsed.data) : failed(`${parsed.error.issues[0]?.path.join(".")} is not as expected`);
  }

  close(): void {
    this.#child.stdin?.end();
  }
}

function answerOf(
  waiting: Map<number | "ready", (line: Line | undefined) => void>,
  id: number | "ready",
  within: number,
  clock: Clock,
): Promise<Line | undefined> {
  const { promise, resolve } = Promise.withResolvers<Line | undefined>();
  const timer = clock.setTimeout(() => give(undefined), within);
  const give = (line: Line | undefined) => {
    timer.cancel();
    waiting.delete(id);
    resolve(line);
  };
  waiting.set(id, give);
  return promise;
}
