import { expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { reachUps } from "./reach.ts";

test("an address that cannot be read is refused whenever it is opened, and says why", async () => {
  expect(await reachUps("/dev/ttyS0", systemClock).open(new AbortController().signal)).toMatchObject({
    ok: false,
    error: { code: "link.refused", message: expect.stringContaining("name@host") },
  });
});

test("an address is reached under its name", () => expect(reachUps("kiosk@localhost", systemClock).ups).toBe("kiosk"));
