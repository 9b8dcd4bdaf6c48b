import type { Edit } from "./edit.ts";
import type { ByDefinition, Sources } from "./sources.ts";

/** A question more in the certificate, for a paper that is scanned. */
const asked = (fields: string, after = ""): Edit[] => [
  ["service", "  - id: review\n", `  - id: paper\n    kind: ask\n    input: file\n${fields}\n${after}  - id: review\n`],
  ["es", "\nreview:\n", "\npaper:\n  title: ¿Tiene el papel?\n\nreview:\n"],
  ["en", "\nreview:\n", "\npaper:\n  title: Do you have the paper?\n\nreview:\n"],
];

/** A case for so many pages. */
const forPages = (count: number) =>
  `  - id: sort\n    kind: decide\n    cases:\n      - { if: "count(paper.value) == ${count}", go: done }\n    next: review\n\n`;

/** Bad services with papers that are scanned. */
export const withPapers = ({ certificate }: Sources): readonly ByDefinition[] => [
  ["devices.undeclared", "a paper that must be scanned, without the scanner", certificate, ...asked("    max: 1\n")],
  [
    "devices.unneeded",
    "a scanner for a paper that may be left out, which would keep kiosks without one from serving",
    certificate,
    ...asked("    max: 1\n    optional: true\n"),
    ["service", "[code-reader,", "[code-reader, document-scanner,"],
  ],
  [
    "ends.case-never-taken",
    "a case for more pages than can be scanned",
    certificate,
    ...asked("    max: 2\n", forPages(3)),
    ["service", "[code-reader,", "[code-reader, document-scanner,"],
  ],
];
