import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { KioskStack } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { finishes, leaves, toCertificateReview } from "../journeys/walk.ts";

const CERTIFICATE = "srcei/certificado-nacimiento";

describe("a service whose document is on A4 pages", () => {
  let stack: KioskStack;
  let printer: string;

  const jobs = async () => {
    const state = (await stack.operator.state(printer)) as { jobs: { phase: string; pages: string }[] };
    return state.jobs.map(({ phase, pages: done }) => `${phase} ${done}`);
  };
  const pages = () => stack.lastJourney().effects.filter(({ kind }) => kind === "print");

  /** The certificate's service with pages in place of its ticket, and the page printer in the kiosk's configuration. */
  async function withPages(): Promise<void> {
    const services = join(stack.directory, "services");
    cpSync("flows/services", services, { recursive: true });
    const folder = join(services, CERTIFICATE);
    const definition = parse(readFileSync(join(folder, "service.yaml"), "utf8"));
    for (const step of definition.steps)
      if (step.kind === "issue") step.prints = [{ name: "certificate", paper: "a4" }];
    definition.requires = ["code-reader", "page-printer"];
    writeFileSync(join(folder, "service.yaml"), stringify(definition));
    rmSync(join(folder, "receipts.yaml"));

    const simulated = await (await fetch(`${stack.demo.simulators}/api/devices`)).json();
    const { id, port } = simulated.find(({ kind }: { kind: string }) => kind === "page-printer");
    printer = id;
    const file = join(stack.directory, "kiosk.yaml");
    const config = parse(readFileSync(file, "utf8"));
    const others = config.devices.filter(({ kind }: { kind: string }) => kind !== "page-printer");
    const devices = [...others, { id: "pages", kind: "page-printer", model: "ipp", port }];
    writeFileSync(file, stringify({ ...config, services, devices }));
    await stack.powerCut();
  }

  beforeAll(async () => {
    stack = await KioskStack.start();
    await withPages();
    await stack.serves("srcei");
  });
  afterAll(() => stack?.stop());

  test("comes out of the page printer, confirmed by it, and no ticket does", async () => {
    await toCertificateReview(stack);
    await stack.kiosk.does({ type: "CONFIRM" });
    await stack.kiosk.sees("choose", /copia/, 60_000);
    expect(await jobs()).toEqual(["completed 1/1"]);
    expect(await stack.papers()).toEqual([]);
    await stack.kiosk.does({ type: "SELECT", option: "none" });
    expect((await finishes(stack)).result).toBe("delivered");
    await leaves(stack);
    await stack.settled();
    expect(pages()).toMatchObject([{ name: "print-certificate-1", state: "done", detail: "confirmed" }]);
    expect(stack.tracesOf("IBÁÑEZ", "11111111-1", "11.111.111-1")).toEqual([]);
  });

  test("a runtime that dies while it is printed asks the printer, and prints nothing twice", async () => {
    await toCertificateReview(stack);
    await stack.kiosk.does({ type: "CONFIRM" });
    await until(
      "the pages in the printer",
      async () => (await jobs()).some((job) => job.startsWith("processing")),
      30_000,
    );
    await stack.powerCut();
    const { incidents } = await stack.settled(60_000);
    expect(pages()).toMatchObject([{ state: "done", detail: "confirmed" }]);
    expect(incidents).toEqual([]);
    expect(await jobs()).toEqual(["completed 1/1", "completed 1/1"]);
  });

  test("is offered only while there is a page printer that can print", async () => {
    await stack.kiosk.sees("attract");
    await stack.operator.act(printer, "openCover");
    await until("the printer's fault", async () =>
      (await stack.health()).devices.some(
        ({ kind, readiness }) => kind === "page-printer" && readiness === "unavailable",
      ),
    );
    await stack.kiosk.does({ type: "START" });
    const { services } = await stack.kiosk.sees("services");
    expect(services.find(({ id }) => id === CERTIFICATE)?.unavailable?.text).toMatch(/imprimir hojas/);
    await stack.operator.act(printer, "closeCover");
    await stack.kiosk.opens(CERTIFICATE);
  });
});
