import type { z } from "zod";
import type { ringPlanSchema } from "../../../api/contract/releases.ts";
import { Field, textOf } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { releasesTexts } from "../../texts/releases-texts.ts";

export type RingPlan = z.infer<typeof ringPlanSchema>;

/** A few kiosks must all succeed before the others are told; of those, one in ten may fail. */
export const DEFAULT_RINGS: readonly RingPlan[] = [
  { ring: "pilot", success: 100, error: 0 },
  { ring: "general", success: 90, error: 10 },
];
const NEXT_RING: RingPlan = { ring: "", success: 90, error: 10 };
const MOST = 20;

/** The rings of a rollout in their order, each with its thresholds. */
export function RingsField({
  rings,
  known,
  onChange,
}: {
  readonly rings: readonly RingPlan[];
  /** Rings that kiosks are in. */
  readonly known: readonly string[];
  readonly onChange: (rings: readonly RingPlan[]) => void;
}) {
  const words = releasesTexts.value;
  const set = (index: number, change: Partial<RingPlan>) =>
    onChange(rings.map((ring, each) => (each === index ? { ...ring, ...change } : ring)));
  return (
    <fieldset class="rings-field">
      <legend>{words.rings}</legend>
      <datalist id="known-rings">
        {known.map((ring) => (
          <option key={ring} value={ring} />
        ))}
      </datalist>
      <ol>
        {rings.map((ring, index) => (
          <li key={index}>
            <Field label={words.ringNumber(index + 1)}>
              <input
                required
                maxLength={40}
                list="known-rings"
                value={ring.ring}
                onInput={(event) => set(index, { ring: textOf(event).trim() })}
              />
            </Field>
            <Field label={words.success}>
              <input
                type="number"
                required
                min={1}
                max={100}
                value={ring.success}
                onInput={(event) => set(index, { success: Number(textOf(event)) })}
              />
            </Field>
            <Field label={words.error}>
              <input
                type="number"
                required
                min={0}
                max={100}
                value={ring.error}
                onInput={(event) => set(index, { error: Number(textOf(event)) })}
              />
            </Field>
            {rings.length > 1 && (
              <button
                type="button"
                class="button button--small"
                aria-label={words.removeRing(ring.ring || words.ringNumber(index + 1))}
                onClick={() => onChange(rings.filter((_, each) => each !== index))}
              >
                {words.remove}
              </button>
            )}
          </li>
        ))}
      </ol>
      {rings.length < MOST && (
        <button type="button" class="button button--small" onClick={() => onChange([...rings, NEXT_RING])}>
          <Icon name="plus" />
          {words.addRing}
        </button>
      )}
    </fieldset>
  );
}
