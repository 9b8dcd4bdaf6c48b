import type { QueryName, SubmissionName } from "../../base/contracts/gateway.ts";
import type { Fact } from "../steps/ask/schema.ts";
import { resultName, type Step } from "../steps/library.ts";

/** Where the answers of institutions tell something about the citizen. */
const TOLD: { readonly [O in QueryName | SubmissionName]?: { readonly [F in Fact]?: string } } = {
  "fonasa.affiliation": { run: "beneficiary.run", name: "beneficiary.name" },
  "fonasa.bono.issue": { run: "beneficiary.run", name: "beneficiary.name" },
  "srcei.birth-certificate": { run: "person.run", name: "person.name", "birth-date": "person.birthDate" },
};

/** What questions of a kind ask for unless they say otherwise. */
const ASKED: { readonly [input: string]: Fact } = { run: "run", email: "email", phone: "phone", address: "address" };

/**
 * What `step` tells about the citizen once it is done, each with the path by which placeholders read it; `fact` is `undefined` for
 * an answer about something else.
 */
export function factsFrom(step: Step): readonly { readonly fact: Fact | undefined; readonly place: string }[] {
  const under = (places: { readonly [F in Fact]?: string }) =>
    Object.entries(places).map(([fact, place]) => ({ fact: fact as Fact, place: `${resultName(step)}.${place}` }));
  switch (step.kind) {
    case "identify":
      return under({ run: "run", name: "name" });
    case "look-up":
    case "issue":
      return under({ ...TOLD[step.operation] });
    case "ask":
      return [{ fact: factAskedIn(step), place: `${step.id}.value` }];
    default:
      return [];
  }
}

/** What `step` asks about the citizen; `undefined` when it asks about something else, or nothing. */
export function factAskedIn(step: Step): Fact | undefined {
  switch (step.kind) {
    case "ask": {
      const { input, about = ASKED[input] } = step;
      return about === "other" ? undefined : about;
    }
    default:
      return undefined;
  }
}
