import { describe, expect, test } from "vitest";
import type { AnyStateNode } from "xstate";
import { assertOk } from "../../base/result.ts";
import { loadServices } from "../node/load-services.ts";
import { INTENT_TYPES } from "../testing/intents.ts";

const services = assertOk(await loadServices(), "the services");

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

describe.each(services)("the machine of $id", ({ machine }) => {
  const nodes = nodesOf(machine.root);
  const leaves = nodes.filter(({ type }) => type === "atomic");

  const calling = nodes.filter(({ invoke }) => invoke.length > 0).map((node) => [node.id, node] as const);

  test.each(calling)("%s: the call that it makes ends well, badly, or at a deadline", (_id, node) => {
    const [{ id } = { id: "" }] = node.invoke;
    expect(node.transitions.get(`xstate.done.actor.${id}`)?.length).toBeGreaterThan(0);
    expect(node.transitions.get(`xstate.error.actor.${id}`)?.length).toBeGreaterThan(0);
    expect(node.after.length).toBeGreaterThan(0);
    expect(node.invoke).toHaveLength(1);
  });

  test.each(calling)("%s: the last branch takes whatever no other took", (_id, node) => {
    const [{ id } = { id: "" }] = node.invoke;
    for (const event of [`xstate.done.actor.${id}`, `xstate.error.actor.${id}`])
      expect(node.transitions.get(event)?.at(-1)?.guard).toBeUndefined();
  });

  test.each(leaves.map((node) => [node.id, node] as const))("%s waits for one thing at most", (_id, node) => {
    const passing = (node.always?.length ?? 0) > 0;
    const tags = node.tags.filter((tag) => ["citizen", "busy", "finished"].includes(tag));
    if (!passing) expect(tags).toHaveLength(1);
    if (tags.includes("busy")) expect(node.after.length).toBeGreaterThan(0);
    if (passing && tags.length === 0) expect(node.always?.at(-1)?.guard).toBeUndefined();
  });

  test("every event of a citizen and of a device is handled or ignored on purpose", () => {
    for (const event of [
      ...INTENT_TYPES,
      "ABANDON",
      "CHIP_PROGRESS",
      "PAPER_PROGRESS",
      "PAYMENT_PROMPT",
      "PRINT_PROGRESS",
    ])
      expect(machine.root.transitions.has(event), event).toBe(true);
  });
});
