// Before the first paint: what the cookie says of light and dark.
"use strict";
(() => {
  const kept = /(?:^|; )tidings-theme=(light|dark)/.exec(document.cookie);
  if (kept) document.documentElement.dataset.theme = kept[1];
})();
