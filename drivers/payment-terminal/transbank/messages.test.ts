import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromLatin1, toLatin1 } from "../../../base/bytes/bytes.ts";
import type { DelimitedCodec, Field, Fields } from "../../../base/coder/delimited.ts";
import type { SaleIntent } from "../interface.ts";
import { judgeLastSale, readSale, readSaleAnswer } from "./judgement.ts";
import * as messages from "./messages.ts";
import { FUNCTION } from "./messages.ts";
import { AUTOSERVICIO, INTEGRADO } from "./models.ts";
import { saleResult } from "./sale-response.ts";
import { voucherField, voucherLines } from "./voucher.ts";

const sale = { amount: 1000, ticket: "123456", voucher: false };

test("requests are the published ones, byte for byte", () => {
  expect([
    AUTOSERVICIO.saleRequest(sale),
    AUTOSERVICIO.saleRequest({ ...sale, voucher: true }),
    AUTOSERVICIO.saleRequest({ ...sale, commerceCode: "597012345678" }),
    AUTOSERVICIO.lastSaleRequest(false, false),
    AUTOSERVICIO.refundRequest(undefined),
    AUTOSERVICIO.closeRequest(true),
  ]).toEqual([
    "0200|1000|123456|0|1",
    "0200|1000|123456|1|1",
    "0270|1000|123456|0|1|597012345678",
    "0250|0",
    "1200",
    "0500|1",
  ]);
  expect([
    INTEGRADO.saleRequest(sale),
    INTEGRADO.saleRequest({ ...sale, commerceCode: "597012345678" }),
    INTEGRADO.lastSaleRequest(false, false),
    INTEGRADO.lastSaleRequest(true, false),
    INTEGRADO.refundRequest("000042"),
    INTEGRADO.closeRequest(true),
  ]).toEqual([
    "0200|1000|123456|||1|",
    "0270|1000|123456|||1|597012345678|",
    "0250|",
    "0280|0",
    "1200|000042|",
    "0500||",
  ]);
  expect([
    messages.plainRequest.encode({ function: FUNCTION.poll }),
    messages.plainRequest.encode({ function: FUNCTION.normalMode }),
    messages.plainRequest.encode({ function: FUNCTION.totals }, 3),
    messages.plainRequest.encode({ function: FUNCTION.details, flag: true }, 3),
    messages.plainRequest.encode({ function: FUNCTION.details, flag: false }, 3),
  ]).toEqual(["0100", "0300", "0700||", "0260|1|", "0260|0|"]);
});

describe("sale answers", () => {
  test("debit without voucher: accounting date 00-00-00 is none, the brand loses its blank", () => {
    const data = "0210|00|597000000001|VT000001|000123|007919|1500|0042|000056|DB|00-00-00|042|P |23112026|101530";
    const { values } = readSale(AUTOSERVICIO, data, false);
    expect(saleResult(values)).toEqual({
      status: "approved",
      responseCode: "00",
      amount: 1500,
      ticket: "000123",
      authorizationCode: "007919",
      last4: "0042",
      operationNumber: "000056",
      cardType: "debit",
      cardBrand: "P",
      commerceCode: "597000000001",
      terminalId: "VT000001",
      terminalTime: "2026-11-23T10:15:30",
    });
  });

  test("credit with instalments: empty accounting date and account, shares behind an empty voucher", () => {
    const data =
      "0210|00|597000000001|VT000001|T1|575354|10000|6590|34|CR|||VI|17032026|115006||03|03|3334|CUOTAS SIN INTERES";
    expect(saleResult(readSale(AUTOSERVICIO, data, false).values)).toMatchObject({
      cardType: "credit",
      instalments: { kind: "03", count: 3, amount: 3334, text: "CUOTAS SIN INTERES" },
    });
  });

  test("cancelled at the terminal: no commerce and no terminal, ticket and amount echoed", () => {
    const intent: SaleIntent = { ticket: "ABC123", amount: 12000, commerceCode: "597012345678", startedAt: 0 };
    const data = "0271|07|||ABC123||12000|||||||||||||||597012345678|";
    expect(readSaleAnswer(INTEGRADO, data, intent)).toEqual({
      status: "declined",
      responseCode: "07",
      ticket: "ABC123",
      amount: 12000,
      providerCommerceCode: "597012345678",
    });
  });

  test("multicode carries the provider's commerce after the time, the voucher and shares behind it", () => {
    const voucher = voucherField(["COMPROBANTE", "TOTAL"]);
    const data = `0271|00|597000000001|VT000001|T1|194937|10000|6590|64|CR|||VI|18032026|171153|597012345678|${voucher}|03|03|3334|CUOTAS`;
    for (const code of ["0271", "0210"])
      expect(saleResult(readSale(AUTOSERVICIO, code + data.slice(4), true).values)).toMatchObject({
        providerCommerceCode: "597012345678",
        voucher: ["COMPROBANTE", "TOTAL"],
        instalments: { count: 3 },
      });
  });

  test("an Integrado answer has its instalments before the card", () => {
    const data =
      "0260|00|597000000001|VT000001|abc123|757752|12000|03|4000|9480|000135|CR|000000|0000000|MC|22102025|114016||||";
    expect(saleResult(readSale(INTEGRADO, data, false).values)).toMatchObject({
      last4: "9480",
      operationNumber: "000135",
      instalments: { count: 3, amount: 4000 },
      terminalTime: "2025-10-22T11:40:16",
    });
  });

  test("an impossible date or time is none", () => {
    for (const [date, time] of [
      ["31022026", "101010"],
      ["22112026", "246000"],
      ["abc", "1"],
    ]) {
      const data = `0210|00|5|V|T1|1|1500|0042|1|DB|||P|${date}|${time}`;
      expect(saleResult(readSale(AUTOSERVICIO, data, false).values)?.terminalTime).toBeUndefined();
    }
  });
});

describe("vouchers", () => {
  test("whole lines are lines; anything else is kept raw and not printed", () => {
    const lines = ["          COMPROBANTE DE VENTA", "NIÑO ÁÉÍ"];
    expect(voucherLines(voucherField(lines))).toEqual(lines);
    expect(voucherLines("X".repeat(41))).toBeUndefined();
    const data = "0210|00|5|V|T1|1|1500|0042|1|DB|||P|22112026|101010|MALO";
    const result = saleResult(readSale(AUTOSERVICIO, data, false).values);
    expect(result).toMatchObject({ voucherRaw: "MALO" });
    expect(result?.voucher).toBeUndefined();
  });

  test("text survives the line as Latin-1", () => {
    const field = voucherField(["CRÉDITO Ñandú"]);
    expect(fromLatin1(toLatin1(field))).toBe(field);
  });
});

describe("every declared message", () => {
  const codecs = Object.entries(messages).flatMap(([name, declared]) =>
    "decode" in declared ? [[name, declared as unknown as DelimitedCodec<Fields>] as const] : [],
  );
  const text = (width: number) =>
    fc.string({ unit: fc.constantFrom(..."AZaz09 ÑÉ-*"), minLength: 1, maxLength: Math.min(width, 80) });
  const value = ({ kind, width }: Field) => {
    if (kind === "number") return fc.nat(10 ** Math.min(width, 12) - 1);
    if (kind === "flag") return fc.boolean();
    return text(width).filter((word) => word.trim() !== "" && (kind === "text" || word === word.trim()));
  };

  test.each(codecs)("%s is read back as it was written", (_name, codec) => {
    const record = Object.fromEntries(Object.entries(codec.fields).map(([name, declared]) => [name, value(declared)]));
    fc.assert(
      fc.property(fc.record(record, { requiredKeys: [] }), (values) => {
        expect(codec.decode(codec.encode(values))).toMatchObject({ values, malformed: [] });
      }),
    );
  });

  test("no answer whatsoever makes a reader throw", () => {
    const intent: SaleIntent = { ticket: "A1", amount: 1500, startedAt: 0 };
    const tolerance = { clockSkew: 0, timeZone: "America/Santiago" };
    const word = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("0210", "0260", "00", "11", "A1", "1500"));
    const data = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 24 }).map((fields) => fields.join("|")),
    );
    fc.assert(
      fc.property(data, fc.boolean(), (line, multicode) => {
        for (const model of [AUTOSERVICIO, INTEGRADO]) {
          saleResult(readSale(model, line, multicode).values);
          readSaleAnswer(model, line, intent);
          judgeLastSale(model, line, intent, tolerance);
        }
        for (const [, codec] of codecs) codec.decode(line);
      }),
    );
  });
});
