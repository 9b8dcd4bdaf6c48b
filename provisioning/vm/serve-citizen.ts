import type { CodedError } from "../../base/registry/coded-error.ts";
import { ok, type Result } from "../../base/result.ts";
import type { Citizen } from "./citizen.ts";

const RUN = "12345678-5";
/** Screens between consent and farewell differ by what the institution answers; each is left by its own way on. */
const NEXT: Readonly<Record<string, { readonly intent: string; readonly label?: RegExp }>> = {
  inform: { intent: "CONTINUE" },
  consent: { intent: "ACCEPT" },
  choose: { intent: "SELECT" },
  review: { intent: "CONFIRM" },
  "hand-off": { intent: "CONTINUE" },
  survey: { intent: "SELECT", label: /7/ },
  finish: { intent: "FINISH" },
};
const STEPS = 20;

/** Somebody gets a birth certificate with the cédula: from the attract screen to the paper in the hand, and back. */
export async function serveOneCitizen(citizen: Citizen): Promise<Result<string, CodedError>> {
  const began = await begin(citizen);
  if (!began.ok) return began;
  const seen: string[] = [];
  let papers = 0;
  for (let step = 0; step < STEPS; step++) {
    const screen = await citizen.sees(...Object.keys(NEXT), "deliver", "attract", "problem");
    if (!screen.ok) return screen;
    const { kind } = screen.value;
    seen.push(kind);
    if (kind === "attract") {
      const given =
        papers > 0 ? `${papers} paper in the hand` : "no paper: the printer was late, the document went to the phone";
      return ok(`${given}; ${seen.join(" → ")}`);
    }
    if (kind === "deliver") {
      const printed = await citizen.finds("a ticket in the printer's mouth", (devices) =>
        /"ticketInMouth":true/.test(devices),
      );
      if (!printed.ok) return printed;
      await citizen.photograph("ticket-in-the-mouth");
      const taken = await citizen.hand("receipt-printer", "takeTicket");
      if (!taken.ok) return taken;
      papers += 1;
      continue;
    }
    const next = NEXT[kind];
    if (next === undefined) break;
    const touched = await citizen.touches(next.intent, next.label);
    if (!touched.ok) return touched;
  }
  return citizen.fails(`the journey did not come to its end: ${seen.join(" → ")}`);
}

async function begin(citizen: Citizen): Promise<Result<void, CodedError>> {
  for (const [kind, intent, label] of [
    ["attract", "START", undefined],
    ["services", "OPEN_SERVICE", /nacimiento/i],
    ["inform", "CONTINUE", undefined],
  ] as const) {
    const seen = await citizen.sees(kind);
    if (!seen.ok) return seen;
    const touched = await citizen.touches(intent, label);
    if (!touched.ok) return touched;
  }
  const reader = await citizen.sees("identify");
  if (!reader.ok) return reader;
  const presented = await citizen.hand("code-reader", "present-card", { run: RUN });
  return presented.ok ? ok() : presented;
}
