import { expect, test } from "vitest";
import { done } from "../../../base/outcome.ts";
import type { ChipProgress } from "../../../drivers/chip-card-reader/interface.ts";
import { CEDULA, CHIP } from "../../testing/people.ts";
import { chipVerdict, percentOf } from "./chip-verdict.ts";

test("a code with one's own document number and another's RUN proves nothing, though the chip is genuine", () => {
  const forged = { ...CEDULA, run: "11111111-1" };
  expect(chipVerdict(done(CHIP), forged)).toBe("other-card");
  expect(chipVerdict(done({ ...CHIP, runs: [] }), forged)).toBe("not-proved");
});

test("one of several numbers that read as a RUN is enough", () =>
  expect(chipVerdict(done({ ...CHIP, runs: ["7654321-6", CEDULA.run] }), CEDULA)).toBe("proved"));

test("a genuine card that is expired is expired; another person's is another's before anything else", () => {
  expect(chipVerdict(done({ ...CHIP, expired: true }), CEDULA)).toBe("expired");
  expect(chipVerdict(done({ ...CHIP, expired: true, runs: ["7654321-6"] }), CEDULA)).toBe("other-card");
});

test("progress never goes back during a read, and moves in steps that can be told", () => {
  const file = (name: "COM" | "SOD" | "DG1" | "DG15", read: number): ChipProgress => ({
    step: "file",
    file: name,
    read,
    total: 2_000,
  });
  const read: ChipProgress[] = [
    { step: "waiting" },
    { step: "connected" },
    { step: "opened", protocol: "pace" },
    file("COM", 0),
    ...Array.from({ length: 201 }, (_, part) => file("SOD", part * 10)),
    file("DG1", 0),
    file("DG15", 2_000),
    { step: "active-authentication" },
    { step: "chip-authentication" },
    { step: "verifying" },
  ];
  const shown = read.map(percentOf);
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  expect(new Set(shown).size).toBeLessThan(18);
  expect(shown.at(-1)).toBe(95);
});

test("a file without content, or longer than it said, keeps the bar where it can be", () => {
  expect(percentOf({ step: "file", file: "SOD", read: 0, total: 0 })).toBe(40);
  expect(percentOf({ step: "file", file: "SOD", read: 9_000, total: 2_000 })).toBe(75);
});
