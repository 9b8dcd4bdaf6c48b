import { afterEach, beforeEach, expect, test } from "vitest";
import { concat, toLatin1 } from "../../base/bytes/bytes.ts";
import { contractSuite } from "../contract-suite.ts";
import { StatusHistory } from "../first-status.suite.ts";
import { cedulaUrl } from "./cedula.ts";
import type { CodeReader } from "./interface.ts";

/** A reader and the hand that holds things under it. */
export type CodeReaderBench = {
  /** Not started. */
  readonly reader: CodeReader;
  /** Sends what the reader sends when it scans one code of these lines. */
  readonly scan: (...lines: string[]) => Promise<void>;
  /** How many codes the reader has thrown away because nobody waited. */
  readonly dropped: () => number;
  readonly unplug: () => void;
  readonly plug: () => void;
  /** Nothing passes either way until the line is opened anew; absent where that cannot be played. */
  readonly hang?: () => void;
  readonly end: () => Promise<void>;
};

const CARD = { run: "12345678-5", documentNumber: "501234567", birthDate: "1974-08-12", design: "2013" } as const;
const VALID = cedulaUrl({ ...CARD, expiryDate: "2049-08-12" });
const EXPIRED = cedulaUrl({ ...CARD, expiryDate: "2020-08-12" });
const TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];

/** Two codes, one of them an expired card's: what is recorded of a model and replayed to its driver afterwards, where nothing is scanned. */
export async function codeReaderScenario(
  reader: CodeReader,
  { scan, advance }: Pick<CodeReaderBench, "scan"> & { readonly advance: (milliseconds: number) => Promise<void> },
): Promise<void> {
  const read = async (line: string) => {
    const reading = reader.read();
    await advance(500);
    await scan(line);
    await advance(500);
    return await reading;
  };
  expect(await read(VALID)).toMatchObject({ outcome: "ok", value: { kind: "cedula", run: "12345678-5" } });
  expect(await read(EXPIRED)).toMatchObject({ outcome: "ok", value: { kind: "cedula", expired: true } });
}

/** What every document code reader must do, on a simulator, a replayed trace or the device itself. */
export const codeReaderContract = contractSuite("code-reader", (makeBench: () => Promise<CodeReaderBench>) => {
  let bench: CodeReaderBench;
  let history: StatusHistory;

  beforeEach(async () => {
    bench = await makeBench();
    history = new StatusHistory(bench.reader);
    bench.reader.start();
    await expect.poll(() => bench.reader.status.value.link).toBe("connected");
  });
  afterEach(async () => {
    await bench.reader.stop();
    await bench.end();
  });

  const link = () => bench.reader.status.value.link;

  test("a code that is scanned while somebody waits is read", async () => {
    const reading = bench.reader.read();
    await bench.scan(VALID);
    expect(await reading).toMatchObject({
      outcome: "ok",
      value: { kind: "cedula", run: "12345678-5", expired: false },
    });
  });

  test("an expired cédula is ok and expired; a malformed one is an error; they are never mixed up", async () => {
    const expired = bench.reader.read();
    await bench.scan(EXPIRED);
    expect(await expired).toMatchObject({ outcome: "ok", value: { kind: "cedula", expired: true } });
    const malformed = bench.reader.read();
    await bench.scan(VALID.replace("12345678-5", "12345678-6"));
    expect(await malformed).toMatchObject({ outcome: "error", error: { code: "code-reader.cedula-run-check" } });
  });

  test("a code that was scanned before anybody waited is never returned", async () => {
    await bench.scan("for-somebody-else");
    await expect.poll(bench.dropped).toBe(1);
    const reading = bench.reader.read();
    await bench.scan(VALID);
    expect(await reading).toMatchObject({ outcome: "ok", value: { kind: "cedula" } });
  });

  test("the lines of a machine-readable zone are one code", async () => {
    const reading = bench.reader.read();
    await bench.scan(...TD3);
    expect(await reading).toMatchObject({
      outcome: "ok",
      value: { kind: "mrz", mrz: { documentNumber: "L898902C3" } },
    });
  });

  test("one read at a time: a second one is refused and the first goes on", async () => {
    const first = bench.reader.read();
    expect(bench.reader.status.value.readiness).toBe("busy");
    expect(await bench.reader.read()).toMatchObject({ outcome: "error", error: { code: "code-reader.busy" } });
    await bench.scan("https://example.org/");
    expect(await first).toMatchObject({ outcome: "ok", value: { kind: "url" } });
    expect(bench.reader.status.value.readiness).toBe("ready");
  });

  test("an aborted read ends at once and leaves the reader ready", async () => {
    const stop = new AbortController();
    const reading = bench.reader.read({ signal: stop.signal });
    stop.abort();
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    expect(await bench.reader.read({ signal: stop.signal })).toMatchObject({ error: { code: "common.cancelled" } });
    expect(bench.reader.status.value.readiness).toBe("ready");
  });

  test("a read in which nothing is scanned ends at its deadline", async () => {
    expect(await bench.reader.read({ within: 20 })).toMatchObject({
      outcome: "error",
      error: { code: "common.deadline" },
    });
  });

  test("a reader that is unplugged ends the read, says so, and reads again after it is plugged in", async () => {
    const reading = bench.reader.read();
    bench.unplug();
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
    await expect.poll(link).toBe("absent");
    expect(bench.reader.status.value).toMatchObject({
      readiness: "unavailable",
      conditions: [{ code: "not-answering", severity: "fault", who: "technician" }],
    });
    bench.plug();
    await expect.poll(link).toBe("connected");
    expect(bench.reader.status.value).toMatchObject({ readiness: "ready", conditions: [] });
    const again = bench.reader.read();
    await bench.scan(VALID);
    expect(await again).toMatchObject({ outcome: "ok", value: { kind: "cedula" } });
  });

  test("one that hangs reads again after a reset, and the read that waited has ended", async () => {
    const reading = bench.reader.read();
    bench.hang?.();
    expect(await bench.reader.reset()).toEqual({ outcome: "ok", value: undefined });
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
    expect(bench.reader.status.value).toMatchObject({ link: "connected", readiness: "ready", conditions: [] });
    const again = bench.reader.read();
    await bench.scan(VALID);
    expect(await again).toMatchObject({ outcome: "ok", value: { kind: "cedula" } });
    history.expectRuleKept();
  });

  test("stop ends a read that waits", async () => {
    const reading = bench.reader.read();
    await bench.reader.stop();
    expect(await reading).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
    expect(bench.reader.status.value).toMatchObject({ link: "absent", readiness: "unavailable" });
  });
});

/** The lines of one scan with the terminator that scanners add. */
export function scanBytes(lines: readonly string[], terminator = "\r"): Uint8Array {
  return concat(lines.map((line) => toLatin1(line + terminator)));
}
