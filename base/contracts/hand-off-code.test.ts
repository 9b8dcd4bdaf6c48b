import { expect, test } from "vitest";
import { shownCode } from "./hand-off-code.ts";

test.each([
  ["the address of its page", "https://gateway.example.cl/b/K7XYZ234"],
  ["an address below another", "https://example.cl/ventanilla/b/K7XYZ234"],
  ["an address in capitals, as short QR codes have it", "HTTPS://GATEWAY.EXAMPLE.CL/B/K7XYZ234"],
  ["the code alone", "K7XYZ234"],
  ["the code as people write it", " k7xy-z234\r"],
])("a code is known by %s", (_how, words) => {
  expect(shownCode(words)).toBe("K7XYZ234");
});

test.each([
  ["another page", "https://gateway.example.cl/d/K7XYZ234"],
  ["a login", "https://gateway.example.cl/c/K7XYZ234"],
  ["something behind the code", "https://gateway.example.cl/b/K7XYZ234/guardar"],
  ["a code with letters that no code has", "K7XYZ23O"],
  ["a code that is too short", "K7XYZ23"],
  ["a bar code of groceries", "7801234567890"],
  ["a cédula", "https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA&serial=501234567&mrz=5012"],
  ["a page of anybody", "https://example.org/"],
  ["nothing", ""],
  ["a program in place of an address", "javascript:alert(1)/b/K7XYZ234"],
])("%s is no code", (_what, words) => {
  expect(shownCode(words)).toBeUndefined();
});
