import type { QueryName, SubmissionName } from "../../base/contracts/gateway.ts";
import type { Fact } from "../steps/ask.ts";
import { resultName, type Step } from "../steps/library.ts";

/** Where the answers of institutions tell something about the citizen. */
const TOLD: { readonly [O in QueryName | SubmissionName]?: { readonly [F in Fact]?: string } } = {
  "fonasa.affiliation": { run: "beneficiary.run", name: "beneficiary.name" },
  "fonasa.bono.issue": { run: "beneficiary.run", name: "beneficiary.name" },
  "srcei.birth-certificate": { run: "person.run", name: "person.name", "birth-date": "person.birthDate" },
};

/** What `step` tells about the citizen once it is done, each with the path by which placeholders read it. */
export function factsFrom(step: Step): readonly { readonly fact: Fact; readonly place: string }[] {
  const under = (places: { readonly [F in Fact]?: string }) =>
    Object.entries(places).map(([fact, place]) => ({ fact: fact as Fact, place: `${resultName(step)}.${place}` }));
  switch (step.kind) {
    case "identify":
      return under({ run: "run", name: "name" });
    case "look-up":
    case "issue":
      return under(TOLD[step.operation] ?? {});
    case "ask": {
      const fact = factAskedIn(step);
      return fact === undefined ? [] : under({ [fact]: "value" });
    }
    default:
      return [];
  }
}

/** What `step` asks about the citizen; `undefined` when it asks about something else, or nothing. */
export function factAskedIn(step: Step): Fact | undefined {
  if (step.kind !== "ask") return undefined;
  if (step.about !== undefined) return step.about === "other" ? undefined : step.about;
  return step.input === "run" || step.input === "email" ? step.input : undefined;
}
