import { beforeEach, describe, expect, test } from "vitest";
import { done, failed } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { ErrorCode } from "../../../base/registry/errors.ts";
import { assertOk } from "../../../base/result.ts";
import { loadServices } from "../../node/load-services.ts";
import { select, TestKiosk } from "../../testing/kiosk.ts";
import { CEDULA } from "../../testing/people.ts";
import { HANG } from "../../testing/scripted-ports.ts";
import { scanProblem } from "./scanning.ts";

const services = assertOk(await loadServices(), "the services");
let kiosk: TestKiosk;
beforeEach(async () => {
  kiosk = new TestKiosk(services);
});

async function identify(...scans: unknown[]): Promise<void> {
  kiosk.ports.script("scan", ...scans);
  await kiosk.open("srcei/certificado-nacimiento");
  await kiosk.act("CONTINUE");
}

describe("a card", () => {
  test("that is expired is told apart, and another one goes on", async () => {
    await identify(done({ ...CEDULA, expired: true }), HANG);
    expect(kiosk.view.screen).toMatchObject({ kind: "identify", problem: { id: "common/identify.expired" } });
  });

  test.each([
    ["flows.not-a-cedula", "not-a-cedula"],
    ["code-reader.cedula-mrz-check", "malformed"],
  ])("%s is told as %s while the reader goes on waiting", async (code, problem) => {
    await identify(failed({ code: code as ErrorCode, message: "test", who: "citizen" }), HANG);
    expect(kiosk.view.screen).toMatchObject({ kind: "identify", problem: { id: `common/identify.${problem}` } });
  });

  test("that nobody shows is waited for again, in silence", async () => {
    await identify(failed(coded("common.deadline", "test")), HANG);
    expect(kiosk.view.screen).not.toHaveProperty("problem");
    expect(kiosk.ports.names).toEqual(["scan", "scan"]);
  });

  test("is never more than a scanned document, and nothing is recorded before the consent", async () => {
    await identify(done(CEDULA));
    await kiosk.act(select("matricula"));
    expect(kiosk.ports.detail("consent.record")).toBeUndefined();
    await kiosk.act("ACCEPT");
    expect(kiosk.ports.detail("consent.record")).toMatchObject({ input: { run: CEDULA.run, identifiedBy: "cedula" } });
  });
});

describe("a reader that is gone", () => {
  test.each([
    ["link.absent", failed(coded("link.absent", "test"))],
    ["an unexpected error", new Error("test")],
  ])("%s is told once, and asked again only on a touch", async (_name, answer) => {
    await identify(answer);
    expect(kiosk.screen).toBe("problem common/identify.reader-title");
    expect(kiosk.ports.names).toEqual(["scan"]);
    await kiosk.act("RETRY");
    expect(kiosk.ports.names).toEqual(["scan", "scan"]);
    await kiosk.act("CONTINUE");
    expect(kiosk.view.screen).toMatchObject({ kind: "ask", input: "run" });
  });
});

describe("a typed RUN", () => {
  beforeEach(async () => {
    await identify(HANG);
    await kiosk.act("TYPE_RUN");
  });

  test("stops the reader: a card shown now is nobody's", () => {
    expect(kiosk.ports.names).toEqual(["scan", "scan aborted"]);
  });

  test.each(["12.345.678-5", "12345678 5", "123456785", "12.345.678-5 "])("%s is taken", async (value) => {
    await kiosk.act({ type: "SUBMIT", value });
    expect(kiosk.view.screen.kind).toBe("choose");
  });

  test.each([
    ["12.345.678-4", "run-check-digit"],
    ["hola", "run-form"],
    ["", "run-form"],
  ])("%j is kept on the page and said to be wrong (%s)", async (value, problem) => {
    await kiosk.act({ type: "SUBMIT", value });
    expect(kiosk.view.screen).toMatchObject({ kind: "ask", value, problem: { id: `common/identify.${problem}` } });
  });

  test("back leads to the reader", async () => {
    await kiosk.act("BACK");
    expect(kiosk.screen).toBe("identify");
  });
});

test("any error of a citizen's making is told to the citizen, every other means the reader", () => {
  expect(scanProblem(coded("link.lost"))).toBe("reader-gone");
  expect(scanProblem(coded("common.cancelled"))).toBe("reader-gone");
  expect(scanProblem(coded("common.deadline"))).toBeNull();
  expect(scanProblem(coded("flows.not-a-cedula"))).toBe("not-a-cedula");
});
