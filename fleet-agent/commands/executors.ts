import type { Clock } from "../../base/clock.ts";
import type { Command, CommandReport } from "../../base/contracts/fleet/command.ts";
import type { KioskPart } from "../../base/contracts/fleet/names.ts";
import type { DeviceTestResult, RuntimeStatus } from "../../base/contracts/runtime-control.ts";
import type { Observable } from "../../base/observable.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import type { RuntimeLink } from "../runtime-link/interface.ts";
import type { ServerClient } from "../server-link/client.ts";
import type { GuardLink, Software } from "../software/interface.ts";
import { Wake } from "../wake.ts";
import { gatherLogs } from "./logs.ts";

/** How a command ended. */
export type CommandEnd = Omit<CommandReport, "id" | "state"> & {
  readonly state: "done" | "failed" | "unknown" | "refused";
};

export type ExecutorOptions = {
  readonly link: RuntimeLink;
  readonly software: Software;
  readonly guard: GuardLink;
  readonly client: ServerClient;
  /** JSON-lines log file by part. */
  readonly logs: Partial<Readonly<Record<KioskPart, string>>>;
  readonly clock: Clock;
};

/** How long a restart waits for a citizen to leave, and for the part to be back, milliseconds. */
const CITIZEN_WITHIN = 180_000;
const BACK_WITHIN = 60_000;

const done: CommandEnd = { state: "done" };

/** Carries out one command of the closed list; ends at `signal`. */
export async function execute(
  id: string,
  command: Command,
  options: ExecutorOptions,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const { link } = options;
  switch (command.name) {
    case "restart-part":
      return await options.software.exclusive(() => restart(command.part, options, signal));
    case "device-self-test":
      return await testDevice(link, command.device, "self-test", signal);
    case "reset-device":
      return endOfTest(await link.resetDevice(command.device, signal));
    case "test-print":
      return await testDevice(link, command.device, "test-print", signal);
    case "drain":
      return endOf(await link.setMode("draining", signal));
    case "maintenance":
      return endOf(await link.setMode("maintenance", signal));
    case "resume":
      return endOf(await link.setMode("in-service", signal));
    case "logs":
      return await uploadLogs(id, command.part, command.lines, options, signal);
  }
}

async function restart(
  part: KioskPart,
  { link, guard, clock }: ExecutorOptions,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const before = link.status.value?.boot;
  if (
    part === "runtime" &&
    !(await holds(link.status, (status) => status?.serving !== true, CITIZEN_WITHIN, clock, signal))
  )
    return failure("refused", coded("agent.citizen-served"));
  // The time may have been over while an update or a citizen was waited for.
  if (signal.aborted) return failure("failed", coded("common.cancelled", part));
  const asked = await guard.ask({ do: "restart", part }, signal);
  if (!asked.ok) return endOf(asked);
  const { ok, code, message } = asked.value;
  if (!ok)
    return { state: "failed", ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
  if (part === "shell") return done;
  // The agent's own end comes from outside; its next session knows that the command is done.
  const back = (status: RuntimeStatus | undefined) =>
    part === "runtime" && status !== undefined && status.boot !== before;
  if (await holds(link.status, back, BACK_WITHIN, clock, signal)) return done;
  return failure("failed", coded("agent.part-not-back", part));
}

/** Whether `test` holds within `milliseconds`. */
async function holds<T>(
  observable: Observable<T>,
  test: (value: T) => boolean,
  milliseconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const wake = new Wake();
  const unsubscribe = observable.subscribe(() => wake.call());
  const end = clock.monotonic() + milliseconds;
  for (let rest = milliseconds; rest > 0 && !test(observable.value) && !signal.aborted; rest = end - clock.monotonic())
    await wake.wait(clock, rest, signal);
  unsubscribe();
  return test(observable.value);
}

async function testDevice(
  link: RuntimeLink,
  device: string,
  test: "self-test" | "test-print",
  signal: AbortSignal,
): Promise<CommandEnd> {
  return endOfTest(await link.testDevice(device, test, signal));
}

function endOfTest(tested: Result<DeviceTestResult, CodedError>): CommandEnd {
  if (!tested.ok) return endOf(tested);
  const { outcome, code, message } = tested.value;
  return {
    state: outcome === "ok" ? "done" : outcome === "error" ? "failed" : "unknown",
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message: message.slice(0, 500) }),
  };
}

async function uploadLogs(
  id: string,
  part: KioskPart,
  lines: number,
  { client, logs, clock }: ExecutorOptions,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const gathered = await gatherLogs(part, lines, logs[part], clock, signal);
  if (!gathered.ok) return endOf(gathered);
  const sent = await client.request({
    method: "POST",
    path: `/device/v1/logs/${id}`,
    body: gathered.value,
    signal,
  });
  if (!sent.ok) return failure("failed", sent.error.error);
  // A page of whoever stands in between is no receipt.
  return sent.value.status === 204
    ? done
    : failure("failed", coded("agent.server-answer", `status ${sent.value.status}`));
}

/** What is asked twice without harm has failed when it had no answer; a test or a print that had none may have happened. */
function endOf(result: Result<unknown, CodedError>): CommandEnd {
  if (result.ok) return done;
  const { code } = result.error;
  if (code === "agent.runtime-refused") return failure("refused", result.error);
  if (code === "agent.runtime-no-answer" || code === "common.deadline") return failure("unknown", result.error);
  return failure("failed", result.error);
}

function failure(state: CommandEnd["state"], { code, message }: CodedError): CommandEnd {
  return { state, code, message: message.slice(0, 500) };
}
