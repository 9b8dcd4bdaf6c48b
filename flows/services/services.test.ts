import { beforeAll, expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { loadServices } from "../node/load-services.ts";
import { select, TestKiosk } from "../testing/kiosk.ts";

let services: CompiledService[];
beforeAll(async () => {
  services = assertOk(await loadServices(), "the services");
});

const CERTIFICATE = "srcei/certificado-nacimiento";

test("a citizen gets a birth certificate on paper", async () => {
  const kiosk = new TestKiosk(services);
  await kiosk.open(CERTIFICATE);
  expect(kiosk.screen).toBe("inform");
  await kiosk.act("CONTINUE");
  expect(kiosk.screen).toBe("choose");
  await kiosk.act(select("matricula"), "ACCEPT");
  expect(kiosk.view.screen).toMatchObject({
    kind: "review",
    rows: [{ value: "12.345.678-5" }, { value: "Matrícula", changeable: true }],
  });
  await kiosk.act("CONFIRM");
  expect(kiosk.screen).toBe("choose");
  await kiosk.act(select("none"));
  expect(kiosk.screen).toBe("survey");
  await kiosk.act(select("7"));
  expect(kiosk.view.screen).toMatchObject({
    kind: "finish",
    result: "delivered",
    reference: { value: "500000000001" },
  });
  expect(kiosk.ports.names).toEqual([
    "scan",
    "consent.record",
    "srcei.birth-certificate",
    "print-certificate-1",
    "survey.record",
    "settle",
  ]);
  await kiosk.act("FINISH");
  expect(kiosk.screen).toBe("attract");
});
