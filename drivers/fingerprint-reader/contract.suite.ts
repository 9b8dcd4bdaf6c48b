import { afterEach, beforeEach, expect, test } from "vitest";
import { contractSuite } from "../contract-suite.ts";
import { StatusHistory } from "../first-status.suite.ts";
import type { CaptureFeedback, FingerprintReader } from "./interface.ts";

/** A reader and the finger over it. */
export type FingerprintReaderBench = {
  /** Not started. */
  readonly reader: FingerprintReader;
  readonly lay: (quality: number) => void;
  readonly lift: () => void;
  readonly unplug: () => void;
  readonly plug: () => void;
  readonly end: () => Promise<void>;
};

/** What every fingerprint reader must do. */
export const fingerprintReaderContract = contractSuite(
  "fingerprint-reader",
  (makeBench: () => Promise<FingerprintReaderBench>) => {
    let bench: FingerprintReaderBench;
    let feedback: CaptureFeedback[];
    let history: StatusHistory;
    const told = (word: CaptureFeedback["feedback"]) =>
      expect.poll(() => feedback.map((one) => one.feedback)).toContain(word);
    const onFeedback = (one: CaptureFeedback) => void feedback.push(one);
    const length = async ({ bytes }: { readonly bytes: Uint8Array }) => bytes.length;

    beforeEach(async () => {
      bench = await makeBench();
      history = new StatusHistory(bench.reader);
      feedback = [];
      bench.reader.start();
      await expect.poll(() => bench.reader.status.value.link).toBe("connected");
    });
    afterEach(async () => {
      await bench.reader.stop();
      await bench.end();
    });

    test("a finger that is laid on is captured, and its template is zero as soon as it was used", async () => {
      let kept: Uint8Array = new Uint8Array();
      const capturing = bench.reader.capture(
        async ({ bytes, quality, finger }) => {
          kept = bytes;
          return { quality, finger, live: bytes.some((byte) => byte !== 0) };
        },
        { finger: "right-index", onFeedback },
      );
      await told("present-subject");
      expect(bench.reader.status.value.readiness).toBe("busy");
      bench.lay(80);
      expect(await capturing).toEqual({ outcome: "ok", value: { quality: 80, finger: "right-index", live: true } });
      expect(kept.length).toBeGreaterThan(0);
      expect(kept.every((byte) => byte === 0)).toBe(true);
      expect(bench.reader.status.value.readiness).toBe("ready");
    });

    test("the template is destroyed when its use fails, too", async () => {
      let kept: Uint8Array = new Uint8Array();
      const capturing = bench.reader.capture(
        async ({ bytes }) => {
          kept = bytes;
          throw new Error("the gateway is away");
        },
        { onFeedback },
      );
      await told("present-subject");
      bench.lay(80);
      await expect(capturing).rejects.toThrow("the gateway is away");
      expect(kept.length > 0 && kept.every((byte) => byte === 0)).toBe(true);
      expect(bench.reader.status.value.readiness).toBe("ready");
    });

    test("a bad reading is told, and the next finger may be better; after three there is an end", async () => {
      const capturing = bench.reader.capture(length, { minQuality: 60, onFeedback });
      await told("present-subject");
      bench.lay(20);
      await told("low-quality");
      bench.lift();
      bench.lay(90);
      expect(await capturing).toMatchObject({ outcome: "ok" });
      bench.lift();
      feedback.length = 0;
      const again = bench.reader.capture(length, { minQuality: 60, onFeedback });
      await told("present-subject");
      for (let attempt = 0; attempt < 3; attempt++) {
        bench.lay(10);
        bench.lift();
      }
      expect(await again).toMatchObject({ outcome: "error", error: { code: "fingerprint-reader.low-quality" } });
    });

    test("a finger that lay there before is not taken", async () => {
      bench.lay(90);
      const capturing = bench.reader.capture(length, { onFeedback });
      await told("remove-subject");
      bench.lift();
      bench.lay(90);
      expect(await capturing).toMatchObject({ outcome: "ok" });
      expect(feedback.map((one) => one.feedback)).toEqual([
        ...["remove-subject", "present-subject", "subject-detected", "remove-subject"],
      ]);
    });

    test("one capture at a time, and one that is aborted ends at once", async () => {
      const stop = new AbortController();
      const first = bench.reader.capture(length, { signal: stop.signal, onFeedback });
      await told("present-subject");
      expect(await bench.reader.capture(length)).toMatchObject({ error: { code: "fingerprint-reader.busy" } });
      stop.abort();
      expect(await first).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
      expect(bench.reader.status.value.readiness).toBe("ready");
    });

    test("without a finger it ends at its deadline", async () => {
      expect(await bench.reader.capture(length, { within: 20 })).toMatchObject({ error: { code: "common.deadline" } });
    });

    test("a reset ends the capture, and the reader captures again", async () => {
      const capturing = bench.reader.capture(length, { onFeedback });
      await told("present-subject");
      expect(await bench.reader.reset()).toEqual({ outcome: "ok", value: undefined });
      expect(await capturing).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
      feedback.length = 0;
      const again = bench.reader.capture(length, { onFeedback });
      await told("present-subject");
      bench.lay(80);
      expect(await again).toMatchObject({ outcome: "ok" });
      history.expectRuleKept();
    });

    test("a reader that is pulled out ends the capture, says so, and captures again", async () => {
      const capturing = bench.reader.capture(length, { onFeedback });
      await told("present-subject");
      bench.unplug();
      expect(await capturing).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
      await expect.poll(() => bench.reader.status.value.link).toBe("absent");
      expect(bench.reader.status.value.conditions).toMatchObject([{ code: "not-answering", who: "technician" }]);
      bench.plug();
      await expect.poll(() => bench.reader.status.value.link).toBe("connected");
      feedback.length = 0;
      const again = bench.reader.capture(length, { onFeedback });
      await told("present-subject");
      bench.lay(80);
      expect(await again).toMatchObject({ outcome: "ok" });
    });
  },
);
