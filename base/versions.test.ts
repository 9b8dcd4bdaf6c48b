import { expect, test } from "vitest";
import { compareVersions } from "./versions.ts";

test("versions compare by number, and a label comes before the version it leads to", () => {
  const ascending = ["0.9.9", "1.0.0-beta", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0-alpha", "2.0.0"];
  expect(ascending.toReversed().sort(compareVersions)).toEqual(ascending);
  expect(compareVersions("1.2.3", "1.2.3")).toBe(0);
});
