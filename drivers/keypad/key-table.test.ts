import { expect, test } from "vitest";
import { readKeyTable } from "./key-table.ts";

test("a table is read as it is written", () => {
  expect(readKeyTable("up=keyboard:68, volume-up=consumer:E9,jack=keyboard:6f")).toEqual({
    ok: true,
    value: [
      { page: "keyboard", usage: 0x68, means: "up" },
      { page: "consumer", usage: 0xe9, means: "volume-up" },
      { page: "keyboard", usage: 0x6f, means: "jack" },
    ],
  });
});

test.each([
  "",
  "up",
  "up=keyboard",
  "fire=keyboard:68",
  "up=mouse:68",
  "up=keyboard:xyz",
  "up=keyboard:68,down=keyboard:68",
])("a table that says nothing, or two things of one key, is refused: %j", (text) =>
  expect(readKeyTable(text)).toMatchObject({ ok: false, error: { code: "common.bad-input" } }),
);
