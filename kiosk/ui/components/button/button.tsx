import { useSignal, useSignalEffect } from "@preact/signals";
import type { Intent } from "../../../../base/contracts/view.ts";
import { useKiosk } from "../../kiosk-context.ts";
import { Icon, type IconName } from "../icon/icon.tsx";
import "./button.css";

export type ButtonProps = {
  readonly label: string;
  /** What a touch sends. */
  readonly intent: Intent;
  /** `primary`: the one act that most people want here. */
  readonly variant?: "primary" | "secondary" | "quiet";
  readonly icon?: IconName;
  readonly iconAfter?: IconName;
  /** What is read aloud when the label alone does not say which thing is meant. */
  readonly name?: string;
  readonly lang?: string;
};

/** A button that sends one intent, once: after a touch it is off until the kiosk has answered. */
export function Button({ label, intent, variant = "secondary", icon, iconAfter, name, lang }: ButtonProps) {
  const { press, pressed } = usePress();
  return (
    <button
      type="button"
      class={`button button--${variant}`}
      data-intent={intent.type}
      aria-label={name}
      aria-disabled={pressed}
      lang={lang}
      onClick={() => press(intent)}
    >
      {icon && <Icon name={icon} />}
      <span class="button__label">{label}</span>
      {iconAfter && <Icon name={iconAfter} />}
    </button>
  );
}

/** `aria-disabled` and not `disabled`: a disabled button would throw the keyboard's focus off the page. */
export function usePress(): { readonly press: (intent: Intent) => void; readonly pressed: boolean } {
  const { send, busy } = useKiosk();
  const pressed = useSignal(false);
  useSignalEffect(() => {
    if (!busy.value) pressed.value = false;
  });
  return {
    press: (intent) => {
      if (send(intent)) pressed.value = true;
    },
    pressed: pressed.value,
  };
}
