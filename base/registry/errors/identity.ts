import type { ErrorEntry } from "../entry.ts";

export const IDENTITY_ERRORS = {
  "identity.signature-missing": {
    who: "technician",
    meaning: "The request carries no signature of a kiosk",
    action: "A kiosk signs every request: check that nothing in the path takes the signature headers away.",
  },
  "identity.signature-malformed": {
    who: "supplier",
    meaning: "The request's signature is not of the agreed form",
    action: "The detail names the part. Kiosk and server are of different versions, or the path changes headers.",
  },
  "identity.signature-wrong": {
    who: "technician",
    meaning: "The request's signature does not fit the request",
    action: "Something in the path changes address, headers or body; if not, somebody forges requests.",
  },
  "identity.digest-wrong": {
    who: "technician",
    meaning: "The request's body is not the one that was signed",
    action: "Something in the path changes bodies or cuts them short; if not, somebody forges requests.",
  },
  "identity.signature-stale": {
    who: "technician",
    meaning: "The request was signed too long ago or in the future",
    action: "The kiosk goes by the server's clock by itself; if it repeats, check the server's clock.",
  },
  "identity.signature-repeated": {
    who: "technician",
    meaning: "The same signed request came a second time",
    action: "If it repeats, something in the path sends requests twice, or somebody plays back what they overheard.",
  },
  "identity.certificate-unknown": {
    who: "technician",
    meaning: "The key that signed belongs to no kiosk of this fleet",
    action: "Enrol the kiosk with a new one-time code.",
  },
  "identity.certificate-expired": {
    who: "technician",
    meaning: "The kiosk's certificate has expired",
    action: "Check the kiosk's clock; if it is right, enrol the kiosk with a new one-time code.",
  },
  "identity.certificate-revoked": {
    who: "technician",
    meaning: "The kiosk's certificate was revoked",
    action: "If the machine is still the fleet's, enrol it with a new one-time code.",
  },
  "identity.client-certificate-missing": {
    who: "technician",
    meaning: "The connection showed no client certificate and this server asks for one",
    action: "Something in the path ends TLS: exempt the fleet server from inspection, or allow signatures alone.",
  },
  "identity.client-certificate-differs": {
    who: "none",
    meaning: "The connection's client certificate is not the one whose key signed the request",
    action: "Nothing after a renewal: the kiosk connects anew. If it lasts, two kiosks share one connection.",
  },
  "identity.code-refused": {
    who: "technician",
    meaning: "The one-time code is not valid",
    action: "Codes work once and for a limited time: check the letters or have a new code made on the console.",
  },
  "identity.request-refused": {
    who: "supplier",
    meaning: "The certificate request is not acceptable",
    action: "The detail says why: it must be PKCS #10 with a P-256 key and signed by that key.",
  },
  "identity.absent": {
    who: "technician",
    meaning: "This machine is not enrolled",
    action: "Have a one-time code made on the console and enrol the machine with it.",
  },
  "identity.damaged": {
    who: "technician",
    meaning: "The kiosk's identity on disk cannot be used",
    action: "Check the disk; then enrol the machine with a new one-time code.",
  },
  "identity.already-enrolled": {
    who: "technician",
    meaning: "This machine is enrolled already",
    action: "To enrol it anew, ask for it explicitly; what it was before ends then.",
  },
  "identity.server-unreachable": {
    who: "technician",
    meaning: "The fleet server cannot be reached",
    action: "Check address, network and name resolution; the detail holds the cause.",
  },
  "identity.server-insecure": {
    who: "technician",
    meaning: "The fleet server's address is not https",
    action: "Use the https address: the one-time code must not cross a network in clear.",
  },
  "identity.server-not-trusted": {
    who: "technician",
    meaning: "The fleet server's TLS certificate is not trusted",
    action: "Compare the fingerprint with the console's; if they differ, something in the path intercepts connections.",
  },
  "identity.answer-wrong": {
    who: "supplier",
    meaning: "The fleet server's answer cannot be used",
    action: "Server and kiosk are of different versions, or something in the path changed the answer.",
  },
  "identity.director-refused": {
    who: "supplier",
    meaning: "What came as the director's word is not signed by the director",
    action: "The kiosk ignores it. If it repeats, the server's director key was changed: enrol the kiosk anew.",
  },
} as const satisfies Record<string, ErrorEntry>;
