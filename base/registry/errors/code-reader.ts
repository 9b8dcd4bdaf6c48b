import type { ErrorEntry } from "../entry.ts";

export const CODE_READER_ERRORS = {
  "code-reader.busy": {
    who: "supplier",
    meaning: "Another read already waits for a code on this reader",
    action: "Correct the program: one read at a time, and a code belongs to one person.",
  },
  "code-reader.cedula-missing-field": {
    who: "citizen",
    meaning: "The code of the cédula lacks a field",
    action: "Scan again, flat and whole. If it repeats, the card's code is damaged: use another way to identify.",
  },
  "code-reader.cedula-form": {
    who: "citizen",
    meaning: "A field in the code of the cédula is not of its form",
    action: "Scan again, flat and whole. If it repeats, the card's code is damaged: use another way to identify.",
  },
  "code-reader.cedula-run-check": {
    who: "citizen",
    meaning: "The RUN in the code of the cédula has a wrong check digit",
    action: "Scan again. If it repeats, the code was not made by the Registro Civil: use another way to identify.",
  },
  "code-reader.cedula-mrz-check": {
    who: "citizen",
    meaning: "A check digit in the MRZ information of the cédula's code is wrong",
    action: "Scan again. If it repeats, the code was not made by the Registro Civil: use another way to identify.",
  },
  "code-reader.cedula-mismatch": {
    who: "citizen",
    meaning: "Two parts of the cédula's code contradict each other",
    action: "Scan again. If it repeats, the code was not made by the Registro Civil: use another way to identify.",
  },
  "code-reader.mrz-form": {
    who: "citizen",
    meaning: "An element of the document's machine-readable zone is not of its form",
    action: "Scan again, flat and clean.",
  },
  "code-reader.mrz-check": {
    who: "citizen",
    meaning: "A check digit of the document's machine-readable zone is wrong",
    action: "Scan again, flat and clean. If it repeats, the zone is worn or was not printed by its issuer.",
  },
} as const satisfies Record<string, ErrorEntry>;
