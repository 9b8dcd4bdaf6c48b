import fc from "fast-check";
import { expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import { parseTemplate, renderText, renderValue } from "./expression.ts";
import { formatValue } from "./format.ts";

const SCOPE = { quote: { copago: 6490, at: "2026-11-23T09:05:00-03:00" }, identity: { run: "12345678-5" } };

function text(source: string): string {
  return renderText(assertOk(parseTemplate(source), "the test's template"), SCOPE, "es");
}

test("placeholders are filled, formatted where asked", () => {
  expect(text("Paga {{quote.copago | money}} hoy")).toBe("Paga $6.490 hoy");
  expect(text("{{quote.at|date}}, {{quote.at | day}}, {{quote.at | datetime}}")).toBe(
    "23 de noviembre de 2026, 23-11-2026, 23-11-2026 09:05",
  );
  expect(text("{{identity.run | run}} {{identity.run | masked-run}}")).toBe("12.345.678-5 **.***.678-5");
});

test("a time in UTC is shown as this machine's clock shows it", () => {
  const clock = new Date(2026, 10, 23, 9, 5);
  expect(formatValue(clock.toISOString(), "datetime", "es")).toBe("23-11-2026 09:05");
});

test("a missing value leaves nothing, at any depth", () => {
  expect(text("[{{quote.none.deeper}}]")).toBe("[]");
  expect(text("[{{toString.length}}]")).toBe("[]");
});

test("one bare placeholder keeps its type, any more is text", () => {
  const value = (source: string) => renderValue(assertOk(parseTemplate(source), "test"), SCOPE, "es");
  expect(value("{{quote.copago}}")).toBe(6490);
  expect(value("{{quote.copago}}.")).toBe("6490.");
  expect(value("{{quote.none}}")).toBeUndefined();
});

test.each(["{{}}", "{{a b}}", "{{a | nothing}}", "{{a", "a}}", "{{a.}}", "{{a}} {{"])("%s is refused", (source) => {
  expect(parseTemplate(source).ok).toBe(false);
});

test("no text makes the reader or a formatter throw", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom("money", "date", "day", "datetime", "run", "masked-run"),
      (any, format) => {
        const parsed = parseTemplate(any);
        if (parsed.ok) expect(typeof renderText(parsed.value, SCOPE, "en")).toBe("string");
        expect(typeof formatValue(any, format as "money", "es")).toBe("string");
      },
    ),
  );
});

test("masking hides all but the last three digits and the check digit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 99_999_999 }), (number) => {
      const masked = formatValue(`${number}-K`, "masked-run", "es");
      expect(masked.replace(/\D/g, "")).toBe(String(number).slice(-3));
    }),
  );
});
