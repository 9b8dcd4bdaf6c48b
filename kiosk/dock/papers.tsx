import { useEffect, useRef, useState } from "preact/hooks";
import type { DeviceDescription } from "../../simulators/operator.ts";
import { pictureUrl } from "./api.ts";
import { type Language, paperName, TEXTS } from "./words.ts";

/** More than these are on the device, but nobody looks for them here. */
const SHOWN = 12;

/** What came out of a device, newest first; a touch shows one as large as it is. */
export function Papers({ device, language }: { device: DeviceDescription; language: Language }) {
  const [shown, setShown] = useState<{ readonly url: string; readonly name: string }>();
  return (
    <>
      <ul class="papers" aria-label={TEXTS[language].papers}>
        {device.pictures.slice(0, SHOWN).map((picture) => {
          const name = paperName(picture.name, language);
          const url = pictureUrl(device.id, picture);
          return (
            <li key={picture.version}>
              <button type="button" onClick={() => setShown({ url, name })}>
                {isFinished(picture.name) ? <img src={url} alt="" loading="lazy" /> : <span class="unfinished" />}
                <span>{name}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {shown !== undefined && (
        <Paper url={shown.url} name={shown.name} language={language} close={() => setShown(undefined)} />
      )}
    </>
  );
}

/**
 * A paper that still grows is pictured only for who asks: to draw it anew with every line would keep the simulators from
 * answering in time.
 */
function isFinished(name: string): boolean {
  return name !== "printing";
}

type PaperProps = {
  readonly url: string;
  readonly name: string;
  readonly language: Language;
  readonly close: () => void;
};

function Paper({ url, name, language, close }: PaperProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="paper" aria-label={name} onClose={close}>
      <form method="dialog">
        <span>{name}</span>
        <button type="submit">{TEXTS[language].close}</button>
      </form>
      <img src={url} alt={name} />
    </dialog>
  );
}
