import { expect, test } from "vitest";
import { fromLatin1 } from "../../base/bytes/bytes.ts";
import { cedulaUrl } from "./cedula.ts";
import { scanBytes } from "./contract.suite.ts";
import { CODE_READER_REDACTION } from "./redaction.ts";

test("of a cédula its shape is left, and its end; also of letters that are not ASCII", () => {
  const card = { run: "12345678-5", documentNumber: "501234567", birthDate: "1974-08-12", expiryDate: "2029-08-12" };
  const url = cedulaUrl({ ...card, name: "ROSA MUÑOZ", design: "2024" });
  const masked = fromLatin1(CODE_READER_REDACTION().in(scanBytes([url, "Ñandú"], "\r\n")));
  expect(masked).not.toMatch(/[1-9A-WYZa-wyzÑñú]/);
  expect(masked.split("\r\n").map(({ length }) => length)).toEqual([url.length, 5, 0]);
  expect(masked).toContain("://");
});
