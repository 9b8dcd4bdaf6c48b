import { type Language, type Told, told } from "../../base/told.ts";
import { PROOFS, type ProofName, proofOf, RULES, type RuleName } from "./proof.ts";

type Words = {
  /** What the refusal means for the person at the kiosk. */
  readonly means: Told;
  /** What the author of the service does. */
  readonly mend: Told;
};

const LIBRARY = told(
  "You cannot mend this in your files: a step of the kiosk is wrong. Report it with your definition.",
  "Usted no puede arreglarlo en sus archivos: la falla está en un paso del tótem. Avise, y adjunte su definición.",
);
const ISSUE_NEXT = told(
  "Let the `issue` step come right after the `pay` step, on every way.",
  "Que el paso `issue` venga justo después del paso `pay`, en todos los caminos.",
);

const PROPERTIES: { readonly [P in ProofName]: Told } = {
  ends: told(
    "Every way through the service comes to an end that says what happened",
    "Todo camino por el servicio llega a un final que dice qué pasó",
  ),
  help: told(
    "Whoever is at the kiosk can change the language, ask for help, go back and leave",
    "Quien está ante el tótem puede cambiar el idioma, pedir ayuda, volver y salir",
  ),
  waits: told("Nobody waits for ever", "Nadie espera para siempre"),
  money: told("Nobody pays twice, and nobody pays for nothing", "Nadie paga dos veces, y nadie paga por nada"),
  data: told(
    "Nobody's data is asked for without consent, and nothing is asked twice",
    "No se piden los datos de nadie sin su consentimiento, y nada se pregunta dos veces",
  ),
  texts: told("Every page can be read, in every language", "Toda página se puede leer, en todos los idiomas"),
  devices: told("The kiosk has what the service needs", "El tótem tiene lo que el servicio necesita"),
  signing: told(
    "Nobody signs what they have not read, nobody signs for somebody else, and whoever signs has a receipt",
    "Nadie firma lo que no leyó, nadie firma por otra persona, y quien firma recibe un comprobante",
  ),
};

/** What every rule says, for a person who has never programmed. A rule that is added does not compile until it stands here. */
const WORDS: { readonly [R in RuleName]: Words } = {
  "ends.breaks": {
    means: told(
      "The service stops with a fault of the software in the middle.",
      "El servicio se detiene a la mitad por una falla del programa.",
    ),
    mend: LIBRARY,
  },
  "ends.dead-end": {
    means: told(
      "The person comes to a page from which no way leads to a last page.",
      "La persona llega a una página desde la que ningún camino lleva a una última página.",
    ),
    mend: told(
      "Give the step a `next` that leads on, at last to a `finish` step. Look for steps that lead to each other in a circle.",
      "Dé al paso un `next` que siga, y llegue al fin a un paso `finish`. Busque pasos que se llevan uno al otro en círculo.",
    ),
  },
  "ends.unattended": {
    means: told(
      "When the person walks away, the kiosk stays on this page for ever.",
      "Si la persona se va, el tótem se queda para siempre en esta página.",
    ),
    mend: LIBRARY,
  },
  "ends.nothing-to-do": {
    means: told(
      "A page asks for something and has no button for it.",
      "Una página pide algo y no tiene un botón para hacerlo.",
    ),
    mend: LIBRARY,
  },
  "ends.empty-list": {
    means: told(
      "The institution can answer with an empty list, and the person has nothing to choose.",
      "La institución puede responder con una lista vacía, y la persona no tiene nada que elegir.",
    ),
    mend: told(
      "Add `must-have` to the `look-up` step that brings the list, and write its texts `empty-title` and `empty-body`.",
      "Agregue `must-have` al paso `look-up` que trae la lista, y escriba sus textos `empty-title` y `empty-body`.",
    ),
  },
  "ends.off-line-stuck": {
    means: told(
      "The service says that it works without the network, and on some way it waits for somebody far away.",
      "El servicio dice que funciona sin red, y en algún camino espera a alguien que está lejos.",
    ),
    mend: told(
      "Let what is handed in say `off-line: wait`, and take look-ups and payments off the way; or do not say `off-line: true`.",
      "Que lo que se entrega diga `off-line: wait`, y saque del camino las consultas y los pagos; o no diga `off-line: true`.",
    ),
  },
  "ends.silent-end": {
    means: told("The last page does not say what happened.", "La última página no dice qué pasó."),
    mend: told("Write the `body` of the `finish` step.", "Escriba el `body` del paso `finish`."),
  },
  "ends.unreachable-step": {
    means: told(
      "A step is in the file and nobody ever comes to it.",
      "Un paso está en el archivo y nadie llega nunca a él.",
    ),
    mend: told(
      "Name it in the `next` or `go` of another step, or remove it. A `finish` step ends the way: what stands below it needs to be named.",
      "Nómbrelo en el `next` o el `go` de otro paso, o quítelo. Un paso `finish` termina el camino: lo que está debajo tiene que ser nombrado.",
    ),
  },
  "ends.case-never-taken": {
    means: told(
      "A case of a `decide` or of `when` is never the one that is taken.",
      "Un caso de un `decide` o de `when` no se toma nunca.",
    ),
    mend: told(
      "Correct its condition. Cases are tried from the first to the last: an earlier one may take everything.",
      "Corrija su condición. Los casos se prueban del primero al último: puede que uno anterior lo tome todo.",
    ),
  },
  "ends.bad-call": {
    means: told(
      "The institution is asked for something without what it needs, and refuses.",
      "Se le pide algo a la institución sin lo que ella necesita, y lo rechaza.",
    ),
    mend: told(
      "Put the step that brings what is needed before this one, on every way.",
      "Ponga antes de este el paso que trae lo necesario, en todos los caminos.",
    ),
  },
  "help.language": {
    means: told("On a page the language cannot be changed.", "En una página no se puede cambiar el idioma."),
    mend: LIBRARY,
  },
  "help.cannot-leave": { means: told("A page cannot be left.", "De una página no se puede salir."), mend: LIBRARY },
  "help.no-way-back": {
    means: told(
      "A page asks something and offers no way back and no way out.",
      "Una página pregunta algo y no ofrece cómo volver ni cómo salir.",
    ),
    mend: told(
      "Put the question before the payment. Behind a payment nobody can go back.",
      "Ponga la pregunta antes del pago. Después de un pago nadie puede volver.",
    ),
  },
  "waits.no-deadline": {
    means: told("The kiosk waits for an answer without an end.", "El tótem espera una respuesta sin fin."),
    mend: LIBRARY,
  },
  "waits.unheard-answer": {
    means: told(
      "A device or an institution answers and the kiosk does nothing.",
      "Un equipo o una institución responde y el tótem no hace nada.",
    ),
    mend: LIBRARY,
  },
  "waits.partial": {
    means: told("Some answers are taken and others are not.", "Unas respuestas se aceptan y otras no."),
    mend: LIBRARY,
  },
  "money.charged-twice": {
    means: told("On some way the person pays a second time.", "En algún camino la persona paga por segunda vez."),
    mend: told(
      "Let each way have one `pay` step, or have the first payment's document issued before the second payment.",
      "Que cada camino tenga un solo paso `pay`, o que el documento del primer pago se emita antes del segundo.",
    ),
  },
  "money.paid-for-nothing": {
    means: told(
      "The person pays and leaves without document, without the money back, and nobody learns of it.",
      "La persona paga y se va sin documento y sin devolución, y nadie se entera.",
    ),
    mend: ISSUE_NEXT,
  },
  "money.doubt-untold": {
    means: told(
      "The terminal does not know whether it charged, and nobody learns of it.",
      "El terminal de pago no sabe si cobró, y nadie se entera.",
    ),
    mend: ISSUE_NEXT,
  },
  "money.refund-untold": {
    means: told(
      "The money goes back although the document may have been issued, and nobody learns of it.",
      "Se devuelve el dinero aunque el documento puede haberse emitido, y nadie se entera.",
    ),
    mend: told("Issue once for each payment.", "Emita una sola vez por cada pago."),
  },
  "money.delivery-claimed": {
    means: told(
      "The last page says that the person has the document, and that is not certain.",
      "La última página dice que la persona tiene el documento, y no es seguro.",
    ),
    mend: told(
      "Let only an `issue` step lead to a last page that says so.",
      "Que solo un paso `issue` lleve a una última página que lo diga.",
    ),
  },
  "money.refund-claimed": {
    means: told(
      "The last page says that the money was given back, and that is not certain.",
      "La última página dice que se devolvió el dinero, y no es seguro.",
    ),
    mend: LIBRARY,
  },
  "money.incident-untold": {
    means: told(
      "Something went wrong with the money and the person is not told the number to ask with.",
      "Algo salió mal con el dinero y no se le dice a la persona el número con que preguntar.",
    ),
    mend: LIBRARY,
  },
  "money.turn-taken-twice": {
    means: told(
      "On some way the person is given a second number, or a second hour.",
      "En algún camino se le da a la persona un segundo número, o una segunda hora.",
    ),
    mend: told("Let each way have one `turn` step.", "Que cada camino tenga un solo paso `turn`."),
  },
  "data.assurance": {
    means: told(
      "The service demands to know the person better than one of its own ways of identification can.",
      "El servicio exige conocer a la persona mejor de lo que puede una de sus propias formas de identificación.",
    ),
    mend: told(
      "Take that way out of the `identify` step, or demand less in `at-least`.",
      "Quite esa forma del paso `identify`, o exija menos en `at-least`.",
    ),
  },
  "data.no-consent": {
    means: told(
      "An institution learns who the person is before the person has agreed.",
      "Una institución se entera de quién es la persona antes de que ella acepte.",
    ),
    mend: told(
      "Put a `consent` step before the first `look-up`, `issue` or other step that tells the institution, on every way.",
      "Ponga un paso `consent` antes del primer `look-up`, `issue` u otro paso que avisa a la institución, en todos los caminos.",
    ),
  },
  "data.asked-twice": {
    means: told(
      "A question asks for what the card or an institution has told already.",
      "Una pregunta pide lo que la cédula o una institución ya dijo.",
    ),
    mend: told(
      "Remove the question and use the value that is there, as the refusal names it.",
      "Quite la pregunta y use el valor que ya está, como lo nombra el rechazo.",
    ),
  },
  "texts.waiting-untold": {
    means: told(
      "What the person hands in waits for the network, and the last page does not say so, or does not tell its number.",
      "Lo que la persona entrega queda esperando la red, y la última página no lo dice, o no dice su número.",
    ),
    mend: told(
      "Give the last page `waiting-title` and `waiting`, and let its `reference` be the number of the `request`.",
      "Dé a la última página `waiting-title` y `waiting`, y que su `reference` sea el número del `request`.",
    ),
  },
  "texts.waiting-paper": {
    means: told(
      "The paper of what waits for the network does not tell its number.",
      "El papel de lo que queda esperando la red no dice su número.",
    ),
    mend: told(
      "Put `{{<request>.reference}}` on the receipt that `prints.waiting` names.",
      "Ponga `{{<request>.reference}}` en el comprobante que nombra `prints.waiting`.",
    ),
  },
  "texts.missing": {
    means: told(
      "A page has a text in one language and not in the other.",
      "Una página tiene un texto en un idioma y no en el otro.",
    ),
    mend: told("Write the text.", "Escriba el texto."),
  },
  "texts.too-long": {
    means: told(
      "A page has more words than people read while they stand.",
      "Una página tiene más palabras de las que se leen de pie.",
    ),
    mend: told("Make it shorter, or make two pages of it.", "Acórtela, o haga de ella dos páginas."),
  },
  "devices.undeclared": {
    means: told(
      "The service uses a device that it does not say it needs: a kiosk without it would offer the service.",
      "El servicio usa un equipo que no dice necesitar: un tótem que no lo tiene ofrecería el servicio.",
    ),
    mend: told("Add the device to `requires`.", "Agregue el equipo a `requires`."),
  },
  "devices.unneeded": {
    means: told(
      "The service says that it needs a device and never uses it: a kiosk without it would not offer the service.",
      "El servicio dice que necesita un equipo y no lo usa nunca: un tótem que no lo tiene no ofrecería el servicio.",
    ),
    mend: told("Remove the device from `requires`.", "Quite el equipo de `requires`."),
  },
  "signing.unidentified": {
    means: told(
      "Somebody is asked to sign of whom nobody knows who they are, or only by a RUN that anybody can type.",
      "Se le pide firmar a alguien de quien no se sabe quién es, o solo por un RUN que cualquiera puede escribir.",
    ),
    mend: told(
      "Put an `identify` step before the `sign` step on every way, without `typed`, or with the cédula's chip or ClaveÚnica.",
      "Ponga un paso `identify` antes del paso `sign` en todos los caminos, sin `typed`, o con el chip de la cédula o ClaveÚnica.",
    ),
  },
  "signing.unproved": {
    means: told(
      "Something is signed without a new proof of who signs it.",
      "Se firma algo sin una nueva prueba de quién lo firma.",
    ),
    mend: LIBRARY,
  },
  "signing.unread": {
    means: told(
      "Something is signed of which a part was not on the screen.",
      "Se firma algo de lo que una parte no estuvo en la pantalla.",
    ),
    mend: LIBRARY,
  },
  "signing.twice": {
    means: told(
      "On some way the person signs a second time in one step while the first signature stands, or may stand.",
      "En algún camino la persona firma por segunda vez en un paso mientras la primera firma vale, o puede valer.",
    ),
    mend: told(
      "Let no way lead back to a `sign` step, also no `change` of a later `review`.",
      "Que ningún camino vuelva a un paso `sign`, tampoco un `change` de un `review` posterior.",
    ),
  },
  "signing.no-receipt": {
    means: told(
      "The person has signed, or may have, and leaves without receipt, and nobody learns of it.",
      "La persona firmó, o puede haber firmado, y se va sin comprobante, y nadie se entera.",
    ),
    mend: LIBRARY,
  },
};

/** What stands around the rules in their document. */
const FRAME = {
  title: told("What a service must hold", "Lo que un servicio debe cumplir"),
  source: told(
    "Generated by `npm run docs` from `flows/checker/rule-words.ts`. Do not edit.",
    "Hecho por `npm run docs` a partir de `flows/checker/rule-words.ts`. No lo edite.",
  ),
  tries: told(
    "`npm run services -- check` tries everything that can happen in a service and refuses it when one of these is broken.",
    "`npm run services -- check` prueba todo lo que puede pasar en un servicio, y lo rechaza cuando no se cumple algo de esto.",
  ),
  where: told(
    "The name of the rule stands in the refusal, after `rule`.",
    "El nombre de la regla está en el rechazo, después de `regla` (con `--lang es`).",
  ),
  head: told("| rule | what it means | what you do |", "| regla | qué significa | qué hace usted |"),
};

/** Every rule in plain words, as Markdown: what `npm run services -- check` may refuse, and what to do. */
export function rulesDocument(language: Language): string {
  const { title, source, tries, where, head } = FRAME;
  const lines = [`# ${title[language]}`, "", source[language], "", tries[language], where[language]];
  for (const proof of PROOFS) {
    lines.push("", `## ${proof}`, "", `${PROPERTIES[proof][language]}.`, "", head[language], "| --- | --- | --- |");
    for (const rule of RULES.filter((one) => proofOf(one) === proof))
      lines.push(`| \`${rule}\` | ${WORDS[rule].means[language]} | ${WORDS[rule].mend[language]} |`);
  }
  return `${lines.join("\n")}\n`;
}
