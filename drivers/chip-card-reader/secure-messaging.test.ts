import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../base/bytes/bytes.ts";
import { icaoCheckDigit } from "../../base/icao/check-digit.ts";
import { mrzInformation, wrongElement } from "./access/key.ts";
import { type Cipher, cmac, deriveKey } from "./crypto/cipher.ts";
import { SecureMessaging } from "./secure-messaging.ts";

const ciphers = fc.constantFrom<Cipher>("3des", "aes128", "aes192", "aes256");
const secrets = fc.uint8Array({ minLength: 16, maxLength: 64 });

function pair(cipher: Cipher, secret: Uint8Array, counter: bigint) {
  const keys = { encryption: deriveKey(cipher, secret, "encryption"), mac: deriveKey(cipher, secret, "mac") };
  return [new SecureMessaging(cipher, keys, counter), new SecureMessaging(cipher, keys, counter)] as const;
}

const commands = fc.record({
  cla: fc.constant(0),
  ins: fc.constantFrom(0xa4, 0xb0, 0xb1, 0x88),
  p1: fc.nat(255),
  p2: fc.nat(255),
  data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  le: fc.integer({ min: 1, max: 0x1_0000 }),
});

test("commands and answers arrive as they were sent, for every cipher, however many there were before", () => {
  fc.assert(
    fc.property(
      ciphers,
      secrets,
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.array(fc.tuple(commands, fc.uint8Array({ maxLength: 300 }), fc.nat(0xffff)), { minLength: 1, maxLength: 4 }),
      (cipher, secret, counter, exchanges) => {
        const [terminal, card] = pair(cipher, secret, counter);
        for (const [command, data, sw] of exchanges) {
          expect(card.unwrapCommand(terminal.wrapCommand(command))).toEqual({ ok: true, value: command });
          const response = card.wrapResponse({ data, sw }, (command.ins & 1) === 1);
          expect(terminal.unwrapResponse(response)).toEqual({ ok: true, value: { data, sw } });
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("any changed byte of an answer, and an answer that is repeated, are noticed", () => {
  fc.assert(
    fc.property(
      ciphers,
      secrets,
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (cipher, secret, data, at, change) => {
        const [terminal, card] = pair(cipher, secret, 0n);
        const response = card.wrapResponse({ data, sw: 0x9000 });
        const index = at % response.data.length;
        const changed = response.data.with(index, (response.data[index] ?? 0) ^ change);
        const [other] = pair(cipher, secret, 0n);
        expect(other.unwrapResponse({ ...response, data: changed }).ok).toBe(false);
        expect(terminal.unwrapResponse(response).ok).toBe(true);
        expect(terminal.unwrapResponse(response)).toEqual({ ok: false, error: "checksum" });
      },
    ),
    { numRuns: 60 },
  );
});

test("arbitrary bytes as an answer are a fault and no exception", () => {
  fc.assert(
    fc.property(ciphers, fc.uint8Array({ maxLength: 60 }), (cipher, data) => {
      const [terminal] = pair(cipher, new Uint8Array(16), 0n);
      expect(terminal.unwrapResponse({ data, sw: 0x9000 }).ok).toBe(false);
    }),
  );
});

test.each([
  ["", "bb1d6929e95937287fa37d129b756746"],
  ["6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c"],
  [
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
    "dfa66747de9ae63030ca32611497c827",
  ],
])("the CMAC of %s is that of RFC 4493", (message, expected) =>
  expect(toHex(cmac("aes128", fromHex("2b7e151628aed2a6abf7158809cf4f3c"), fromHex(message)))).toBe(expected),
);

test("the key's information has the right check digits for every document", () => {
  const number = fc.stringMatching(/^[A-Z0-9]{1,12}$/);
  const date = fc
    .date({ min: new Date("1930-01-01"), max: new Date("2050-01-01"), noInvalidDate: true })
    .map((each) => each.toISOString().slice(0, 10));
  fc.assert(
    fc.property(number, date, date, (documentNumber, birthDate, expiryDate) => {
      const key = { kind: "mrz", documentNumber, birthDate, expiryDate } as const;
      expect(wrongElement(key)).toBeUndefined();
      const information = mrzInformation(key);
      const [, first = "", a, second = "", b, third = "", c] =
        /^(.{9,12})(\d)(\d{6})(\d)(\d{6})(\d)$/.exec(information) ?? [];
      expect([a, b, c]).toEqual([first, second, third].map(icaoCheckDigit));
      expect(first.replace(/<+$/, "")).toBe(documentNumber);
    }),
  );
});

test("a birth date that is known in part is filled up as on the card", () =>
  expect(mrzInformation({ kind: "mrz", documentNumber: "X1", birthDate: "1974", expiryDate: "2030-01-02" })).toMatch(
    /^X1<{7}\d74<{4}\d300102\d$/,
  ));
