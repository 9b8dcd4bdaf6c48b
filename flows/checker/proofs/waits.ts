import { told } from "../../../base/told.ts";
import { nodesIn } from "../position.ts";
import { LIBRARY_FAULT, type Proof, refusedAt, refusedFile } from "../proof.ts";
import { LONGEST_WAIT } from "../walk.ts";
import { moveInWords } from "../words.ts";

/** Every wait has a deadline, and every call takes whatever its port can answer: ok, error, unknown, or nothing at all. */
export const waits: Proof = (subject) => {
  const { places, unheard, service } = subject.walk;
  const refusals = [];
  const endless = places.find(
    ({ view, snapshot, on }) =>
      snapshot.status === "active" &&
      view.mode === "busy" &&
      !on.some(({ move }) => move.by === "deadline" && move.milliseconds <= LONGEST_WAIT),
  );
  if (endless !== undefined)
    refusals.push(
      refusedAt(
        subject,
        "waits.no-deadline",
        endless,
        told(`"${endless.step}" waits without a deadline`, `"${endless.step}" espera sin plazo`),
        LIBRARY_FAULT,
      ),
    );
  const deaf = unheard.find(({ move }) => move.by === "port" || move.by === "deadline");
  if (deaf !== undefined) {
    const when = moveInWords(deaf.move);
    const problem = told(
      `"${deaf.place.step}" does nothing when ${when.en}`,
      `"${deaf.place.step}" no hace nada cuando pasa esto: ${when.es}`,
    );
    refusals.push(refusedAt(subject, "waits.unheard-answer", deaf.place, problem, LIBRARY_FAULT));
  }
  // Answers are samples: a last branch without condition takes those that were not tried.
  const partial = nodesIn(service.machine.root).find(({ invoke, transitions }) =>
    invoke.some(({ id }) =>
      ["done", "error"].some((end) => {
        const branches = transitions.get(`xstate.${end}.actor.${id}`);
        return branches !== undefined && branches.at(-1)?.guard !== undefined;
      }),
    ),
  );
  const step = service.definition.steps.findIndex(({ id }) => id === partial?.path[0]);
  if (partial !== undefined)
    refusals.push(
      refusedFile(
        subject,
        "waits.partial",
        ["steps", step],
        told(
          `"${partial.path.join(".")}" does not take every answer`,
          `"${partial.path.join(".")}" no acepta todas las respuestas`,
        ),
        LIBRARY_FAULT,
      ),
    );
  return refusals;
};
