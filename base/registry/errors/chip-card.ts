import type { ErrorEntry } from "../entry.ts";

export const CHIP_CARD_ERRORS = {
  "chip-card.busy": {
    who: "supplier",
    meaning: "Another read is under way on this chip card reader",
    action: "Correct the program: one read at a time, and a card belongs to one person.",
  },
  "chip-card.service-absent": {
    who: "technician",
    meaning: "The PC/SC service does not answer",
    action:
      "Install pcscd and libpcsclite1 (Debian: `apt install pcscd`), and see that it runs and that the service user may use it.",
  },
  "chip-card.no-card": {
    who: "citizen",
    meaning: "No card was put on the reader in time",
    action: "Put the card on the reader, chip first or flat on the mark, and leave it there.",
  },
  "chip-card.mute": {
    who: "citizen",
    meaning: "There is a card on the reader, but its chip does not answer",
    action:
      "Turn the card round or over and put it in again. If it repeats, the chip is broken: identify in another way.",
  },
  "chip-card.removed": {
    who: "citizen",
    meaning: "The card was taken away while it was being read",
    action: "Put the card back and leave it there until the screen says that it may be taken.",
  },
  "chip-card.transmission": {
    who: "citizen",
    meaning: "Card and reader do not understand each other",
    action: "Take the card away and put it back, flat and still. If it repeats with every card, look at the reader.",
  },
  "chip-card.not-a-document": {
    who: "citizen",
    meaning: "The card has no application of an electronic travel or identity document",
    action: "Use the identity card; cédulas have a readable chip only where the chip symbol is printed on them.",
  },
  "chip-card.key-refused": {
    who: "citizen",
    meaning: "The card does not accept the key: the code or number belongs to another card",
    action: "Scan the code of the same card that lies on the reader, or type its number again.",
  },
  "chip-card.key-unusable": {
    who: "supplier",
    meaning: "The card cannot be opened with this kind of key",
    action: "Read the card's machine-readable zone or its QR code; a card access number needs a card with PACE.",
  },
  "chip-card.access-denied": {
    who: "citizen",
    meaning: "The card refused a step with a status word that leaves no way on",
    action: "Take the card away and try once more. The detail names the step and the status word.",
  },
  "chip-card.secure-messaging": {
    who: "attendant",
    meaning: "An answer of the card is not authentic: its checksum is wrong or missing",
    action: "Try once more. If it repeats, somebody may stand between card and reader: do not accept the card.",
  },
  "chip-card.malformed": {
    who: "attendant",
    meaning: "The card sent data that are not of the form of the standard",
    action: "Try once more. If it repeats, the card is damaged or was not made by a State: identify in another way.",
  },
  "chip-card.excessive": {
    who: "attendant",
    meaning: "The card sent more, or went on for longer, than any true card does",
    action: "Do not try again: the card was made to disturb the reader. Identify in another way.",
  },
  "chip-card.unsupported": {
    who: "supplier",
    meaning: "The card uses a variant of the standard that this version cannot handle",
    action: "Report the detail, which names the variant; identify in another way.",
  },
  "chip-card.hash-mismatch": {
    who: "attendant",
    meaning: "A file of the card does not have the hash that its issuer signed",
    action: "The card's content was altered: do not accept it as proof of identity.",
  },
  "chip-card.signature-wrong": {
    who: "attendant",
    meaning: "The issuer's signature over the card's hashes is wrong",
    action: "The card's content was altered or forged: do not accept it as proof of identity.",
  },
  "chip-card.signer-unknown": {
    who: "technician",
    meaning: "The signer of the card's content does not lead to a known country signing authority",
    action: "See that the CSCA certificates of this kiosk are current. If they are, do not accept the card.",
  },
  "chip-card.no-trust": {
    who: "technician",
    meaning: "This kiosk has no certificate of any country signing authority",
    action: "Install a master list or the CSCA certificates of the issuing States, and name their folder.",
  },
  "chip-card.signer-expired": {
    who: "attendant",
    meaning: "A certificate that the card's signature rests on is not valid on this day",
    action: "See the kiosk's date. If it is right, do not accept the card as proof of identity.",
  },
  "chip-card.cloned": {
    who: "attendant",
    meaning: "The chip could not prove that it holds the private key that belongs to its signed content",
    action: "The chip may be a copy: do not accept it as proof of identity.",
  },
  "chip-card.key-unsigned": {
    who: "attendant",
    meaning: "The public key with which the chip proves to be the original is not among the issuer's signed content",
    action: "Do not accept the card as proof of identity.",
  },
} as const satisfies Record<string, ErrorEntry>;
