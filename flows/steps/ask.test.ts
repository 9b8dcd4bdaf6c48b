import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestKiosk } from "../testing/kiosk.ts";
import { miniService } from "../testing/mini-service.ts";
import { readAnswer } from "./ask.ts";

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

describe("reading an answer", () => {
  test("never throws, and what it takes it takes again unchanged", () => {
    const inputs = fc.constantFrom("text" as const, "email" as const, "number" as const, "run" as const);
    fc.assert(
      fc.property(inputs, fc.string(), (input, typed) => {
        const once = readAnswer(input, typed, 100);
        if (once.ok) expect(readAnswer(input, once.value, 100)).toEqual(once);
      }),
    );
  });

  test("every RUN is taken in every form that people write, and with no other check digit", () => {
    const run = fc.integer({ min: 1, max: 99_999_999 });
    fc.assert(
      fc.property(run, (number) => {
        const digits = [..."0123456789K"].filter((digit) => readAnswer("run", `${number}-${digit}`, 12).ok);
        expect(digits).toHaveLength(1);
        const dotted = String(number).replace(/\B(?=(\d{3})+$)/g, ".");
        expect(readAnswer("run", `${dotted}-${digits[0]?.toLowerCase()}`, 20)).toEqual({
          ok: true,
          value: `${number}-${digits[0]}`,
        });
      }),
    );
  });
});
