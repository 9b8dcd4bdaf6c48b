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
  "gateway.sealing-key-gone": {
    who: "technician",
    meaning: "What waited on the kiosk was sealed to a key that the gateway does not have any more",
    action:
      "It cannot be read by anybody. Use the incident's number: the citizen holds it. Bring kiosks back on line within the time that the gateway's `sealing.openFor` gives.",
  },
  "gateway.seal-broken": {
    who: "supplier",
    meaning: "What waited on the kiosk cannot be opened: it was changed, or belongs to another kiosk or another key",
    action:
      "Use the incident's number: the citizen holds it. Report it: a disk that fails, a copied disk, or a defect.",
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
  "gateway.attachment-refused": {
    who: "supplier",
    meaning:
      "What the kiosk sent as a citizen's paper is no JPEG file, too large, cut short or has another hash; nothing was kept",
    action:
      "The detail tells which. A page that was cut short is sent again; anything else is a defect of the kiosk: report it.",
  },
  "gateway.attachments-full": {
    who: "supplier",
    meaning: "The kiosk has left more papers at the gateway than it may without submitting anything that names them",
    action:
      "They are destroyed after a day. If it repeats, look why submissions with papers do not arrive, or raise the gateway's `attachments.unclaimed`.",
  },
  "gateway.attachment-missing": {
    who: "none",
    meaning: "The gateway does not hold a paper that the submission names; nothing was submitted",
    action: "Nothing: the kiosk sends the paper once more. If a citizen is told of it, they scan their papers again.",
  },
  "gateway.attachments-too-large": {
    who: "citizen",
    meaning: "The papers of the submission are too large together; nothing was submitted",
    action: "Scan fewer pages, or hand the papers in at the counter.",
  },
  "signature.proof-refused": {
    who: "citizen",
    meaning: "What shows who signs is not, or not any more, a proof of this person at this kiosk; nothing was signed",
    action: "The citizen proves once more that it is they.",
  },
  "signature.proof-used": {
    who: "citizen",
    meaning: "What shows who signs was used for another signature; nothing was signed",
    action: "The citizen proves once more that it is they. If it repeats, a defect of the kiosk: report it.",
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
  "chileatiende.person-unknown": {
    who: "citizen",
    meaning: "ChileAtiende's register of complaints knows nobody with this RUN",
    action: "The person files the complaint at the counter.",
  },
  "delivery.address-refused": {
    who: "citizen",
    meaning: "The messaging service does not accept the address or the number",
    action: "Correct it or take the document by QR or paper.",
  },
  "attention.queue-closed": {
    who: "citizen",
    meaning: "The queue takes nobody any more today",
    action: "Choose another queue, or ask at the counter.",
  },
  "attention.slot-taken": {
    who: "citizen",
    meaning: "Somebody else has booked this hour meanwhile",
    action: "Choose another hour.",
  },
  "cases.unknown": {
    who: "citizen",
    meaning: "No case of this person has that number",
    action: "Look the cases up again, or ask at the counter.",
  },
  "hand-off.absent": {
    who: "citizen",
    meaning: "No procedure waits under this code",
    action: "Compare the code with the one on the other screen.",
  },
  "hand-off.used": {
    who: "citizen",
    meaning: "The code was used before",
    action: "Ask for a new code where the procedure was begun, or begin again.",
  },
  "hand-off.expired": {
    who: "citizen",
    meaning: "The code is no longer valid",
    action: "Ask for a new code where the procedure was begun, or begin again.",
  },
} as const satisfies Record<string, ErrorEntry>;
