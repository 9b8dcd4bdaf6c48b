import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorsDocument, eventsDocument } from "../../base/registry/document.ts";
import { GENERATED_DOCUMENTS } from "../../scripts/docs.ts";
import { ROOT } from "./sources.ts";

test.each(Object.entries(GENERATED_DOCUMENTS))(
  "%s says what the registry says; else run `npm run docs`",
  (path, make) => expect(readFileSync(join(ROOT, path), "utf8")).toBe(make()),
);

test("errors are listed by area and code, and a bar in a text does not break the table", () => {
  const entry = { who: "technician", meaning: "It a|b", action: "Do it." } as const;
  const document = errorsDocument({ "b.two": entry, "a.one": entry, "b.one": entry });
  expect(document.match(/^## \w+|`\w+\.\w+`/gm)).toEqual(["## a", "`a.one`", "## b", "`b.one`", "`b.two`"]);
  expect(document).toContain("| `a.one` | It a\\|b. | technician | Do it. |");
});

test("events are listed with the fields that they may carry", () =>
  expect(
    eventsDocument({ "a.b": { level: "info", meaning: "It is", fields: { device: "id", total: "count" } } }),
  ).toContain("| `a.b` | info | It is. | `device` (id), `total` (count) |"));
