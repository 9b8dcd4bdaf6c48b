import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock, Timer } from "../../base/clock.ts";
import {
  type GuardAnswer,
  type GuardRequest,
  type GuardState,
  guardAnswerSchema,
  guardStateSchema,
} from "../../base/contracts/fleet/release.ts";
import { pause } from "../../base/deadline.ts";
import { parseJson } from "../../base/json.ts";
import { Subject, sameData } from "../../base/observable.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { createDisk, type Disk } from "../guard/disk.ts";
import type { GuardLink } from "./interface.ts";

const FILE_LIMIT = 65_536;
/** Between two looks at the state file, milliseconds: a file of some hundred bytes. */
const STATE_EVERY = 1_000;
const ANSWER_EVERY = 50;
/** Longest waits for an answer, milliseconds: an install unpacks a whole release. */
const WITHIN: Readonly<Record<GuardRequest["do"], number>> = {
  install: 30 * 60_000,
  switch: 60_000,
  confirm: 30_000,
  rollback: 60_000,
  restart: 30_000,
};

/** The agent's side of the guard's directory. `close` ends the watch. */
export function createGuardLink(options: {
  readonly requests: string;
  readonly stateFile: string;
  readonly clock: Clock;
  readonly disk?: Disk;
}): GuardLink & { close(): void } {
  const { requests, stateFile, clock } = options;
  const disk = options.disk ?? createDisk();
  const state = new Subject<GuardState | undefined>(readState(), sameData);
  let timer: Timer | undefined;

  function readState(): GuardState | undefined {
    return guardStateSchema.safeParse(parseJson(disk.read(stateFile, FILE_LIMIT) ?? "")).data;
  }

  function watch(): void {
    timer = clock.setTimeout(() => {
      state.set(readState());
      watch();
    }, STATE_EVERY);
  }
  watch();

  return {
    state,
    async ask(request, signal): Promise<Result<GuardAnswer, CodedError>> {
      const id = randomUUID();
      const file = join(requests, `${id}.json`);
      const answerFile = join(requests, `${id}.answer.json`);
      try {
        disk.write(file, JSON.stringify({ id, ...request }));
      } catch (problem) {
        return err(coded("software.guard-silent", problem instanceof Error ? problem.message : requests));
      }
      const end = clock.monotonic() + WITHIN[request.do];
      let answer: GuardAnswer | undefined;
      while (answer === undefined && clock.monotonic() < end && (await pause(clock, ANSWER_EVERY, signal)))
        answer = guardAnswerSchema.safeParse(parseJson(disk.read(answerFile, FILE_LIMIT) ?? "")).data;
      // The request first: a guard that is interrupted after its answer does not find the request again.
      disk.remove(file);
      disk.remove(answerFile);
      state.set(readState());
      if (answer !== undefined) return ok(answer);
      return err(signal.aborted ? coded("common.cancelled", request.do) : coded("software.guard-silent", request.do));
    },
    close: () => timer?.cancel(),
  };
}
