import type { Screen } from "../../../base/contracts/view.ts";
import { Ask } from "./ask.tsx";
import { AskDate } from "./ask-date.tsx";
import { Attract } from "./attract.tsx";
import { Choose } from "./choose.tsx";
import { ChooseMany } from "./choose-many.tsx";
import { Consent } from "./consent.tsx";
import { Deliver } from "./deliver.tsx";
import { Finish } from "./finish.tsx";
import { HandOff } from "./hand-off.tsx";
import { HelpCalled } from "./help-called.tsx";
import { Identify } from "./identify.tsx";
import { Inform } from "./inform.tsx";
import { OutOfService } from "./out-of-service.tsx";
import { Pay } from "./pay.tsx";
import { PhoneLogin } from "./phone-login.tsx";
import { PlaceFinger } from "./place-finger.tsx";
import { Problem } from "./problem.tsx";
import { Review } from "./review.tsx";
import { ScanPages } from "./scan-pages.tsx";
import { Services } from "./services.tsx";
import { Sign } from "./sign.tsx";
import { Status } from "./status.tsx";
import { Survey } from "./survey.tsx";
import { TapCard } from "./tap-card.tsx";
import { Turn } from "./turn.tsx";
import { Waiting } from "./waiting.tsx";

/** The one place that knows which component draws which kind; a kind without a component is a type error. */
export function ScreenView({ screen }: { readonly screen: Screen }) {
  switch (screen.kind) {
    case "attract":
      return <Attract screen={screen} />;
    case "services":
      return <Services screen={screen} />;
    case "out-of-service":
      return <OutOfService screen={screen} />;
    case "inform":
      return <Inform screen={screen} />;
    case "identify":
      return <Identify screen={screen} />;
    case "phone-login":
      return <PhoneLogin screen={screen} />;
    case "tap-card":
      return <TapCard screen={screen} />;
    case "place-finger":
      return <PlaceFinger screen={screen} />;
    case "consent":
      return <Consent screen={screen} />;
    case "ask":
      return screen.input === "date" ? <AskDate screen={screen} /> : <Ask screen={screen} input={screen.input} />;
    case "scan-pages":
      return <ScanPages screen={screen} />;
    case "choose":
      return <Choose screen={screen} />;
    case "choose-many":
      return <ChooseMany screen={screen} />;
    case "waiting":
      return <Waiting screen={screen} />;
    case "review":
      return <Review screen={screen} />;
    case "sign":
      return <Sign screen={screen} />;
    case "pay":
      return <Pay screen={screen} />;
    case "deliver":
      return <Deliver screen={screen} />;
    case "hand-off":
      return <HandOff screen={screen} />;
    case "turn":
      return <Turn screen={screen} />;
    case "status":
      return <Status screen={screen} />;
    case "help-called":
      return <HelpCalled screen={screen} />;
    case "problem":
      return <Problem screen={screen} />;
    case "survey":
      return <Survey screen={screen} />;
    case "finish":
      return <Finish screen={screen} />;
  }
}
