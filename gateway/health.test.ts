import { afterEach, beforeEach, expect, test } from "vitest";
import { gatewayHealthSchema } from "../base/contracts/gateway.ts";
import { type GatewayKit, startGatewayKit } from "../tests/support/gateway-kit.ts";

let kit: GatewayKit;

beforeEach(async () => {
  kit = await startGatewayKit();
});

afterEach(() => kit.stop());

async function health() {
  await kit.clock.advance(3_000);
  return gatewayHealthSchema.parse((await kit.kiosk.send("GET", "/v1/health")).body).institutions;
}

test("all institutions that answer are up", async () => {
  expect(await health()).toEqual({
    fonasa: "up",
    srcei: "up",
    chileatiende: "up",
    notify: "up",
    claveunica: "up",
    fingerprint: "up",
    firmagob: "up",
  });
});

test("an institution that is cut is down, alone, and up again afterwards", async () => {
  await kit.institutions.srcei.fail("down");
  expect(await health()).toEqual({
    fonasa: "up",
    srcei: "down",
    chileatiende: "up",
    notify: "up",
    claveunica: "up",
    fingerprint: "up",
    firmagob: "up",
  });
  await kit.institutions.srcei.restore();
  expect(await health()).toEqual({
    fonasa: "up",
    srcei: "up",
    chileatiende: "up",
    notify: "up",
    claveunica: "up",
    fingerprint: "up",
    firmagob: "up",
  });
  expect(kit.logged.filter(({ event }) => event === "gateway.institution-state").map(({ fields }) => fields)).toEqual([
    { institution: "srcei", state: "down" },
    { institution: "srcei", state: "up" },
  ]);
});

test.each(["certificador", "bono"] as const)("FONASA is down when its %s is", async (service) => {
  await kit.institutions[service].fail("error-500");
  expect(await health()).toMatchObject({ fonasa: "down" });
});

test("a maintenance page counts as down", async () => {
  await kit.institutions.certificador.fail("html");
  expect(await health()).toMatchObject({ fonasa: "down" });
});

test("an institution that does not answer in two seconds is down", async () => {
  await kit.institutions.notify.fail("slow", { milliseconds: 60_000 });
  const asked = health();
  // The probe's deadline runs on the simulated clock, from the moment that the request has arrived.
  let answered = false;
  void asked.finally(() => {
    answered = true;
  });
  await expect
    .poll(async () => {
      await kit.clock.advance(500);
      return answered;
    })
    .toBe(true);
  expect(await asked).toMatchObject({ notify: "down" });
});
