import type { RuleName } from "../../checker/proof.ts";
import type { ServiceSource } from "../../compiler/source.ts";
import { type Edit, edited } from "./edit.ts";

export type Sources = {
  readonly bono: ServiceSource;
  readonly certificate: ServiceSource;
  readonly contact: ServiceSource;
  readonly turn: ServiceSource;
  readonly status: ServiceSource;
  /** Something that is signed, on two pages. */
  readonly declaration: ServiceSource;
};

/** A rule, what the seed is, and the service with what is changed in it. */
export type ByDefinition = readonly [RuleName, string, ServiceSource, ...Edit[]];

/** So much that it needs a second page. */
export const ENOUGH =
  "    - Vivo donde digo que vivo hoy. Nadie me obliga a decirlo. Nadie me paga por decirlo. Lo digo porque es verdad.\n";

/** The declaration without its questions: what they bring makes no difference to how it is signed. */
function withoutQuestions(declaration: ServiceSource): ServiceSource {
  const sentence = / {4}- "[^"]*\{\{home\.value[^\n]*\n/;
  return edited(
    declaration,
    ["service", / {2}- id: home\n[\s\S]*?(?= {2}- id: declaration)/, ""],
    ["service", "by: [cedula, clave-unica]", "by: [cedula]"],
    ...(["es", "en"] as const).flatMap((part): Edit[] => [
      [part, /home:\n[\s\S]*?(?=declaration:)/, ""],
      [part, sentence, ENOUGH],
    ]),
  );
}

/** The declaration of whom the phone alone identifies and has sign, which has the fewest states. */
export function byPhone(declaration: ServiceSource): ServiceSource {
  return edited(
    declaration,
    ["service", "by: [cedula]", "by: [clave-unica]"],
    ["service", "with: [cedula, clave-unica]", "with: [clave-unica]"],
    ["service", "[code-reader, receipt-printer]", "[receipt-printer]"],
  );
}

/** The declaration signed by the chip of the cédula alone. */
export function byChip(declaration: ServiceSource): ServiceSource {
  return edited(
    declaration,
    ["service", "with: [cedula, clave-unica]", "with: [cedula]"],
    ["service", "[code-reader, receipt-printer]", "[code-reader, chip-card-reader, receipt-printer]"],
  );
}

/** The bono without the chip and without the voucher: a third of the states, with all that most faults need. */
function short(bono: ServiceSource): ServiceSource {
  return edited(
    bono,
    ["service", "    chip: offered\n", ""],
    ["service", "      - { name: voucher, receipt: voucher, extra: true }\n", ""],
    ["receipts", /voucher:\n {2}blocks:\n(?: {4}- [^\n]*\n?)+/, ""],
    ["es", / {4}voucher: [^\n]*\n/, ""],
    ["en", / {4}voucher: [^\n]*\n/, ""],
  );
}

/** What seeds are made of: the bono and the declaration are made shorter. */
export function prepare(sources: Sources): Sources {
  return {
    ...sources,
    bono: short(sources.bono),
    declaration: withoutQuestions(sources.declaration),
  };
}
