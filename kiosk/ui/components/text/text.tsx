import type { Text } from "../../../../base/contracts/view.ts";
import { Icon, type IconName } from "../icon/icon.tsx";
import "./text.css";

/** Short paragraphs, one thought each. */
export function Paragraphs({ texts }: { readonly texts: readonly Text[] }) {
  return texts.map((text) => <p key={text.id}>{text.text}</p>);
}

export type TextListProps = {
  readonly heading: string;
  readonly texts: readonly Text[];
  readonly icon: IconName;
};

/** A heading with short items under it, each marked with the same pictogram. Nothing at all when there is no item. */
export function TextList({ heading, texts, icon }: TextListProps) {
  if (texts.length === 0) return null;
  return (
    <section class="text-list">
      <h2>{heading}</h2>
      <ul>
        {texts.map((text) => (
          <li key={text.id}>
            <Icon name={icon} />
            <span>{text.text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One fact with its name above it. */
export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div class="fact">
      <h2>{name}</h2>
      <p>{value}</p>
    </div>
  );
}
