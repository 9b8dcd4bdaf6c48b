import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PDFDocument } from "pdf-lib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { assertOk } from "../../../base/result.ts";
import { countFileAs } from "../../../drivers/contract-suite.ts";
import { createPagePrinter } from "../../../drivers/page-printer/driver.ts";
import { createHttpLink } from "../../../drivers/page-printer/http-link.ts";
import type { PagePrinter } from "../../../drivers/page-printer/interface.ts";
import { type Ippeveprinter, ippeveprinterMissing, startIppeveprinter } from "../../support/ippeveprinter.ts";
import { until } from "../../support/until.ts";
import { driver, endAll } from "../driver-cli/rig.ts";

/** Our client against CUPS' reference printer: nothing in it is ours. */

const certificate = await PDFDocument.create();
for (let page = 0; page < 2; page++) certificate.addPage([595.28, 841.89]);
const pdf = await certificate.save();
const missing = ippeveprinterMissing();
countFileAs({ kind: "page-printer", model: "ipp", transport: "ippeveprinter", tests: "own" });

let directory: string;
let peer: Ippeveprinter | undefined;
let printer: PagePrinter;

beforeEach(async (context) => {
  if (missing !== undefined) context.skip(missing);
  directory = mkdtempSync(join(tmpdir(), "ipp-"));
  // Prints two pages; waits for paper while `empty` is there, and for `go` while `hold` is; ends as `status` says.
  peer = await startIppeveprinter(
    directory,
    `cd ${directory}
while [ -e hold ]; do sleep 0.05; done
echo "ATTR: job-impressions-completed=1" >&2
if [ -e empty ]; then
  echo "STATE: +media-empty-error" >&2
  while [ -e empty ]; do sleep 0.05; done
  echo "STATE: -media-empty-error" >&2
fi
echo "ATTR: job-impressions-completed=2" >&2
exit $(cat status 2>/dev/null || echo 0)`,
  );
  printer = assertOk(connect(peer.uri), "address");
});

afterEach(async () => {
  endAll();
  await printer?.stop();
  await peer?.stop();
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
});

function connect(uri: string, authority?: string) {
  const link = createHttpLink(uri, { clock: systemClock, ...(authority === undefined ? {} : { authority }) });
  if (!link.ok) return link;
  return {
    ok: true as const,
    value: createPagePrinter({
      ...{ id: "page-printer", link: link.value, clock: systemClock, random: Math.random, log: silentLogger },
      newIntent: () => `test-${process.pid}-${performance.now()}`,
    }),
  };
}

const touch = (name: string, content = "") => writeFileSync(join(directory, name), content);
const remove = (name: string) => rmSync(join(directory, name), { force: true });
const received = () => readdirSync(peer?.spool ?? "").filter((name) => name.endsWith(".pdf"));

test("a PDF is printed: confirmed by the printer, with its count of pages, byte for byte, once", async () => {
  expect(await printer.print({ pdf })).toEqual({ outcome: "ok", value: { printed: 2, confirmed: true, job: 1 } });
  expect(received()).toHaveLength(1);
  expect(readFileSync(join(peer?.spool ?? "", received()[0] ?? "")).equals(pdf)).toBe(true);
  expect(printer.status.value).toMatchObject({ link: "connected", kind: "page-printer" });
  expect(printer.capabilities).toMatchObject({ createJob: true, media: expect.arrayContaining(["iso_a4_210x297mm"]) });
});

test("its tray holds letter paper only: a warning that A4 is not loaded", async () => {
  await printer.refresh();
  expect(printer.status.value).toMatchObject({
    readiness: "ready",
    conditions: [{ code: "a4-not-ready", severity: "warning", who: "attendant" }],
  });
});

test("the engine fails: an error, although the printer counts a page", async () => {
  touch("status", "1");
  expect(await printer.print({ pdf })).toMatchObject({
    outcome: "error",
    error: { code: "page-printer.job-aborted", message: expect.stringContaining("aborted-by-system") },
  });
});

test("paper out in the middle: a condition while it lasts, then printed", async () => {
  touch("empty");
  const outcome = printer.print({ pdf });
  const codes = () => printer.status.value.conditions.map(({ code }) => code);
  await until("the tray is empty", () => codes().includes("media-empty"));
  remove("empty");
  expect(await outcome).toMatchObject({ outcome: "ok" });
  await printer.refresh();
  expect(codes()).not.toContain("media-empty");
});

test("an intent is recalled after a restart of the driver", async () => {
  expect(await printer.print({ pdf }, { intent: "folio-1" })).toMatchObject({ outcome: "ok" });
  await printer.stop();
  printer = assertOk(connect(peer?.uri ?? ""), "address");
  expect(await printer.recall("folio-1")).toMatchObject({ outcome: "ok", value: { job: 1, printed: 2 } });
  expect(await printer.recall("folio-2")).toMatchObject({
    outcome: "unknown",
    error: { code: "page-printer.job-unknown" },
  });
});

test("over TLS its own certificate must be known: without it nothing is sent, with it the document is printed", async () => {
  const { secureUri = "", certificate = "", spool = "" } = peer ?? {};
  const stranger = assertOk(connect(secureUri), "address");
  expect(await stranger.print({ pdf })).toMatchObject({
    outcome: "error",
    error: { code: "link.refused", message: expect.stringContaining("SELF_SIGNED_CERT") },
  });
  expect(readdirSync(spool)).toEqual([]);
  const known = assertOk(connect(secureUri, readFileSync(certificate, "utf8")), "address");
  expect(await known.print({ pdf })).toMatchObject({ outcome: "ok", value: { printed: 2 } });
});

test("while it prints something else it refuses jobs: the next one waits its turn", async () => {
  touch("hold");
  const other = assertOk(connect(peer?.uri ?? ""), "address");
  const first = other.print({ pdf });
  await until("the first one is there", () => received().length === 1);
  const second = printer.print({ pdf });
  await until("the second one is asked for", () => printer.status.value.readiness === "busy");
  remove("hold");
  expect([(await first).outcome, (await second).outcome]).toEqual(["ok", "ok"]);
  expect(received()).toHaveLength(2);
  await other.stop();
});

test("cancelled in the middle: the printer itself says that it was", async () => {
  touch("hold");
  const caller = new AbortController();
  const outcome = printer.print(
    { pdf },
    { signal: caller.signal, onProgress: (step) => step === "printing" && caller.abort() },
  );
  await until("cancelled", () => caller.signal.aborted);
  remove("hold");
  expect(await outcome).toMatchObject({ outcome: "error", error: { code: "page-printer.job-cancelled" } });
});

test("a printer without PDF: an error before anything is sent", async () => {
  await peer?.stop();
  peer = await startIppeveprinter(join(directory, "b"), "exit 0", "image/pwg-raster");
  const raster = assertOk(connect(peer.uri), "address");
  expect(await raster.print({ pdf })).toMatchObject({
    outcome: "error",
    error: { code: "page-printer.format-unsupported" },
  });
  expect(readdirSync(peer.spool)).toEqual([]);
});

test("the printer goes away with the document: unknown within half a minute or so, and never sent again", async () => {
  touch("hold");
  const outcome = printer.print({ pdf });
  await until("the document is there", () => received().length === 1);
  await peer?.stop();
  expect(await outcome).toMatchObject({ outcome: "unknown", error: { code: "link.refused" } });
}, 90_000);

test("from the command line: print, status, recall and cancel", async () => {
  const file = join(directory, "certificate.pdf");
  writeFileSync(file, pdf);
  const run = (...args: string[]) => driver(["page-printer", ...args, "--port", peer?.uri ?? ""]).ended;
  expect(await run("print", "--file", file, "--intent", "folio-3", "--timeout", "60")).toMatchObject({
    status: 0,
    outcome: { outcome: "ok", result: { printed: 2, confirmed: true, job: 1 } },
  });
  expect(await run("status")).toMatchObject({ status: 0, outcome: { result: { link: "connected" } } });
  expect(await run("recall", "--intent", "folio-3")).toMatchObject({ status: 0, outcome: { result: { job: 1 } } });
  expect(await run("cancel", "--job", "1")).toMatchObject({ status: 0, outcome: { result: { job: 1 } } });
  expect(await run("cancel", "--job", "77")).toMatchObject({
    status: 1,
    outcome: { error: { code: "page-printer.job-unknown" } },
  });
});
