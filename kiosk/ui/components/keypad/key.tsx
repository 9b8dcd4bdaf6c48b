import { Icon, type IconName } from "../icon/icon.tsx";

export type KeyProps = {
  readonly label: string;
  readonly onPress: () => void;
  /** What is read aloud when the label is a sign. */
  readonly name?: string;
  readonly icon?: IconName;
  /** Words instead of one sign. */
  readonly small?: boolean;
  readonly wide?: boolean;
  readonly on?: boolean;
};

/** One key of a keypad or keyboard. It never takes the focus from the field by touch; the keyboard's Tab still reaches it. */
export function Key({ label, onPress, name, icon, small = false, wide = false, on }: KeyProps) {
  const kind = `${small ? " key--small" : ""}${wide ? " key--wide" : ""}${on ? " key--on" : ""}`;
  return (
    <button
      type="button"
      class={`key${kind}`}
      aria-label={name}
      aria-pressed={on}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {icon && <Icon name={icon} />}
      <span>{label}</span>
    </button>
  );
}
