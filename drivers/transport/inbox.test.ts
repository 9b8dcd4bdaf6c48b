import { expect, test } from "vitest";
import { Inbox } from "./inbox.ts";

test("what came before the consumer is handed over first, then everything at once", () => {
  const inbox = new Inbox<string>(10, () => {});
  inbox.take("a");
  inbox.take("b");
  const got: string[] = [];
  inbox.consume((item) => got.push(item));
  inbox.take("c");
  expect(got).toEqual(["a", "b", "c"]);
});

test("more than the limit before a consumer is told once, and none of it is kept", () => {
  let told = 0;
  const inbox = new Inbox<Uint8Array>(
    4,
    () => told++,
    ({ length }) => length,
  );
  for (let times = 0; times < 3; times++) inbox.take(new Uint8Array(3));
  expect(told).toBe(1);
  const got: Uint8Array[] = [];
  inbox.consume((item) => got.push(item));
  expect(got).toEqual([]);
});
