// Loads this page anew after a while; a browser without scripts does so by itself.
(() => {
  "use strict";
  const seconds = Number(document.currentScript.dataset.na);
  setTimeout(() => location.reload(), seconds * 1000);
})();
