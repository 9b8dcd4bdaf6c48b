import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Clock } from "../../../../base/clock.ts";
import type { Overlay } from "../../../../base/contracts/view.ts";
import { useKiosk } from "../../kiosk-context.ts";
import type { Texts } from "../../texts/texts.ts";
import { Actions, type Offer } from "../actions/actions.tsx";
import { Icon, type IconName } from "../icon/icon.tsx";
import { Paragraphs } from "../text/text.tsx";
import "./overlay.css";

export type OverlayProps = {
  readonly overlay: Overlay;
  /** Milliseconds from the arrival of this view until the kiosk acts by itself. */
  readonly deadlineIn: number | undefined;
  readonly version: number;
  readonly clock: Clock;
};

const ICONS: Record<Overlay["kind"], IconName> = { "still-there": "clock", help: "help", "confirm-leave": "leave" };

/** A question over the page. The page under it is inert; the footer stays, so that the language can still be changed. */
export function OverlayDialog({ overlay, deadlineIn, version, clock }: OverlayProps) {
  const { t } = useKiosk();
  return (
    <div class={`overlay overlay--${overlay.kind}`}>
      <div class="overlay__dialog" role="dialog" aria-modal="true" aria-labelledby="overlay-title">
        <div class="overlay__head">
          <Icon name={ICONS[overlay.kind]} />
          <h1 id="overlay-title" tabIndex={-1}>
            {overlay.title.text}
          </h1>
        </div>
        <Paragraphs texts={overlay.body} />
        {overlay.kind === "still-there" && deadlineIn !== undefined && (
          <Countdown key={version} milliseconds={deadlineIn} clock={clock} />
        )}
        <Actions offers={offersOf(overlay.kind, t)} />
      </div>
    </div>
  );
}

function offersOf(kind: Overlay["kind"], t: Texts): readonly Offer[] {
  const offers: Record<Overlay["kind"], readonly Offer[]> = {
    "still-there": [
      { intent: { type: "LEAVE" }, label: t.endSession },
      { intent: { type: "MORE_TIME" }, label: t.moreTime },
    ],
    help: [{ intent: { type: "CLOSE_HELP" }, label: t.closeHelp }],
    "confirm-leave": [
      { intent: { type: "LEAVE" }, label: t.leaveForGood },
      { intent: { type: "STAY" }, label: t.stay },
    ],
  };
  return offers[kind];
}

/** Whole seconds that are left. Not a live region: a voice that counts would talk over the question. */
function Countdown({ milliseconds, clock }: { readonly milliseconds: number; readonly clock: Clock }) {
  const { t } = useKiosk();
  const left = useSignal(Math.ceil(milliseconds / 1000));
  useEffect(() => {
    const end = clock.monotonic() + milliseconds;
    const tick = () => {
      const rest = Math.max(0, end - clock.monotonic());
      left.value = Math.ceil(rest / 1000);
      if (rest > 0) timer = clock.setTimeout(tick, rest % 1000 || 1000);
    };
    let timer = clock.setTimeout(tick, milliseconds % 1000 || 1000);
    return () => timer.cancel();
  }, []);
  return (
    <p class="overlay__countdown" role="timer">
      {t.seconds(left.value)}
    </p>
  );
}
