/** A page as a scanner might give it, SVG: no real paper. */
export const PAGE_PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="210" height="297"><rect width="210" height="297" fill="white"/>' +
  '<path fill="#444" d="M20 30h90v8H20zM20 60h170v4H20zM20 76h170v4H20zM20 92h120v4H20zM20 240h60v8H20z"/></svg>';
