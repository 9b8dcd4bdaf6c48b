import { join } from "node:path";
import { z } from "zod";
import { type GuardAnswer, type GuardRequest, guardRequestSchema } from "../../base/contracts/fleet/release.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Disk } from "./disk.ts";

const REQUEST_LIMIT = 65_536;
const REQUEST = /^([0-9a-f-]{36})\.json$/;
const NOT_REQUESTS = /\.answer\.json$|^\./;
/** Looked at in one turn: what is more waits for the next. */
const AT_ONCE = 100;

type Waiting = {
  readonly file: string;
  readonly id: string | undefined;
  readonly request: Result<GuardRequest, CodedError>;
};

/** The directory that the agent asks in. The agent owns it, so nothing in it is believed: size, kind and form are checked. */
export function createRequests(directory: string, disk: Disk) {
  function read(file: string): Waiting {
    const id = z.uuid().safeParse(REQUEST.exec(file)?.[1]).data;
    const text = disk.read(join(directory, file), REQUEST_LIMIT);
    const parsed = guardRequestSchema.safeParse(parseJson(text ?? ""));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where =
        text === undefined
          ? `no file of at most ${REQUEST_LIMIT} bytes`
          : `${issue?.path.join(".")}: ${issue?.message}`;
      return { file, id, request: err(coded("guard.bad-request", `${file}: ${where}`)) };
    }
    if (parsed.data.id !== id)
      return { file, id, request: err(coded("guard.bad-request", `${file}: its name must be ${parsed.data.id}.json`)) };
    return { file, id, request: ok(parsed.data) };
  }

  return {
    /** In the order of their names; the agent asks one thing at a time. */
    waiting: (): readonly Waiting[] =>
      disk
        .names(directory)
        .filter((file) => file.endsWith(".json") && !NOT_REQUESTS.test(file))
        .sort()
        .slice(0, AT_ONCE)
        .map(read),
    /**
     * The answer first and the request gone after it: a guard that dies between the two does the request again, which changes
     * nothing. A request without a usable name cannot be answered and only goes.
     */
    answer({ file, id }: Waiting, outcome: Result<void, CodedError>): void {
      if (id !== undefined) {
        const answer: GuardAnswer = outcome.ok
          ? { id, ok: true }
          : { id, ok: false, code: outcome.error.code, message: outcome.error.message };
        const path = join(directory, `${id}.answer.json`);
        // A directory of that name would stop the guard for good.
        if (!disk.isFile(path)) disk.remove(path);
        disk.write(path, JSON.stringify(answer));
      }
      disk.remove(join(directory, file));
    },
  };
}
