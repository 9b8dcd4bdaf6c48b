import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex } from "../../../base/bytes/bytes.ts";
import { readAtrInfo, writeAtrInfo } from "./atr-info.ts";
import { readCom, writeCom } from "./com.ts";
import { readDg11, readDg12, writeDg11, writeDg12 } from "./details.ts";
import { readDg1, writeDg1 } from "./dg1.ts";
import { DATA_GROUPS } from "./files.ts";
import { readDg2, readDg7, writeDg2, writeDg7 } from "./images.ts";
import { readDg14, readDg15, writeDg14 } from "./keys.ts";
import { readSecurityObject, writeSecurityObject } from "./security-object.ts";

const TODAY = "2026-11-23";

test("the example of EF.COM in Doc 9303-11 appendix D says DG1 and DG2", () =>
  expect(readCom(fromHex("60145F0104303130365F36063034303030305C026175"))).toEqual({
    ok: true,
    value: ["DG1", "DG2"],
  }));

test("EF.COM, DG1 and EF.ATR/INFO are read back as they were written", () => {
  fc.assert(
    fc.property(fc.subarray([...DATA_GROUPS]), (groups) => {
      expect(readCom(writeCom(groups))).toEqual({ ok: true, value: groups });
    }),
  );
  const lines = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
  expect(readDg1(writeDg1(lines), TODAY)).toMatchObject({
    ok: true,
    value: { documentNumber: "D23145890", surname: "ERIKSSON" },
  });
  expect(readAtrInfo(writeAtrInfo({ command: 2_000, answer: 65_535 }))).toEqual({ command: 2_000, answer: 65_535 });
  expect(readAtrInfo(fromHex("43018000"))).toBeUndefined();
});

test.each([
  ["image/jpeg", "FFD8FFE000104A464946"],
  ["image/jp2", "0000000C6A5020200D0A870A"],
] as const)("a face and a signature as %s are found with their type", (mime, hex) => {
  const image = { mime, bytes: fromHex(hex) };
  expect(readDg2(writeDg2(image))).toEqual({ ok: true, value: image });
  expect(readDg7(writeDg7(image))).toEqual({ ok: true, value: image });
});

test("details of holder and document are read back, with letters that the machine-readable zone cannot carry", () => {
  const person = {
    surname: "MUÑOZ PÉREZ",
    givenNames: "ROSA ELENA",
    personalNumber: "12345678-5",
    birthDate: "1974-08-12",
    birthPlace: "Ñuñoa, Chile",
    address: "Calle Uno 2, Santiago",
    profession: "Profesora",
  };
  expect(readDg11(writeDg11(person))).toEqual({ ok: true, value: person });
  expect(readDg11(writeDg11({}))).toEqual({ ok: true, value: {} });
  const document = {
    authority: "Servicio de Registro Civil e Identificación",
    issueDate: "2019-08-12",
    observations: "None",
  };
  expect(readDg12(writeDg12(document))).toEqual({ ok: true, value: document });
});

test("a birth date in packed digits, and text in ISO 8859-1, of older cards", () => {
  expect(readDg11(fromHex("6B0B 5C025F2B 5F2B0419740812"))).toMatchObject({
    ok: true,
    value: { birthDate: "1974-08-12" },
  });
  expect(readDg11(fromHex("6B08 5F1105D175F16F61"))).toMatchObject({ ok: true, value: { birthPlace: "Ñuñoa" } });
  expect(readDg11(fromHex("6B07 5F2B0499999999"))).toEqual({ ok: false, error: "length-form" });
});

test("the hashes of the security object are read back", () => {
  const hashes = new Map([
    [1, Uint8Array.of(1, 2)],
    [14, Uint8Array.of(3)],
  ]);
  const object = { hashOid: "2.16.840.1.101.3.4.2.1", hashes };
  expect(readSecurityObject(writeSecurityObject(object))).toEqual({ ok: true, value: object });
});

test("arbitrary bytes in any file are a fault and no exception", () => {
  const readers = [readCom, readDg2, readDg7, readDg11, readDg12, readDg14, readDg15, readSecurityObject];
  const tags = [0x60, 0x75, 0x67, 0x6b, 0x6c, 0x6e, 0x6f, 0x30];
  fc.assert(
    fc.property(fc.nat(readers.length - 1), fc.uint8Array({ maxLength: 60 }), (index, noise) => {
      const read = readers[index]?.(Uint8Array.of(tags[index] ?? 0, noise.length, ...noise));
      expect(typeof read?.ok).toBe("boolean");
      expect(readDg1(Uint8Array.of(0x61, noise.length, ...noise), TODAY).ok).toBe(false);
    }),
  );
});

test("DG14 keeps what it does not know by name", () =>
  expect(
    readDg14(
      writeDg14([{ kind: "active-authentication", oid: "2.23.136.1.1.5", signatureOid: "0.4.0.127.0.7.1.1.4.1.3" }]),
    ),
  ).toEqual({
    ok: true,
    value: [{ kind: "active-authentication", oid: "2.23.136.1.1.5", signatureOid: "0.4.0.127.0.7.1.1.4.1.3" }],
  }));
