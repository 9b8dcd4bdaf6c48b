import type { Edit } from "./edit.ts";
import { certificateOn, instead, onPages, PAGE, paperTexts, titled, WHO } from "./small.ts";
import type { ByDefinition, Sources } from "./sources.ts";

const TWO_QUESTIONS = `  - id: mail
    kind: ask
    input: email

  - id: again
    kind: ask
    input: email

`;
const TWO_ADDRESSES = `  - id: home
    kind: ask
    input: address

  - id: where
    kind: ask
    input: text
    about: address

`;

const AFFILIATION = `  - id: affiliation
    kind: look-up
    operation: fonasa.affiliation
    input: { run: "{{who.value}}" }

`;
const BONO = `  - id: quote
    kind: ask
    input: text

  - id: amount
    kind: ask
    input: money

  - id: paper
    kind: issue
    operation: fonasa.bono.issue
    input:
      run: "{{who.value}}"
      quote: "{{quote.value}}"
      payment: { amount: "{{amount.value}}", ticket: "{{quote.value}}", authorizationCode: "{{quote.value}}" }
    prints: [${PAGE}]
    document: "{{paper.folio}}"

`;
const NAME = "  - id: last\n    kind: ask\n    input: text\n    about: name\n\n";
const BIRTH = "  - id: last\n    kind: ask\n    input: date\n    about: birth-date\n\n";

/** A question put before the choice of what the certificate is for. */
const before = (steps: string, es: string, en: string): Edit[] => [
  ["service", "  - id: use\n", `${steps}  - id: use\n`],
  ["es", "\nuse:\n", `\n${es}\nuse:\n`],
  ["en", "\nuse:\n", `\n${en}\nuse:\n`],
];

/** Asks what is known already. */
export const askedTwice = ({ certificate, contact, turn }: Sources): readonly ByDefinition[] => [
  [
    "data.asked-twice",
    "the RUN asked after the cédula",
    certificate,
    ...before(
      "  - id: run\n    kind: ask\n    input: run\n\n",
      "run:\n  title: ¿Cuál es su RUN?\n",
      "run:\n  title: What is your RUN?\n",
    ),
  ],
  [
    "data.asked-twice",
    "the telephone asked a second time",
    contact,
    ["service", "  - id: consent\n", "  - id: again\n    kind: ask\n    input: phone\n\n  - id: consent\n"],
    ["es", "\nreview:\n", "\nagain:\n  title: ¿Cuál es su teléfono?\n\nreview:\n"],
    ["en", "\nreview:\n", "\nagain:\n  title: What is your telephone?\n\nreview:\n"],
  ],
  [
    "data.asked-twice",
    "the e-mail asked a second time",
    certificate,
    ...before(
      TWO_QUESTIONS,
      "mail:\n  title: ¿Cuál es su correo?\n\nagain:\n  title: ¿Cuál es su correo?\n",
      "mail:\n  title: What is your e-mail?\n\nagain:\n  title: What is your e-mail?\n",
    ),
  ],
  [
    "data.asked-twice",
    "the address asked a second time, in other words",
    certificate,
    ...before(
      TWO_ADDRESSES,
      "home:\n  title: ¿Dónde vive?\n\nwhere:\n  title: ¿Dónde vive?\n",
      "home:\n  title: Where do you live?\n\nwhere:\n  title: Where do you live?\n",
    ),
  ],
  [
    "data.asked-twice",
    "the name asked after FONASA has told it",
    instead(
      turn,
      WHO + AFFILIATION + NAME,
      `${titled("who", "last")}affiliation:\n  title: Datos\n  body: Espere.\n\n`,
    ),
  ],
  [
    "data.asked-twice",
    "the name asked after the bono that tells it",
    onPages(instead(turn, WHO + BONO + NAME, titled("who", "quote", "amount", "last") + paperTexts())),
  ],
  [
    "data.asked-twice",
    "the day of birth asked after the certificate that tells it",
    onPages(instead(turn, WHO + certificateOn(PAGE) + BIRTH, titled("who", "last") + paperTexts())),
  ],
];
