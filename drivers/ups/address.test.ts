import { expect, test } from "vitest";
import { parseUpsAddress } from "./address.ts";

test.each([
  ["kiosk@localhost", { ups: "kiosk", host: "localhost", port: 3_493 }],
  ["back-ups.1@10.0.0.5:34931", { ups: "back-ups.1", host: "10.0.0.5", port: 34_931 }],
  ["ups@[::1]:3493", { ups: "ups", host: "::1", port: 3_493 }],
])("%s", (text, address) => expect(parseUpsAddress(text)).toEqual({ ok: true, value: address }));

test.each(["kiosk", "@host", "kiosk@", "kiosk@host:0", "kiosk@host:70000", "kiosk@::1", "a b@host", "a@host\nx"])(
  "no name, no host or no port is bad input: %j",
  (text) => expect(parseUpsAddress(text)).toMatchObject({ ok: false, error: { code: "common.bad-input" } }),
);
