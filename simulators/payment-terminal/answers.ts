import {
  closeResponse,
  detailResponse,
  FUNCTION,
  initialiseResultResponse,
  plainResponse,
  refundResponse,
  totalsResponse,
} from "../../drivers/payment-terminal/transbank/messages.ts";
import type { TransbankModel } from "../../drivers/payment-terminal/transbank/models.ts";
import type { SaleFields } from "../../drivers/payment-terminal/transbank/sale-response.ts";
import { terminalDateAndTime } from "../../drivers/payment-terminal/transbank/terminal-time.ts";
import { voucherField } from "../../drivers/payment-terminal/transbank/voucher.ts";
import type { Charge } from "./ledger.ts";
import type { TerminalSettings } from "./settings.ts";

/** The messages that a terminal sends, built from the ledger. */
export class Answers {
  readonly #model: TransbankModel;
  readonly #settings: TerminalSettings;

  constructor(model: TransbankModel, settings: TerminalSettings) {
    this.#model = model;
    this.#settings = settings;
  }

  get #head() {
    return { commerceCode: this.#settings.commerceCode, terminalId: this.#settings.terminalId };
  }

  plain(functionCode: string, responseCode: string): string {
    return plainResponse.encode({ function: functionCode, responseCode, ...this.#head });
  }

  sale(functionCode: string, charge: Charge, voucher: boolean): string {
    const multicode = charge.commerceCode !== undefined && functionCode !== FUNCTION.lastSaleResponse;
    const codec = multicode ? this.#model.multicodeSaleCodec : this.#model.saleCodec;
    const { shortAnswers } = this.#settings;
    const fields = { ...this.#saleFields(functionCode, charge, voucher), ...(multicode && this.#provider(charge)) };
    return codec.encode(fields, shortAnswers ? 4 : multicode ? 22 : 20);
  }

  /** A citizen's cancellation is answered without commerce and terminal, as the 2026 tests show. */
  notApproved(functionCode: string, { responseCode, ticket, amount }: Charge): string {
    const head = responseCode === "07" ? {} : this.#head;
    return this.#model.saleCodec.encode(
      { function: functionCode, responseCode, ...head, ticket, amount },
      this.#settings.shortAnswers ? 7 : 20,
    );
  }

  detail(charge: Charge | undefined): string {
    if (charge === undefined)
      return detailResponse.encode({ function: FUNCTION.detail, responseCode: "00", ...this.#head }, 20);
    const {
      instalmentKind: _kind,
      instalmentText: _text,
      voucher: _voucher,
      ...fields
    } = this.#saleFields(FUNCTION.detail, charge, false);
    return detailResponse.encode({ ...fields, ...this.#provider(charge) }, 20);
  }

  totals(charges: readonly Charge[]): string {
    const standing = charges.filter(({ reversed }) => !reversed);
    return totalsResponse.encode({
      function: FUNCTION.totalsResponse,
      responseCode: "00",
      count: standing.length,
      amount: standing.reduce((sum, { amount }) => sum + amount, 0),
    });
  }

  refund(responseCode: string, charge: Charge | undefined): string {
    return refundResponse.encode(
      {
        function: FUNCTION.refundResponse,
        responseCode,
        ...this.#head,
        ...(charge !== undefined && {
          authorizationCode: charge.authorizationCode,
          operationNumber: charge.operationNumber,
        }),
      },
      6,
    );
  }

  close(voucher: boolean, charges: readonly Charge[]): string {
    const lines = ["          CIERRE DE TERMINAL", `VENTAS: ${charges.length}`];
    return closeResponse.encode({
      function: FUNCTION.closeResponse,
      responseCode: "00",
      ...this.#head,
      ...(voucher && { voucher: voucherField(lines) }),
    });
  }

  initialised(at: number): string {
    return initialiseResultResponse.encode({
      function: FUNCTION.initialiseResultResponse,
      responseCode: "90",
      ...terminalDateAndTime(at + this.#settings.clockError, this.#settings.timeZone),
    });
  }

  #saleFields(functionCode: string, charge: Charge, voucher: boolean): SaleFields {
    const { card } = charge;
    const head = { function: functionCode, responseCode: charge.responseCode, ...this.#head };
    if (!charge.moneyMoved) return { ...head, ticket: charge.ticket, amount: charge.amount };
    const instalments = card?.kind === "credit" ? (card.instalments ?? 0) : 0;
    return {
      ...head,
      ticket: charge.ticket,
      authorizationCode: charge.authorizationCode,
      amount: charge.amount,
      last4: card?.last4 ?? "0000",
      operationNumber: charge.operationNumber,
      cardType: card?.kind === "credit" ? "CR" : "DB",
      ...(card?.kind === "debit" && { accountingDate: "00-00-00", accountNumber: card.last4.slice(1) }),
      cardBrand: (card?.brand ?? "DB").padEnd(2),
      ...terminalDateAndTime(charge.at + this.#settings.clockError, this.#settings.timeZone),
      ...(voucher && this.#model.capabilities.voucherToHost && { voucher: voucherField(this.#voucher(charge)) }),
      ...(instalments > 0 && {
        instalmentCount: instalments,
        instalmentAmount: Math.ceil(charge.amount / instalments),
        ...(this.#model.capabilities.voucherToHost && { instalmentKind: "03", instalmentText: "CUOTAS SIN INTERES" }),
      }),
    };
  }

  #provider(charge: Charge): SaleFields {
    return charge.commerceCode === undefined ? {} : { providerCommerceCode: charge.commerceCode };
  }

  #voucher(charge: Charge): readonly string[] {
    const pesos = `$${charge.amount.toString().replace(/\B(?=(\d{3})+$)/g, ".")}`;
    const { date, time } = terminalDateAndTime(charge.at, this.#settings.timeZone);
    return [
      "          COMPROBANTE DE VENTA",
      `        TARJETA DE ${charge.card?.kind === "credit" ? "CRÉDITO" : "DÉBITO"}`,
      `${date.slice(0, 2)}/${date.slice(2, 4)}/${date.slice(4)}          ${time.slice(0, 2)}:${time.slice(2, 4)}`,
      `BOLETA ${charge.ticket}`,
      `TOTAL:${pesos.padStart(34)}`,
      `TARJETA: ************${charge.card?.last4 ?? "0000"}`,
      `CÓDIGO DE AUTORIZACIÓN: ${charge.authorizationCode}`,
      `OPERACIÓN: ${charge.operationNumber}`,
      "        GRACIAS POR SU COMPRA",
      "         (SIMULADOR, SIN VALOR)",
    ];
  }
}
