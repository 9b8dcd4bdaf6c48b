import type { Json, SimulatedDevice } from "../../../simulators/operator.ts";
import type { Lane } from "./lane.ts";

/** Does something to a simulated device. A hand that comes too late, e.g. for a ticket that has been retracted, does nothing. */
export function act(
  device: Pick<SimulatedDevice, "actions">,
  action: string,
  parameters: Record<string, Json> = {},
): void {
  const doIt = async () => await device.actions[action]?.run(parameters);
  void doIt().catch(() => undefined);
}

export function insertCard(lane: Lane, kind: "credit" | "debit" = "credit"): void {
  act(lane.terminal, "insertCard", { kind, last4: "0117" });
}

export function presentCedula(lane: Lane): void {
  act(lane.reader, "present-card", { run: "12345678-5" });
}

export function takePapers(lane: Lane): void {
  if (lane.printer.inMouth !== undefined) lane.printer.takeTicket();
}
