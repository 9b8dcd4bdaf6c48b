import { PDFDocument } from "pdf-lib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { concat } from "../../base/bytes/bytes.ts";
import { assertOk } from "../../base/result.ts";
import {
  flag,
  groupsOf,
  integers,
  keywords,
  numberOf,
  texts,
  textsOf,
} from "../../drivers/page-printer/ipp/attributes.ts";
import { decodeMessage } from "../../drivers/page-printer/ipp/decode.ts";
import { encodeMessage } from "../../drivers/page-printer/ipp/encode.ts";
import { GROUP, type IppAttribute, type IppMessage } from "../../drivers/page-printer/ipp/message.ts";
import {
  JOB_STATE,
  OPERATION,
  type OperationName,
  PRINTER_STATE,
  statusText,
} from "../../drivers/page-printer/ipp/operations.ts";
import { createPagePrinterBench, type PagePrinterBench } from "./bench.ts";

const made = await PDFDocument.create();
made.setTitle("Certificado de residencia");
made.addPage();
made.addPage();
const pdf = await made.save();

let bench: PagePrinterBench;
beforeEach(async () => {
  bench = await createPagePrinterBench();
});
afterEach(() => bench.simulator.stop());

const PREAMBLE = [
  texts("charset", "attributes-charset", "utf-8"),
  texts("naturalLanguage", "attributes-natural-language", "en"),
  texts("uri", "printer-uri", "ipp://localhost/ipp/print"),
];

/** Says something to the printer, as any client would. */
async function ask(
  name: OperationName,
  operation: readonly IppAttribute[] = [],
  document: Uint8Array = new Uint8Array(0),
) {
  const head = encodeMessage({
    version: [2, 0],
    code: OPERATION[name],
    requestId: 5,
    groups: [{ tag: GROUP.operation, attributes: [...PREAMBLE, ...operation] }],
  });
  return await raw(concat([head, document]));
}

async function raw(request: Uint8Array): Promise<{ status: string; message: IppMessage }> {
  const answer = await bench.simulator.front.receive(request);
  if (typeof answer === "string" || answer.status !== 200) throw new Error(JSON.stringify(answer));
  const { message } = assertOk(decodeMessage(answer.body), "answer");
  return { status: statusText(message.code), message };
}

async function printer() {
  const [group] = groupsOf((await ask("Get-Printer-Attributes")).message, GROUP.printer);
  return { state: numberOf(group, "printer-state"), reasons: textsOf(group, "printer-state-reasons") };
}

async function job(id: number) {
  const [group] = groupsOf((await ask("Get-Job-Attributes", [integers("job-id", id)])).message, GROUP.job);
  return {
    state: numberOf(group, "job-state"),
    reasons: textsOf(group, "job-state-reasons"),
    out: numberOf(group, "job-impressions-completed"),
  };
}

describe("a job", () => {
  test("waits for its document, prints page by page and is kept with it", async () => {
    expect(await ask("Create-Job")).toMatchObject({ status: "successful-ok" });
    expect(await job(1)).toMatchObject({
      state: JOB_STATE["pending-held"],
      reasons: expect.arrayContaining(["job-incoming"]),
    });
    await ask("Send-Document", [integers("job-id", 1), flag("last-document", true)], pdf);
    expect(await job(1)).toMatchObject({ state: JOB_STATE.processing, out: 0 });
    await bench.advance(1_500);
    expect(await job(1)).toMatchObject({ state: JOB_STATE.processing, out: 1 });
    await bench.advance(1_500);
    expect(await job(1)).toEqual({ state: JOB_STATE.completed, reasons: ["job-completed-successfully"], out: 2 });
    expect(bench.simulator.printed).toMatchObject([{ title: "Certificado de residencia", pages: 2, document: pdf }]);
  });

  test("stops with the printer and goes on with it", async () => {
    await bench.act("paperEnd", { afterSheets: 1 });
    await ask("Print-Job", [], pdf);
    await bench.advance(5_000);
    expect(await job(1)).toMatchObject({ state: JOB_STATE["processing-stopped"], out: 1 });
    expect(await printer()).toEqual({ state: PRINTER_STATE.stopped, reasons: ["media-empty-error", "media-needed"] });
    await bench.act("loadPaper");
    await bench.advance(2_000);
    expect(await job(1)).toMatchObject({ state: JOB_STATE.completed, out: 2 });
  });

  test("can be cancelled until it has ended", async () => {
    await ask("Print-Job", [], pdf);
    expect(await ask("Cancel-Job", [integers("job-id", 1)])).toMatchObject({ status: "successful-ok" });
    expect(await job(1)).toMatchObject({ state: JOB_STATE.canceled });
    expect(await ask("Cancel-Job", [integers("job-id", 1)])).toMatchObject({ status: "client-error-not-possible" });
  });

  test("stands in the list that it belongs to", async () => {
    await ask("Print-Job", [texts("nameWithoutLanguage", "job-name", "one")], pdf);
    await bench.advance(5_000);
    await ask("Print-Job", [texts("nameWithoutLanguage", "job-name", "two")], pdf);
    const names = async (which: string) => {
      const list = await ask("Get-Jobs", [keywords("which-jobs", which), keywords("requested-attributes", "job-name")]);
      return groupsOf(list.message, GROUP.job).flatMap((group) => textsOf(group, "job-name"));
    };
    expect([await names("completed"), await names("not-completed")]).toEqual([["one"], ["two"]]);
  });

  test("is forgotten when the power goes", async () => {
    await ask("Print-Job", [], pdf);
    await bench.act("powerOff");
    expect(bench.simulator.reachable).toBe(false);
    await bench.act("powerOn");
    await bench.advance(3_000);
    expect(bench.simulator.reachable).toBe(true);
    expect(await ask("Get-Job-Attributes", [integers("job-id", 1)])).toMatchObject({
      status: "client-error-not-found",
    });
  });
});

test.each([
  ["openCover", "cover-open-error"],
  ["jam", "media-jam-error"],
  ["tonerEmpty", "toner-empty-error"],
  ["outputFull", "output-area-full-error"],
  ["pause", "paused"],
])("%s stops the printer: %s", async (action, reason) => {
  await bench.act(action);
  expect(await printer()).toEqual({ state: PRINTER_STATE.stopped, reasons: [reason] });
  await bench.act("repair");
  expect(await printer()).toEqual({ state: PRINTER_STATE.idle, reasons: ["none"] });
});

test("requests that RFC 8011 forbids are refused", async () => {
  const request = (change: Partial<IppMessage>) =>
    raw(
      encodeMessage({
        version: [2, 0],
        code: OPERATION["Get-Printer-Attributes"],
        requestId: 5,
        groups: [{ tag: GROUP.operation, attributes: PREAMBLE }],
        ...change,
      }),
    );
  expect(await request({ version: [9, 0] })).toMatchObject({ status: "server-error-version-not-supported" });
  expect(await request({ requestId: 0 })).toMatchObject({ status: "client-error-bad-request" });
  expect(await request({ groups: [] })).toMatchObject({ status: "client-error-bad-request" });
  expect(await request({ code: 0x3fff })).toMatchObject({ status: "server-error-operation-not-supported" });
});

test("an action with wrong parameters is refused with a sentence", async () => {
  await expect(bench.act("paperEnd", { afterSheets: -1 })).rejects.toThrow("zero or more");
  await expect(bench.act("wireFault", { fault: "none" })).rejects.toThrow("must be one of");
});

test("the dock is told of every change", async () => {
  const seen: string[] = [];
  bench.simulator.state.subscribe((state) => seen.push(JSON.stringify(state)));
  await ask("Print-Job", [], pdf);
  await bench.advance(4_000);
  expect(seen.some((state) => state.includes('"pages":"1/2"'))).toBe(true);
  expect(seen.at(-1)).toContain('"phase":"completed"');
});
