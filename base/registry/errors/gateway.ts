import type { ErrorEntry } from "../entry.ts";

export const GATEWAY_ERRORS = {
  "gateway.config": {
    who: "technician",
    meaning: "The gateway's configuration is not usable",
    action: "Correct the field named in the detail and start the gateway again.",
  },
  "gateway.certificate-missing": {
    who: "technician",
    meaning: "The caller showed no client certificate",
    action: "Give the kiosk the certificate and key that its CA issued, and the path to them in its configuration.",
  },
  "gateway.certificate-refused": {
    who: "technician",
    meaning: "The caller's client certificate is not accepted",
    action: "Issue a new certificate from the kiosks' CA. The detail names what is wrong with this one.",
  },
  "gateway.no-such-address": {
    who: "supplier",
    meaning: "The gateway has nothing at this address",
    action: "Correct the caller: the addresses are in the gateway contract.",
  },
  "gateway.unknown-operation": {
    who: "supplier",
    meaning: "The gateway does not know the operation",
    action: "Kiosk and gateway are of different versions, or the institution is not configured here.",
  },
  "gateway.key-conflict": {
    who: "supplier",
    meaning: "The same key was used before for something else",
    action: "A defect of the caller: every effect needs a key of its own.",
  },
  "gateway.working": {
    who: "none",
    meaning: "The submission is still under way",
    action: "Nothing: the kiosk asks again for the same key.",
  },
  "gateway.internal": {
    who: "supplier",
    meaning: "The gateway met an unexpected error",
    action: "Report it with the log lines of that moment.",
  },
  "gateway.document-not-drawable": {
    who: "supplier",
    meaning: "The document holds a letter that the font of its pages does not have, so that no page is made",
    action: "Give the document on the phone, which has every letter. Report its folio, so that the font is widened.",
  },
  "gateway.document-gone": {
    who: "none",
    meaning: "The gateway does not hold this document, or no longer",
    action: "The citizen can have the document issued again.",
  },
  "institution.unreachable": {
    who: "supplier",
    meaning: "The institution's service cannot be reached; nothing was sent to it",
    action: "Check the address, the network and the institution's state page; if it lasts, call the institution.",
  },
  "institution.no-answer": {
    who: "supplier",
    meaning: "The institution's service did not answer in time",
    action: "If it lasts, call the institution. What was submitted is asked for by key.",
  },
  "institution.answer-lost": {
    who: "supplier",
    meaning: "The connection broke after the request was sent and before the answer was complete",
    action: "Nothing at once: what was submitted is asked for by key.",
  },
  "institution.failing": {
    who: "supplier",
    meaning: "The institution's service answered with an internal error",
    action: "If it lasts, call the institution with the time of the failure.",
  },
  "institution.web-page": {
    who: "supplier",
    meaning: "The institution's service answered with a web page instead of data",
    action: "A proxy or a maintenance page stands before the service: call the institution.",
  },
  "institution.malformed": {
    who: "supplier",
    meaning: "The institution's answer cannot be read",
    action: "Call the institution: the answer was cut short or is not well formed.",
  },
  "institution.contract": {
    who: "supplier",
    meaning: "The institution's answer is not of the agreed shape",
    action: "The institution changed its service, or the adapter is wrong. The detail names the field.",
  },
  "institution.fault": {
    who: "supplier",
    meaning: "The institution's service answered with a SOAP fault",
    action: "Call the institution. The detail holds the fault code.",
  },
  "institution.access-refused": {
    who: "supplier",
    meaning: "The institution's service refuses the gateway's credentials",
    action: "Check the credentials in the gateway's configuration, their expiry and the clock.",
  },
  "institution.busy": {
    who: "supplier",
    meaning: "The institution's service limits the number of requests",
    action: "Ask the institution for a higher limit if this repeats.",
  },
  "institution.request-refused": {
    who: "supplier",
    meaning: "The institution's service refuses the request as wrong",
    action: "The adapter and the service disagree. The detail holds the institution's code.",
  },
  "institution.not-received": {
    who: "none",
    meaning: "The institution says that it never received the submission",
    action: "Nothing: the same key may be submitted again.",
  },
  "fonasa.query-refused": {
    who: "citizen",
    meaning: "FONASA's certificador has no certificate for this query",
    action: "The person is not known to FONASA, or the query was refused. The detail holds the state number.",
  },
  "fonasa.not-eligible": {
    who: "citizen",
    meaning: "This person cannot buy a bono",
    action: "Tramo A is treated in the public network; people of an Isapre go to their Isapre.",
  },
  "fonasa.prestacion-unknown": {
    who: "supplier",
    meaning: "FONASA does not know the prestación",
    action: "The list on the kiosk is out of date.",
  },
  "fonasa.provider-unknown": {
    who: "citizen",
    meaning: "The provider has no agreement for this prestación",
    action: "Choose another provider.",
  },
  "fonasa.quote-expired": {
    who: "none",
    meaning: "The quote is no longer valid",
    action: "Ask for a new quote before paying.",
  },
  "fonasa.amount-mismatch": {
    who: "supplier",
    meaning: "The amount paid is not the copago of the quote",
    action: "Refund the payment; report the defect.",
  },
  "fonasa.bono-unknown": {
    who: "attendant",
    meaning: "FONASA does not know a bono with this folio",
    action: "Compare the folio with the paper.",
  },
  "fonasa.bono-not-annullable": {
    who: "attendant",
    meaning: "The bono was used or has expired and cannot be annulled here",
    action: "The person asks for a refund at a FONASA office.",
  },
  "srcei.person-unknown": {
    who: "citizen",
    meaning: "The Registro Civil finds no registration for this RUN",
    action: "The person asks at a Registro Civil office.",
  },
  "delivery.address-refused": {
    who: "citizen",
    meaning: "The e-mail service does not accept the address",
    action: "Correct the address or take the document by QR or paper.",
  },
} as const satisfies Record<string, ErrorEntry>;
