import { useEffect, useRef } from "preact/hooks";
import type { z } from "zod";
import type { madeEnrolmentSchema } from "../../../api/contract/kiosks.ts";
import { Icon } from "../../components/icon.tsx";
import { dayTime } from "../../format/time.ts";
import { adminTexts } from "../../texts/admin-texts.ts";

/** The code, once and big, with what a technician needs at the kiosk; made for printing. */
export function MadeCode({
  made,
  onDone,
}: {
  readonly made: z.infer<typeof madeEnrolmentSchema>;
  readonly onDone: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { enrolment: words } = adminTexts.value;
  return (
    <section class="card made" aria-labelledby="made">
      <h2 id="made" ref={heading} tabIndex={-1}>
        {words.made}: {made.place} (<code>{made.kiosk}</code>)
      </h2>
      <p class="note tone-warning no-print">
        <Icon name="warning" />
        {words.once}
      </p>
      <dl>
        <div>
          <dt>{words.code}</dt>
          <dd class="made__code">{made.code}</dd>
        </div>
        <div>
          <dt>{words.server}</dt>
          <dd class="made__server">{made.server}</dd>
        </div>
        <div>
          <dt>{words.fingerprint}</dt>
          <dd class="made__print">{made.caFingerprint}</dd>
        </div>
        <div>
          <dt>{words.validUntil}</dt>
          <dd>{dayTime(made.expiresAt)}</dd>
        </div>
      </dl>
      <p>{words.compare}</p>
      <p class="form__ways no-print">
        <button type="button" class="button button--main" onClick={() => window.print()}>
          <Icon name="print" />
          {words.print}
        </button>
        <button type="button" class="button" onClick={onDone}>
          {words.done}
        </button>
      </p>
    </section>
  );
}
