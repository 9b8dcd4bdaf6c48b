import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { Root } from "../devices/root.ts";
import { driverBench } from "./bench.ts";

test("a device that there is no test for is told as not tried, and no program is run", async () => {
  const bench = driverBench({
    ...{ clock: new SimulatedClock(), root: new Root("/"), paper: "", skipScan: true, scanWithin: 1 },
    programs: { driver: ["/nowhere"], agent: ["/nowhere"] },
  });
  const device = { id: "keys", kind: "keypad", model: "m", port: "/dev/hidraw0" } as const;
  expect(await bench.test(device, new AbortController().signal)).toMatchObject({
    ...{ verdict: "not-run", detail: { en: "there is no test for this kind of device yet" } },
  });
});
