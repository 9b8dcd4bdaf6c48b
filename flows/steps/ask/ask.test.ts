import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestKiosk } from "../../testing/kiosk.ts";
import { miniService } from "../../testing/mini-service.ts";
import { readAnswer, type TypedStep } from "./answer.ts";
import { askSchema } from "./schema.ts";

const service = miniService(`
- { id: mail, kind: ask, input: email }
- { id: floor, kind: ask, input: number, max: 3 }
- { id: remark, kind: ask, input: text, optional: true }
- id: review
  kind: review
  rows:
    - { id: mail, value: "{{mail.value}}", change: mail }
    - { id: floor, value: "{{floor.value}}", change: floor }
    - { id: remark, value: "{{remark.value}}", change: remark }
- { id: done, kind: finish }
`);

async function kioskAtReview(): Promise<TestKiosk> {
  const kiosk = new TestKiosk([service]);
  await kiosk.open("test/mini");
  await kiosk.act({ type: "SUBMIT", value: " a@b.example " }, { type: "SUBMIT", value: "1.2" }, "SKIP");
  return kiosk;
}

test("answers are read with tolerance and shown on the review", async () => {
  const kiosk = await kioskAtReview();
  expect(kiosk.view.screen).toMatchObject({
    kind: "review",
    rows: [{ value: "a@b.example" }, { value: "12" }, { value: "" }],
  });
});

test("a wrong answer is kept on the page with what is wrong", async () => {
  const kiosk = new TestKiosk([service]);
  await kiosk.open("test/mini");
  await kiosk.act({ type: "SUBMIT", value: "a@b" });
  expect(kiosk.view.screen).toMatchObject({ kind: "ask", value: "a@b", problem: { id: "common/ask.email" } });
});

test("what must be answered cannot be skipped", async () => {
  const kiosk = new TestKiosk([service]);
  await kiosk.open("test/mini");
  expect(kiosk.session.send({ type: "SKIP" })).toBe(false);
});

test("a change comes back prefilled and leads straight to the review", async () => {
  const kiosk = await kioskAtReview();
  await kiosk.act({ type: "CHANGE", row: "floor" });
  expect(kiosk.view.screen).toMatchObject({ kind: "ask", value: "12" });
  await kiosk.act({ type: "SUBMIT", value: "7" });
  expect(kiosk.view.screen).toMatchObject({ kind: "review", rows: [{ value: "a@b.example" }, { value: "7" }, {}] });
});

test("back from a question keeps what was answered there", async () => {
  const kiosk = await kioskAtReview();
  await kiosk.act("BACK", "BACK");
  expect(kiosk.view.screen).toMatchObject({ kind: "ask", value: "12" });
});

const TODAY = "2026-11-23T12:00:00";
const question = (fields: object) => askSchema.parse({ id: "q", kind: "ask", ...fields }) as TypedStep;
const read = (fields: object, typed: string) => readAnswer(question(fields), typed, TODAY);

describe("reading an answer", () => {
  test("never throws, and what it takes it takes again unchanged", () => {
    const inputs = fc.constantFrom("text", "email", "phone", "number", "run", "money", "date");
    fc.assert(
      fc.property(inputs, fc.string(), (input, typed) => {
        const once = read({ input }, typed);
        if (once.ok) expect(read({ input }, String(once.value))).toEqual(once);
      }),
    );
  });

  test("every RUN is taken in every form that people write, and with no other check digit", () => {
    const run = fc.integer({ min: 1, max: 99_999_999 });
    fc.assert(
      fc.property(run, (number) => {
        const digits = [..."0123456789K"].filter((digit) => read({ input: "run" }, `${number}-${digit}`).ok);
        expect(digits).toHaveLength(1);
        const dotted = String(number).replace(/\B(?=(\d{3})+$)/g, ".");
        expect(read({ input: "run" }, `${dotted}-${digits[0]?.toLowerCase()}`)).toEqual({
          ok: true,
          value: `${number}-${digits[0]}`,
        });
      }),
    );
  });

  test("every day is taken as people write it, and is the day that it says", () => {
    const day = fc.date({ min: new Date("1900-01-01"), max: new Date("2199-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(day, fc.constantFrom("-", "/", ".", " "), (date, sign) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, number] = iso.split("-");
        for (const typed of [iso, `${Number(number)}${sign}${Number(month)}${sign}${year}`, `${number}${month}${year}`])
          expect(read({ input: "date" }, typed)).toEqual({ ok: true, value: iso });
      }),
    );
  });

  test("a telephone is a mobile or the one of a house", () => {
    expect(read({ input: "phone" }, "9 8765 4321")).toEqual({ ok: true, value: "+56987654321" });
    expect(read({ input: "phone" }, "(2) 2345 6789")).toEqual({ ok: true, value: "+56223456789" });
    expect(read({ input: "phone" }, "2345 6789")).toMatchObject({ error: { key: "phone" } });
  });

  test.each([
    ["31-04-2026", "date-day", { month: "2026-04-01", days: 30 }],
    ["29/2/2026", "date-day", { month: "2026-02-01", days: 28 }],
    ["0-3-2026", "date-day", { month: "2026-03-01", days: 31 }],
    ["1-13-2026", "date-month", undefined],
    ["1-2-26", "date-form", undefined],
    ["--1980", "date-form", undefined],
    ["1-2-1899", "date-too-early", { limit: "1900-01-01" }],
  ])("there is no day %s: %s", (typed, key, facts) => {
    expect(read({ input: "date" }, typed)).toEqual({
      ok: false,
      error: facts === undefined ? { key } : { key, facts },
    });
  });

  test.each([
    [{ to: "today" }, "23-11-2026", "24-11-2026"],
    [{ from: "today" }, "23-11-2026", "22-11-2026"],
    [{ from: "today - 90 days" }, "25-08-2026", "24-08-2026"],
    [{ to: "today + 3 months" }, "23-02-2027", "24-02-2027"],
    [{ to: "today - 18 years" }, "23-11-2008", "24-11-2008"],
    [{ from: "2026-03-01", to: "2026-03-31" }, "31-03-2026", "01-04-2026"],
    [{ about: "birth-date" }, "23-11-2026", "24-11-2026"],
  ])("a date within %j: %s, and not %s", (limits, within, without) => {
    expect(read({ input: "date", ...limits }, within).ok).toBe(true);
    expect(read({ input: "date", ...limits }, without)).toMatchObject({
      error: { key: expect.stringMatching(/^date-too-(early|late)$/) },
    });
  });

  test.each([
    ["$ 12.500", {}, 12_500],
    ["1", {}, 1],
    ["0", { from: 0 }, 0],
    ["999999999", {}, 999_999_999],
    ["5000", { from: 5_000, to: 5_000 }, 5_000],
  ])("the amount %s within %j is %d pesos", (typed, limits, pesos) => {
    expect(read({ input: "money", ...limits }, typed)).toEqual({ ok: true, value: pesos });
  });

  test.each([
    ["0", {}, "money-too-small"],
    ["4999", { from: 5_000 }, "money-too-small"],
    ["5001", { to: 5_000 }, "money-too-large"],
    ["12,5", {}, "money"],
    ["-5", {}, "money"],
    ["9".repeat(30), {}, "money"],
  ])("the amount %s within %j is refused: %s", (typed, limits, key) => {
    expect(read({ input: "money", ...limits }, typed)).toMatchObject({ error: { key } });
  });
});

describe("a definition", () => {
  test.each([
    [{ input: "date", from: "tomorrow" }, "a day is"],
    [{ input: "date", from: "2026-02-30" }, "a day is"],
    [{ input: "date", from: "today", to: "today - 1 days" }, "nothing lies between"],
    [{ input: "money", from: 10, to: 9 }, "nothing lies between"],
    [{ input: "money", to: 1_000_000_000 }, "Too big"],
    [{ input: "text", from: 1 }, "from"],
    [{ input: "colour" }, "input"],
  ])("with %j is refused", (fields, problem) => {
    const parsed = askSchema.safeParse({ id: "q", kind: "ask", ...fields });
    expect(JSON.stringify(parsed.error?.issues)).toContain(problem);
  });
});
