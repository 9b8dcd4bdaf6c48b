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

/** A number in a queue, or an hour. In the citizen's language, without personal data. */
export function turnReceipt(book: "queue" | "appointment"): ReceiptTemplate {
  const [number, facts] =
    book === "queue"
      ? ["{{turn.number}}", ["paper.turn-queue", "paper.turn-ahead", "paper.turn-next"]]
      : ["{{turn.time}}", ["paper.hour-place", "paper.hour-matter", "paper.hour-next"]];
  return {
    blocks: [
      { type: "text", say: "paper.heading", align: "center", bold: true },
      { type: "text", say: `paper.${book}-title`, align: "center", bold: true },
      { type: "text", text: template(number), align: "center", bold: true, size: 2 },
      ...(book === "queue" ? [] : [{ type: "text", say: "paper.hour-day", align: "center", bold: true } as const]),
      { type: "rule" },
      ...facts.map((say) => ({ type: "text", say }) as const),
      { type: "feed", lines: 1 },
      { type: "text", say: "paper.turn-follow", align: "center" },
      { type: "qr", data: template("{{turn.url}}") },
      { type: "text", say: "paper.turn-code", align: "center" },
      ...foot,
    ],
  };
}

/** Where a case stands. In the citizen's language; it names the case and nobody. */
export const CASE_RECEIPT: ReceiptTemplate = {
  blocks: [
    { type: "text", say: "paper.heading", align: "center", bold: true },
    { type: "text", say: "paper.case-title", align: "center", bold: true },
    { type: "rule" },
    { type: "text", text: template("{{status.name}}"), bold: true },
    { type: "text", text: template("{{status.institution}}") },
    { type: "text", say: "paper.case-number" },
    { type: "feed", lines: 1 },
    { type: "text", text: template("{{said.state}}"), bold: true },
    { type: "text", text: template("{{said.who}}") },
    { type: "text", text: template("{{status.next}}"), when: "status.next" },
    { type: "feed", lines: 1 },
    { type: "text", say: "paper.case-day" },
    { type: "text", say: "paper.contact" },
    ...foot,
  ],
};

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
