// Under which path of somebody else's site the product stands; usually none. The page's own addresses
// have it, those that scripts make need it.
export const BELOW = document.querySelector("link[rel=icon]").getAttribute("href").replace(/\/static\/.*/, "");
