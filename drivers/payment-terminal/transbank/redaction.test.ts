import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromLatin1, toLatin1 } from "../../../base/bytes/bytes.ts";
import { ACK, encodeFrame, StxEtxLrcReader } from "../../framing/stx-etx-lrc.ts";
import { FUNCTION } from "./messages.ts";
import { AUTOSERVICIO, INTEGRADO } from "./models.ts";
import { transbankRedaction } from "./redaction.ts";

const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9]{${length}}$`));
const sale = fc.record({
  ticket: digits(6),
  authorizationCode: digits(6),
  amount: fc.integer({ min: 50, max: 999_999 }),
  last4: digits(4),
  operationNumber: digits(6),
  accountNumber: digits(16),
  voucher: fc.constant("TARJETA: ************4242 JUAN PEREZ   "),
});

test.each([AUTOSERVICIO, INTEGRADO])(
  "of a sale of $name the card, the account, the authorisation and the voucher are hidden, and the rest can be read",
  ({ name, saleCodec, multicodeSaleCodec }) => {
    fc.assert(
      fc.property(sale, fc.boolean(), fc.nat(), ({ voucher, ...fields }, multicode, cut) => {
        const code = multicode ? FUNCTION.multicodeSaleResponse : FUNCTION.saleResponse;
        const codec = multicode ? multicodeSaleCodec : saleCodec;
        const withVoucher = multicode || name === "transbank-autoservicio" ? { voucher } : {};
        const values = { function: code, responseCode: "00", cardType: "CR", ...fields, ...withVoucher };
        const bytes = concat([Uint8Array.of(ACK), encodeFrame(toLatin1(codec.encode(values)))]);
        const mask = transbankRedaction(name)().in;
        const at = cut % bytes.length;
        const masked = concat([mask(bytes.slice(0, at)), mask(bytes.slice(at))]);
        const [ack, frame, ...more] = new StxEtxLrcReader().push(masked);
        expect([ack?.kind, frame?.kind, more]).toEqual(["ack", "frame", []]);
        const read = codec.decode(fromLatin1(frame?.kind === "frame" ? frame.data : new Uint8Array())).values;
        const { ticket, amount, operationNumber } = fields;
        expect(read).toMatchObject({
          function: code,
          responseCode: "00",
          cardType: "CR",
          ticket,
          amount,
          operationNumber,
        });
        expect(read).toMatchObject({ last4: "0000", accountNumber: "0".repeat(16), authorizationCode: "000000" });
        if (read.voucher !== undefined) expect(read.voucher).toBe("XXXXXXX: ************0000 XXXX XXXXX   ");
      }),
    );
  },
);

test("what the till sends is seen: it holds nothing of a card", () => {
  for (const model of [AUTOSERVICIO, INTEGRADO]) {
    const requests = [
      model.saleRequest({ amount: 1500, ticket: "A12345", voucher: true }),
      model.saleRequest({ amount: 1500, ticket: "A12345", voucher: true, commerceCode: "597012345678" }),
      model.lastSaleRequest(false, true),
      model.lastSaleRequest(true, true),
      model.refundRequest("123456"),
      model.closeRequest(true),
      FUNCTION.poll,
    ];
    for (const request of requests) {
      const frame = encodeFrame(toLatin1(request));
      expect(transbankRedaction(model.name)().out(frame)).toEqual(frame);
    }
  }
});

test("a message that nobody knows is hidden but for its function code", () => {
  const masked = transbankRedaction("transbank-integrado")().in(encodeFrame(toLatin1("9999|4242|Juan Perez|1")));
  expect(new StxEtxLrcReader().push(masked)).toEqual([{ kind: "frame", data: toLatin1("9999|0000|Xxxx Xxxxx|0") }]);
});

const junk = fc.uint8Array({ maxLength: 60 });

test("whatever the bytes and the pieces, lengths stay, and good and damaged frames stay what they were", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          junk,
          fc.constantFrom("0210|00|1234", "0900|78", "4242").map((data) => encodeFrame(toLatin1(data))),
        ),
      ),
      fc.array(fc.nat({ max: 40 })),
      (parts, sizes) => {
        const bytes = concat(parts);
        const mask = transbankRedaction("transbank-autoservicio")().in;
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const size of sizes) {
          pieces.push(mask(bytes.slice(at, at + size)));
          at += size;
        }
        const masked = concat([...pieces, mask(bytes.slice(at))]);
        expect(masked).toHaveLength(bytes.length);
        const kinds = (all: Uint8Array) => new StxEtxLrcReader().push(all).map(({ kind }) => kind);
        expect(kinds(masked)).toEqual(kinds(bytes));
      },
    ),
    { numRuns: 500 },
  );
});
