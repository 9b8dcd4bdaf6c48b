import type { DeviceKind } from "../../base/contracts/device-status.ts";
import { RESERVED } from "../steps/endings.ts";
import { kindOf, type Step } from "../steps/library.ts";
import type { Checked } from "./checks.ts";
import { forwardFrom, nextOf, reads, stepsAfter } from "./graph.ts";
import type { DefinitionError, Path } from "./source.ts";

/** Do the steps hang together: names, targets, ways on, order of consent and money, devices. */
export function checkStructure({ definition, files }: Checked): DefinitionError[] {
  const { steps } = definition;
  const errors: DefinitionError[] = [];
  const report = (path: Path, problem: string, remedy: string) =>
    void errors.push(files.service.at(path, problem, remedy));

  if (definition.id.split("/")[0] !== definition.institution)
    report(["institution"], `the id "${definition.id}" begins with another institution`, "Make both the same.");

  const names = new Set<string>();
  for (const [index, { id }] of steps.entries()) {
    if (RESERVED.some((name) => name === id))
      report(["steps", index, "id"], `"${id}" is a name of the library`, "Give the step another name.");
    if (names.has(id)) report(["steps", index, "id"], `two steps are called "${id}"`, "Rename one of them.");
    names.add(id);
  }
  for (const [index, step] of steps.entries()) {
    const named = step.next === undefined ? [] : [{ target: step.next, path: ["next"] }];
    for (const { target, path } of [...named, ...kindOf(step).exits(step)])
      if (!names.has(target))
        report(["steps", index, ...path], `there is no step "${target}"`, `Name one of: ${[...names].join(", ")}.`);
    if (step.kind !== "finish" && nextOf(steps, step) === undefined)
      report(["steps", index], `"${step.id}" has no way on`, "Add next, or a finish step below it.");
  }
  for (const kind of ["identify", "pay"] as const) {
    const [, second] = steps.filter((step) => step.kind === kind);
    if (second !== undefined)
      report(["steps", steps.indexOf(second)], `there are two ${kind} steps`, "A service has one at most.");
  }
  if (errors.length > 0) return errors;

  const first = steps[0];
  if (first !== undefined && !kindOf(first).page)
    report(["steps", 0], `"${first.id}" has no page of its own`, "Begin with a page, e.g. inform.");
  checkReachable(steps, report);
  checkOrder(steps, report);
  checkDevices(definition.requires, steps, report);
  return errors;
}

type Report = (path: Path, problem: string, remedy: string) => void;

function checkReachable(steps: readonly Step[], report: Report): void {
  const first = steps[0];
  if (first === undefined) return;
  const reachable = stepsAfter(steps, first);
  for (const [index, step] of steps.entries()) {
    if (step !== first && !reachable.has(step.id))
      report(["steps", index], `no way leads to "${step.id}"`, "Lead a step to it, or remove it.");
    if (stepsAfter(steps, step).has(step.id))
      report(
        ["steps", index],
        `"${step.id}" leads back to itself`,
        "A service goes forward; changes belong to review.",
      );
    if (step.kind !== "review") continue;
    for (const { target, path } of kindOf(step).exits(step)) {
      const changed = steps.find(({ id }) => id === target);
      if (changed !== undefined && !(kindOf(changed).page && stepsAfter(steps, changed).has(step.id)))
        report(
          ["steps", index, ...path],
          `"${target}" is no page before "${step.id}"`,
          "Name the step that asked for it.",
        );
    }
  }
}

function checkOrder(steps: readonly Step[], report: Report): void {
  const first = steps[0];
  for (const [index, step] of steps.entries()) {
    if ((step.kind === "look-up" || step.kind === "issue") && reads(step).has("identity") && first !== undefined) {
      const unasked = stepsAfter(steps, first, ({ kind }) => kind === "consent");
      if (first === step || (first.kind !== "consent" && unasked.has(step.id)))
        report(
          ["steps", index],
          `"${step.id}" uses the identity without consent`,
          "Put a consent step on every way to it.",
        );
    }
    if (step.kind !== "pay") continue;
    const next = steps.find(({ id }) => id === nextOf(steps, step));
    if (next?.kind !== "issue")
      report(["steps", index], "what is paid for is not issued at once", "Let the issue step follow pay directly.");
    const issue = steps.find((other) => other.kind === "issue" && forwardFrom(steps, step).includes(other.id));
    for (const other of steps)
      if (issue !== undefined && other !== step && forwardFrom(steps, other).includes(issue.id))
        report(["steps", steps.indexOf(other)], `"${other.id}" goes round the payment`, `Lead it to "${step.id}".`);
  }
}

/** Who pays is told of a refund or an incident on a ticket, whatever paper the document is on. */
function neededBy(step: Step, paid: boolean): DeviceKind[] {
  switch (step.kind) {
    case "identify":
      return ["code-reader"];
    case "pay":
      return ["payment-terminal"];
    case "issue": {
      const papers = new Set(step.prints.map(({ paper }) => paper));
      return [
        ...(paid || papers.has("ticket") ? ["receipt-printer" as const] : []),
        ...(papers.has("a4") ? ["page-printer" as const] : []),
      ];
    }
    default:
      return [];
  }
}

function checkDevices(requires: readonly DeviceKind[], steps: readonly Step[], report: Report): void {
  const needed = new Map<DeviceKind, string>();
  const paid = steps.some(({ kind }) => kind === "pay");
  for (const step of steps) for (const device of neededBy(step, paid)) needed.set(device, step.id);
  for (const [device, step] of needed)
    if (!requires.includes(device)) report(["requires"], `"${step}" needs a ${device}`, `Add ${device} to requires.`);
  for (const [index, device] of requires.entries())
    if (!needed.has(device)) report(["requires", index], `no step needs a ${device}`, "Remove it from requires.");
}
