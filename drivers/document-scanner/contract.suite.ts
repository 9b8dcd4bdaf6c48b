import { afterEach, beforeEach, expect, test } from "vitest";
import type { Outcome } from "../../base/outcome.ts";
import { contractSuite } from "../contract-suite.ts";
import { isOffered } from "../first-status.ts";
import type { DocumentScanner, ScanFeedback, ScanOptions } from "./interface.ts";

/** A scanner and the hand that lays papers into it. */
export type DocumentScannerBench = {
  /** Not started. */
  readonly scanner: DocumentScanner;
  /** Lets time pass until it holds. @throws Error when it does not become so. */
  readonly until: (holds: () => boolean) => Promise<void>;
  /** Puts one paper to where the scanner takes it from. */
  readonly lay: () => void;
  /** The next paper that is drawn in sticks; only where there is a feeder. */
  readonly stickNext: () => void;
  readonly jam: (on: boolean) => void;
  readonly cover: (open: boolean) => void;
  readonly plug: (on: boolean) => Promise<void>;
  /** It is there and says nothing any more, until it is woken. */
  readonly hang: (on: boolean) => void;
  /** Jobs that the scanner still works at. */
  readonly underWay: () => number;
  readonly end: () => Promise<void>;
};

/** What every document scanner must do. @param feeder whether it takes papers from nowhere but a feeder. */
export const documentScannerContract = contractSuite(
  "document-scanner",
  (feeder: boolean, makeBench: () => Promise<DocumentScannerBench>) => {
    let bench: DocumentScannerBench;
    let feedback: ScanFeedback[];

    const status = () => bench.scanner.status.value;
    const codes = () => status().conditions.map(({ code }) => code);
    const isReady = () => isOffered(status()) && status().readiness === "ready";

    beforeEach(async () => {
      bench = await makeBench();
      feedback = [];
      bench.scanner.start();
      await bench.until(isReady);
    });
    afterEach(async () => {
      await bench.scanner.stop();
      await bench.end();
    });

    /** Starts a scan, whose end a test can wait for. */
    function begin(options: ScanOptions = {}) {
      const scan: { outcome?: Outcome<number> } = {};
      void bench.scanner
        .scan(async ({ bytes }) => bytes.length, { onFeedback: (one) => feedback.push(one), ...options })
        .then((outcome) => {
          scan.outcome = outcome;
        });
      return scan;
    }

    async function finish(scan: { outcome?: Outcome<number> }): Promise<Outcome<number> | undefined> {
      await bench.until(() => scan.outcome !== undefined);
      return scan.outcome;
    }

    test("is ready soon after it was connected, and says what it can do", () => {
      expect(status()).toMatchObject({ link: "connected", conditions: [], provisional: false });
      expect(bench.scanner.capabilities.sources.includes("platen")).toBe(!feeder);
      expect(bench.scanner.capabilities.resolutions).toContain(200);
    });

    test("a page is scanned once, as a JPEG file with its size, and is zero as soon as it was used", async () => {
      bench.lay();
      let kept: Uint8Array = new Uint8Array();
      const seen: unknown[] = [];
      let outcome: Outcome<string> | undefined;
      void bench.scanner
        .scan(
          async ({ bytes, width, height }) => {
            kept = bytes;
            seen.push(bytes[0], bytes[1], width > 100, height > width);
            return "used";
          },
          { onFeedback: (one) => feedback.push(one) },
        )
        .then((ended) => {
          outcome = ended;
        });
      expect(status().readiness).toBe("busy");
      await bench.until(() => outcome !== undefined);
      expect(outcome).toEqual({ outcome: "ok", value: "used" });
      expect(seen).toEqual([0xff, 0xd8, true, true]);
      expect(kept.length > 0 && kept.every((byte) => byte === 0)).toBe(true);
      expect(feedback).toEqual(["scanning"]);
      expect(bench.underWay()).toBe(0);
      await bench.until(isReady);
    });

    test("the picture is destroyed when its use fails, too", async () => {
      bench.lay();
      let kept: Uint8Array = new Uint8Array();
      let problem: unknown;
      void bench.scanner
        .scan(async ({ bytes }) => {
          kept = bytes;
          throw new Error("the disk is full");
        })
        .catch((thrown: unknown) => {
          problem = thrown;
        });
      await bench.until(() => problem !== undefined);
      expect(String(problem)).toContain("the disk is full");
      expect(kept.length > 0 && kept.every((byte) => byte === 0)).toBe(true);
      await bench.until(isReady);
    });

    test("one scan at a time", async () => {
      bench.lay();
      const first = begin();
      expect(await bench.scanner.scan(async () => {})).toMatchObject({
        outcome: "error",
        error: { code: "document-scanner.busy" },
      });
      expect(await finish(first)).toMatchObject({ outcome: "ok" });
    });

    test("pages come one after the other, each another one", async () => {
      const seen = new Set<string>();
      for (let page = 0; page < 2; page++) {
        bench.lay();
        let ended = false;
        void bench.scanner
          .scan(async ({ bytes }) => seen.add(Buffer.from(bytes).toString("latin1")))
          .then(() => {
            ended = true;
          });
        await bench.until(() => ended);
      }
      expect(seen.size).toBe(2);
    });

    test("a scan that is given up in the middle is an error, and no job stays at the scanner", async () => {
      bench.lay();
      const stop = new AbortController();
      const scan = begin({ signal: stop.signal });
      await bench.until(() => bench.underWay() === 1);
      stop.abort();
      expect(await finish(scan)).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
      expect(bench.underWay()).toBe(0);
      bench.lay();
      expect(await finish(begin())).toMatchObject({ outcome: "ok" });
    });

    test("given up before it began, nothing is scanned", async () => {
      expect(await finish(begin({ signal: AbortSignal.abort() }))).toMatchObject({
        error: { code: "common.cancelled" },
      });
      expect(feedback).toEqual([]);
    });

    if (feeder) {
      test("a feeder's paper is waited for", async () => {
        const scan = begin();
        await bench.until(() => feedback.includes("insert-media"));
        bench.lay();
        expect(await finish(scan)).toMatchObject({ outcome: "ok" });
        expect(feedback).toEqual(["insert-media", "scanning"]);
      });

      test("without paper it ends at its deadline, as no paper", async () => {
        expect(await finish(begin({ within: 700 }))).toMatchObject({
          outcome: "error",
          error: { code: "document-scanner.no-paper", who: "citizen" },
        });
      });

      test("paper that sticks on its way ends the scan as jammed; taken out, it scans again", async () => {
        bench.lay();
        bench.stickNext();
        expect(await finish(begin())).toMatchObject({ outcome: "error", error: { code: "document-scanner.jammed" } });
        expect(codes()).toEqual(["jammed"]);
        expect(bench.underWay()).toBe(0);
        bench.jam(false);
        await bench.until(isReady);
        bench.lay();
        expect(await finish(begin())).toMatchObject({ outcome: "ok" });
      });

      test.each([
        ["a jam", "jammed", "jam"],
        ["an open cover", "cover-open", "cover"],
      ] as const)(
        "%s is for the attendant, and nothing is scanned meanwhile; put right, it is ready",
        async (_, code, part) => {
          bench[part](true);
          await bench.until(() => codes().includes(code));
          expect(status()).toMatchObject({
            readiness: "unavailable",
            conditions: [{ code, severity: "fault", who: "attendant" }],
          });
          expect(await finish(begin())).toMatchObject({
            outcome: "error",
            error: { code: `document-scanner.${code}` },
          });
          bench[part](false);
          await bench.until(isReady);
        },
      );
    }

    test("a scanner that goes away ends the scan, says so, and scans again when it is back", async () => {
      bench.lay();
      const scan = begin();
      await bench.until(() => bench.underWay() === 1);
      await bench.plug(false);
      expect(await finish(scan)).toMatchObject({ outcome: "error" });
      await bench.until(() => status().link !== "connected");
      expect(status()).toMatchObject({
        readiness: "unavailable",
        conditions: [{ code: "not-answering", who: "technician" }],
      });
      await bench.plug(true);
      await bench.until(() => isReady() && bench.underWay() === 0);
      bench.lay();
      expect(await finish(begin())).toMatchObject({ outcome: "ok" });
    });

    test("a reset ends the scan under way, and the scanner scans again", async () => {
      bench.lay();
      const scan = begin();
      await bench.until(() => bench.underWay() === 1);
      let reset: Outcome<void> | undefined;
      void bench.scanner.reset().then((outcome) => {
        reset = outcome;
      });
      await bench.until(() => reset !== undefined);
      expect(reset).toEqual({ outcome: "ok", value: undefined });
      expect(scan.outcome).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
      expect(bench.underWay()).toBe(0);
      bench.lay();
      expect(await finish(begin())).toMatchObject({ outcome: "ok" });
    });

    test("one that hangs is not offered, its reset says that it does not answer, and it is back as soon as it does", async () => {
      bench.hang(true);
      await bench.until(() => !isOffered(status()));
      let reset: Outcome<void> | undefined;
      void bench.scanner.reset().then((outcome) => {
        reset = outcome;
      });
      await bench.until(() => reset !== undefined);
      expect(reset).toMatchObject({ outcome: "error", error: { code: "common.deadline" } });
      bench.hang(false);
      await bench.until(isReady);
    });
  },
);
