import fc from "fast-check";
import { expect, test } from "vitest";
import { toLatin1 } from "../../base/bytes/bytes.ts";
import { icaoCheckDigit } from "../../base/icao/check-digit.ts";
import { runCheckDigit } from "../../base/run.ts";
import { cedulaUrl, mrzInformation } from "./cedula.ts";
import { interpretCode } from "./interpret.ts";

const TODAY = "2026-11-23";
const read = (text: string, today = TODAY) => interpretCode(toLatin1(text), today);

const MRZ = mrzInformation({ documentNumber: "501234567", birthDate: "1974-08-12", expiryDate: "2029-08-12" });
const QUERY = `RUN=12345678-5&type=CEDULA&serial=501234567&mrz=${MRZ}`;
const OLD = "https://portal.sidiv.registrocivil.cl/docstatus";
const NEW = "https://portal.nuevosidiv.registrocivil.cl/document-validity";

const ROSA = {
  kind: "cedula",
  run: "12345678-5",
  documentNumber: "501234567",
  birthDate: "1974-08-12",
  expiryDate: "2029-08-12",
  documentType: "CEDULA",
  expired: false,
};

test("the mrz parameter has three elements of right check digits", () => {
  expect(MRZ).toHaveLength(24);
  expect(MRZ).toBe(
    `501234567${icaoCheckDigit("501234567")}740812${icaoCheckDigit("740812")}290812${icaoCheckDigit("290812")}`,
  );
});

test.each([
  `${OLD}?${QUERY}`,
  `${NEW}?${QUERY}`,
  `${OLD}/?${QUERY}`,
  `http://www.portal.sidiv.registrocivil.cl/docstatus?${QUERY}`,
  `https://portal.sidiv.registrocivil.cl:443/docstatus?${QUERY}`,
  `portal.sidiv.registrocivil.cl/docstatus?${QUERY}`,
  `HTTPS://PORTAL.SIDIV.REGISTROCIVIL.CL/DOCSTATUS?${QUERY}`,
  `${OLD}?mrz=${MRZ}&serial=501234567&TYPE=cedula&run=12.345.678-5`,
  `${OLD}?Run=12345678-5&Type=CEDULA&Serial=501234567&Mrz=${MRZ}`,
  `${OLD}?RUN=12%2E345%2E678%2D5&type=CEDULA&serial=501234567&mrz=${MRZ}`,
  `${OLD}?${QUERY}&name=`,
  `${OLD}?${QUERY}&utm=x&flag`,
  `${OLD}?${QUERY}#top`,
  `\x02${OLD}?${QUERY} `,
])("published and tolerated forms are a cédula: %s", (text) => expect(read(text)).toEqual({ ok: true, value: ROSA }));

test("a RUN that ends in k is read in either case", () => {
  const query = QUERY.replace("12345678-5", "1.000.005-k");
  expect(read(`${OLD}?${query}`)).toMatchObject({ ok: true, value: { run: "1000005-K" } });
});

test.each([
  ["Latin-1, percent-encoded", "ROSA%20MU%D1OZ%20P%C9REZ"],
  ["UTF-8, percent-encoded", "ROSA%20MU%C3%91OZ%20P%C3%89REZ"],
  ["with + for blanks", "ROSA+MU%d1OZ++P%c9REZ+"],
  ["Latin-1, raw bytes", "ROSA MU\u00d1OZ P\u00c9REZ"],
  ["UTF-8, raw bytes", "ROSA MU\u00c3\u0091OZ P\u00c3\u0089REZ"],
])("a name in %s is read", (_name, name) =>
  expect(read(`${NEW}?${QUERY}&name=${name}`)).toMatchObject({ ok: true, value: { name: "ROSA MUÑOZ PÉREZ" } }),
);

test("a percent sign that encodes nothing stands for itself", () =>
  expect(read(`${NEW}?${QUERY}&name=A%ZZ%4`)).toMatchObject({ ok: true, value: { name: "A%ZZ%4" } }));

test.each([
  `https://portal.sidiv.registrocivil.cl.evil.example/docstatus?${QUERY}`,
  `https://portal-sidiv.registrocivil.cl/docstatus?${QUERY}`,
  `https://portalxsidiv.registrocivil.cl/docstatus?${QUERY}`,
  `https://evil.example/?u=${OLD}?${QUERY}`,
  `https://evil.example/${OLD}?${QUERY}`,
  `https://portal.sidiv.registrocivil.cl@evil.example/docstatus?${QUERY}`,
  `https://portal.sidiv.registrocivil.cl:x@evil.example/?u=${OLD}?${QUERY}`,
  `https://portal.sidiv.registrocivil.cl.evil.example/?u=${OLD}?${QUERY}`,
  `https://user@portal.sidiv.registrocivil.cl/docstatus?${QUERY}`,
  "https://portal.sidiv.registrocivil.cl/otra-pagina",
  "https://www.chileatiende.gob.cl/",
])("a look-alike or another page is a url, never a cédula: %s", (text) =>
  expect(read(text)).toEqual({ ok: true, value: { kind: "url", url: text } }),
);

test.each(["RUN", "type", "serial", "mrz"])("a cédula without %s is malformed, and the error names it", (field) => {
  const rest = QUERY.split("&").filter((pair) => !pair.startsWith(field));
  for (const query of [rest.join("&"), [...rest, `${field}=`].join("&")])
    expect(read(`${OLD}?${query}`)).toMatchObject({
      ok: false,
      error: { code: "code-reader.cedula-missing-field", message: expect.stringContaining(field.toLowerCase()) },
    });
});

test.each([
  ["run-check", "run", QUERY.replace("12345678-5", "12345678-4")],
  ["form", "run", QUERY.replace("12345678-5", "hola")],
  ["form", "type", QUERY.replace("CEDULA", "C3DULA")],
  ["form", "mrz", QUERY.replace(MRZ, MRZ.slice(1))],
  ["form", "mrz", QUERY.replace(MRZ, `${MRZ}0`)],
  ["mrz-check", "document number", QUERY.replace(`mrz=5`, "mrz=6")],
  ["mrz-check", "birth date", QUERY.replace("740812", "750812")],
  ["mrz-check", "expiry date", QUERY.replace("290812", "290813")],
  ["form", "expiry date", QUERY.replace("290812", "291312").replace(/\d$/, icaoCheckDigit("291312"))],
  ["mismatch", "serial", QUERY.replace("serial=501234567", "serial=501234568")],
  ["mismatch", "twice", `${QUERY}&run=11111111-1`],
  ["missing-field", "run", ""],
])("malformed: %s, %s", (code, detail, query) =>
  expect(read(`${OLD}?${query}`)).toMatchObject({
    ok: false,
    error: { code: `code-reader.cedula-${code}`, message: expect.stringContaining(detail), who: "citizen" },
  }),
);

test.each([
  ["12345", "000012345"],
  ["000012345", "12345"],
  ["b1c2", "B1C2"],
  ["B1C2%3C%3C", "B1C2"],
])("serial %s and document number %s are the same number", (serial, documentNumber) => {
  const mrz = mrzInformation({ documentNumber, birthDate: "1974-08-12", expiryDate: "2029-08-12" });
  for (const written of [mrz, mrz.replaceAll("<", "%3C"), mrz.toLowerCase()])
    expect(read(`${OLD}?RUN=12345678-5&type=CEDULA&serial=${serial}&mrz=${written}`)).toMatchObject({
      ok: true,
      value: { documentNumber },
    });
});

test("a card is valid on the day of its expiry and expired the day after", () => {
  expect(read(`${OLD}?${QUERY}`, "2029-08-12")).toMatchObject({ ok: true, value: { expired: false } });
  expect(read(`${OLD}?${QUERY}`, "2029-08-13")).toMatchObject({ ok: true, value: { expired: true } });
});

test("noise or a scan that broke off before the address is skipped", () => {
  expect(read(`#~\u00ff${OLD}?${QUERY}`)).toEqual({ ok: true, value: ROSA });
  const whole = `${OLD}?${QUERY}`;
  for (let cut = `${new URL(OLD).origin}/`.length; cut < whole.length; cut++)
    expect(read(whole.slice(0, cut) + whole)).toEqual({ ok: true, value: ROSA });
});

const people = fc.record({
  number: fc.integer({ min: 1, max: 99_999_999 }),
  documentNumber: fc.stringMatching(/^[1-9A-Z][0-9A-Z]{0,8}$/),
  birthDate: fc.date({ min: new Date("1927-01-01"), max: new Date("2020-12-31"), noInvalidDate: true }),
  expiryDate: fc.date({ min: new Date("2021-01-01"), max: new Date("2056-01-01"), noInvalidDate: true }),
  name: fc.option(fc.stringMatching(/^[A-ZÑÁÉÍÓÚÜ'&+%=]{1,10}( [A-ZÑÁÉÍÓÚÜ'&+%=]{1,10}){0,3}$/), { nil: undefined }),
  documentType: fc.constantFrom("CEDULA", "CEDULA_EXT", "PASAPORTE_PG"),
  design: fc.constantFrom("2013" as const, "2024" as const),
});

test("every cédula that is made is read back unchanged", () => {
  fc.assert(
    fc.property(people, ({ number, name, birthDate, expiryDate, ...rest }) => {
      const day = (date: Date) => date.toISOString().slice(0, 10);
      const fields = {
        ...rest,
        run: `${number}-${runCheckDigit(number)}`,
        birthDate: day(birthDate),
        expiryDate: day(expiryDate),
        ...(name === undefined ? {} : { name }),
      };
      const { design: _design, ...said } = fields;
      expect(read(cedulaUrl(fields))).toEqual({
        ok: true,
        value: { kind: "cedula", ...said, expired: fields.expiryDate < TODAY },
      });
    }),
  );
});
