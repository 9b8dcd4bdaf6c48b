import { assertOk } from "../../base/result.ts";
import { parseTemplate, type Template } from "../engine/expression.ts";
import type { IncidentRecord } from "../engine/ports.ts";
import type { ReceiptTemplate } from "./template.ts";

function template(source: string): Template {
  return assertOk(parseTemplate(source), "a template of the library");
}

const foot: ReceiptTemplate["blocks"] = [
  { type: "rule" },
  { type: "text", text: template("{{site.place}} · {{site.kiosk}}"), align: "center" },
  { type: "text", text: template("{{site.startedAt | datetime}}"), align: "center" },
];

/** Tells that a person must settle something. In the citizen's language, without personal data. */
export function incidentReceipt(kind: IncidentRecord["kind"]): ReceiptTemplate {
  return {
    blocks: [
      { type: "text", say: "paper.heading", align: "center", bold: true },
      { type: "text", say: "paper.incident-title", align: "center", bold: true, size: 2 },
      { type: "text", text: template("{{incident.number}}"), align: "center", bold: true, size: 2 },
      { type: "rule" },
      { type: "text", say: `paper.incident-what.${kind}` },
      {
        type: "pair",
        label: template("Monto"),
        value: template("{{incident.amount | money}}"),
        when: "incident.amount",
      },
      { type: "feed", lines: 1 },
      { type: "text", say: `paper.incident-next.${kind}` },
      { type: "text", say: "paper.contact" },
      ...foot,
    ],
  };
}

/** Proof that a payment was given back. In the citizen's language, without personal data. */
export const REFUND_RECEIPT: ReceiptTemplate = {
  blocks: [
    { type: "text", say: "paper.heading", align: "center", bold: true },
    { type: "text", say: "paper.refund-title", align: "center", bold: true, size: 2 },
    { type: "rule" },
    { type: "text", say: "paper.refund-what" },
    { type: "pair", label: template("Monto"), value: template("{{refund.amount | money}}"), bold: true },
    { type: "pair", label: template("Ticket"), value: template("{{refund.ticket}}") },
    {
      type: "pair",
      label: template("Autorización"),
      value: template("{{refund.authorizationCode}}"),
      when: "refund.authorizationCode",
    },
    { type: "pair", label: template("Tarjeta"), value: template("**** {{refund.last4}}"), when: "refund.last4" },
    { type: "feed", lines: 1 },
    { type: "text", say: "paper.refund-next" },
    { type: "text", say: "paper.contact" },
    ...foot,
  ],
};
