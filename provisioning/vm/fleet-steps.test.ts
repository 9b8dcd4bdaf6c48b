import { expect, test } from "vitest";
import { notInService } from "./fleet-steps.ts";

const KIOSK = { connected: true, service: "in-service", release: "0.1.1", update: null };

test("a kiosk counts as in service on a release only when it says so over an open connection", () => {
  expect(notInService(KIOSK, "0.1.1")).toBeUndefined();
  expect(notInService({ ...KIOSK, connected: false }, "0.1.1")).toMatch(/connection/);
  expect(notInService({ ...KIOSK, release: "0.1.0" }, "0.1.1")).toBe("it runs 0.1.0, not 0.1.1");
  expect(notInService({ ...KIOSK, release: null }, "0.1.1")).toMatch(/null/);
  expect(notInService({ ...KIOSK, service: "draining" }, "0.1.1")).toBe("its service is draining");
});
