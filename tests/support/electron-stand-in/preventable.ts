export type Preventable = { readonly defaultPrevented: boolean; preventDefault(): void };

/** An Electron event object, with what else the event carries. */
export function preventable<T extends object>(more?: T): Preventable & T {
  let prevented = false;
  return {
    ...(more ?? ({} as T)),
    get defaultPrevented() {
      return prevented;
    },
    preventDefault() {
      prevented = true;
    },
  };
}
