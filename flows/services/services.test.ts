import { beforeAll, describe, expect, test } from "vitest";
import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
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

describe("a request", () => {
  const CONTACT = "chileatiende/solicitud-contacto";
  const toReview = async (kiosk: TestKiosk) => {
    await kiosk.open(CONTACT);
    await kiosk.act("CONTINUE", select("pensiones"), { type: "SUBMIT", value: "9 1234 5678" }, "ACCEPT");
    await kiosk.act("CONFIRM");
  };

  test("is received: the institution's number is on paper and page", async () => {
    const kiosk = new TestKiosk(services);
    await toReview(kiosk);
    expect(kiosk.view.screen).toMatchObject({ kind: "finish", result: "delivered", reference: { value: "SC-70001" } });
    expect(JSON.stringify(kiosk.ports.detail("print-slip-1"))).toContain("SC-70001");
    expect(kiosk.ports.detail("chileatiende.contact-request")).toMatchObject({
      input: { run: "12345678-5", topic: "pensiones", phone: "+56912345678" },
    });
    expect(kiosk.ports.detail("settle")).toBe("delivered");
  });

  test("waits for the network: paper and page say so, with the kiosk's number and nothing of the person", async () => {
    const kiosk = new TestKiosk(services);
    kiosk.ports.script("chileatiende.contact-request", done({ waiting: true, reference: "S-K-1-000001-A" }));
    kiosk.ports.script("consent.record", done({ waiting: true, reference: "S-K-1-000000-Z" }));
    await toReview(kiosk);
    expect(kiosk.view.screen).toMatchObject({
      kind: "finish",
      result: "waiting",
      title: { id: `${CONTACT}/done.waiting-title` },
      reference: { value: "S-K-1-000001-A" },
    });
    const paper = JSON.stringify(kiosk.ports.detail("print-slip-1"));
    expect(paper).toContain("PENDIENTE DE ENVÍO");
    expect(paper).toContain("S-K-1-000001-A");
    expect(paper).not.toMatch(/12345678|912345678|CANARIA/);
    expect(kiosk.ports.detail("settle")).toBe("waiting");
  });

  test("whose slip does not come out still stands, and the page says to note the number", async () => {
    const kiosk = new TestKiosk(services);
    kiosk.ports.script("print", failed(coded("link.lost", "test")));
    await toReview(kiosk);
    expect(JSON.stringify(kiosk.view.screen)).toContain("common/note.no-slip");
    expect(kiosk.view.screen).toMatchObject({ result: "delivered", reference: { value: "SC-70001" } });
  });

  test("that cannot be taken may be tried again, as a new one only when it certainly had no effect", async () => {
    const kiosk = new TestKiosk(services);
    kiosk.ports.script(
      "chileatiende.contact-request",
      failed(coded("link.lost", "test")),
      uncertain(coded("link.lost", "test")),
      done({ folio: "SC-1", receivedAt: "2026-11-23T12:00:00-03:00" }),
    );
    await toReview(kiosk);
    expect(kiosk.screen).toMatch(/^problem/);
    await kiosk.act("RETRY", "RETRY");
    const tries = kiosk.ports.calls.filter(({ name }) => name === "chileatiende.contact-request");
    expect(tries.map(({ detail }) => Reflect.get(Object(detail), "effect"))).toEqual([
      "request-1",
      "request-2",
      "request-2",
    ]);
    expect(kiosk.view.screen).toMatchObject({ result: "delivered" });
  });
});
