import { usePress } from "../components/button/button.tsx";
import { Icon } from "../components/icon/icon.tsx";
import { Landscape } from "../components/pictograms/landscape.tsx";
import type { ScreenProps } from "./props.ts";
import "./attract.css";

/** Nobody is there yet. A touch anywhere above the footer begins; the button says so to those who need to find one. */
export function Attract({ screen }: ScreenProps<"attract">) {
  const { press, pressed } = usePress();
  return (
    <div class="attract">
      <div class="attract__ground" aria-hidden="true">
        <Landscape />
      </div>
      <h1 tabIndex={-1}>{screen.title.text}</h1>
      <div class="attract__story" aria-hidden="true">
        <Icon name="id-card" />
        <Icon name="forward" />
        <Icon name="touch" />
        <Icon name="forward" />
        <Icon name="paper" />
      </div>
      <button
        type="button"
        class="attract__start"
        data-intent="START"
        aria-disabled={pressed}
        onClick={() => press({ type: "START" })}
      >
        <span>{screen.call.text}</span>
      </button>
    </div>
  );
}
