import { assign } from "xstate";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { DELAYS } from "../../engine/delays.ts";
import type { JourneyState } from "../../engine/journey.ts";
import { problem } from "../moves.ts";

/** Why a scan did not do, as the citizen must be told; `null`: nobody came, go on waiting. */
export function scanProblem(error: CodedError): "malformed" | "not-a-cedula" | "reader-gone" | null {
  if (error.code === "common.deadline") return null;
  if (error.code === "flows.not-a-cedula") return "not-a-cedula";
  return error.who === "citizen" ? "malformed" : "reader-gone";
}

/** Where a scan stands in a step. */
export type ScanWay = {
  /** Whoever shows the cédula must be the one who was identified. */
  readonly signer?: boolean;
  /** Where it leads with a cédula that is not expired, in `context.card`. */
  readonly target: string;
  /** What the citizen can do meanwhile. */
  readonly on: NonNullable<JourneyState["on"]>;
};

/** The state `scanning`, which waits for a cédula until one comes; a reader that fails leads to `readerGone`. */
export function scanState({ signer = false, target, on }: ScanWay): JourneyState {
  return {
    tags: "citizen",
    invoke: {
      src: "scan",
      input: ({ context }) => ({ ports: context.ports, signer }),
      onDone: [
        {
          guard: ({ event }) => event.output.outcome === "ok" && event.output.value.expired,
          target: "scanning",
          reenter: true,
          actions: problem("expired"),
        },
        {
          guard: ({ event }) => event.output.outcome === "ok",
          target,
          actions: assign(({ event }) =>
            event.output.outcome === "ok" ? { problem: null, attempts: 0, card: event.output.value } : {},
          ),
        },
        {
          guard: ({ event }) => event.output.outcome !== "ok" && scanProblem(event.output.error) === null,
          target: "scanning",
          reenter: true,
        },
        {
          guard: ({ event }) => event.output.outcome === "error" && scanProblem(event.output.error) !== "reader-gone",
          target: "scanning",
          reenter: true,
          actions: assign(({ event }) => ({
            problem: event.output.outcome === "error" ? scanProblem(event.output.error) : null,
          })),
        },
        { target: "readerGone" },
      ],
      onError: "readerGone",
    },
    after: { [DELAYS.scan]: { target: "scanning", reenter: true } },
    on,
  };
}
