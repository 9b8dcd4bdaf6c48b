import { describe, expect, test } from "vitest";
import { epoch, wallClock } from "../wall-clock.ts";
import { judgeLastSale, readSaleAnswer } from "./judgement.ts";
import { AUTOSERVICIO } from "./models.ts";
import { meaningOf, RESPONSE_CODES } from "./response-codes.ts";
import { terminalDateAndTime } from "./terminal-time.ts";

const tolerance = { clockSkew: 600_000, timeZone: "America/Santiago" };
const startedAt = Date.UTC(2026, 10, 23, 15);
const intent = { ticket: "A1", amount: 1500, startedAt };
/** 12:00 in Santiago is 15:00 UTC: Chile keeps summer time in November. */
const last = (fields: string) => judgeLastSale(AUTOSERVICIO, fields, intent, tolerance);

describe("last sale against an attempt", () => {
  test("ticket, amount and time agree", () => {
    expect(last("0260|00|5|V|A1|1|1500|0042|1|DB|||P|23112026|120010")).toMatchObject({
      verdict: "this",
      sale: { status: "approved", amount: 1500 },
    });
  });

  test("without a time, and without an amount, the ticket decides: it is unique", () => {
    expect(last("0260|00|5|V|A1|1|1500")).toMatchObject({ verdict: "this" });
    expect(last("0260|00|5|V|A1|1|")).toMatchObject({ verdict: "this", sale: { amount: 1500 } });
  });

  test("ten minutes of slow clock are allowed, eleven are not", () => {
    expect(last("0260|00|5|V|A1|1|1500|0042|1|DB|||P|23112026|115001")).toMatchObject({ verdict: "this" });
    expect(last("0260|00|5|V|A1|1|1500|0042|1|DB|||P|23112026|114900")).toMatchObject({ verdict: "unclear" });
  });

  test("another ticket, or none at all, is another sale", () => {
    expect(last("0260|00|5|V|A2|1|1500")).toEqual({ verdict: "other" });
    expect(last("0260|11|5|V")).toEqual({ verdict: "other" });
  });

  test.each([
    ["another amount", "0260|00|5|V|A1|1|900"],
    ["an unreadable amount", "0260|00|5|V|A1|1|9x0"],
    ["no ticket", "0260|00|5|V||1|1500"],
    ["no response code", "0260||5|V|A1|1|1500"],
    ["a terminal that needs its keys", "0260|26|5|V"],
    ["another ticket that was declined", "0260|01|5|V|A2||1500"],
    ["nothing", "0260"],
  ])("%s is unclear and allows nothing", (_what, data) => {
    expect(last(data)).toMatchObject({ verdict: "unclear" });
  });

  test("a declined sale of this ticket is this one", () => {
    expect(last("0260|01|5|V|A1||1500")).toMatchObject({ verdict: "this", sale: { status: "declined" } });
  });
});

describe("the answer to a sale", () => {
  const answer = (data: string) => readSaleAnswer(AUTOSERVICIO, data, intent);

  test("only 00 is approved; every other final code is declined", () => {
    for (const [code, { statusOnly }] of Object.entries(RESPONSE_CODES)) {
      const read = answer(`0210|${code}|5|V|A1||1500`);
      if (statusOnly === true) expect(read).toBe("contradiction");
      else expect(read).toMatchObject({ status: code === "00" ? "approved" : "declined", responseCode: code });
    }
    expect(answer("0210|42|5|V|A1||1500")).toMatchObject({ status: "declined" });
    expect(meaningOf("42")).toMatch(/not in/i);
  });

  test.each([
    "0210|00|5|V|A2|1|1500",
    "0210|00|5|V|A1|1|1501",
    "0210|0|5|V|A1|1|1500",
    "0210|XX|5|V|A1|1|1500",
    "0210",
  ])("%s contradicts", (data) => {
    expect(answer(data)).toBe("contradiction");
  });

  test("fields that are not there contradict nothing", () => {
    expect(answer("0210|00")).toMatchObject({ status: "approved", ticket: "A1", amount: 1500 });
    expect(answer("0210|01|5|V|A1||0")).toMatchObject({ status: "declined", amount: 1500 });
  });
});

describe("the terminal's clock", () => {
  test("summer and winter time of Chile", () => {
    expect(epoch("2026-11-23T12:00:00", "America/Santiago")).toBe(Date.UTC(2026, 10, 23, 15));
    expect(epoch("2026-06-15T12:00:00", "America/Santiago")).toBe(Date.UTC(2026, 5, 15, 16));
    expect(wallClock(Date.UTC(2026, 10, 23, 15, 0, 0, 999), "America/Santiago")).toBe("2026-11-23T12:00:00");
  });

  test("what the terminal shows is read back", () => {
    for (const instant of [Date.UTC(2026, 0, 1, 2, 59, 59), Date.UTC(2026, 6, 31, 3, 59, 59)]) {
      const { date, time } = terminalDateAndTime(instant, "America/Santiago");
      const iso = `${date.slice(4)}-${date.slice(2, 4)}-${date.slice(0, 2)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
      expect(epoch(iso, "America/Santiago")).toBe(instant);
    }
  });
});
