// A form whose answer takes more than a moment: its button says so, and cannot be pressed twice.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.bezig) return;
  if (button.getAttribute("aria-disabled")) return event.preventDefault();
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.dataset.bezig;
  const said = document.getElementById("bezig");
  if (said) said.textContent = button.dataset.bezig;
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
