// Keeps the page of a download up to date until it is done; without this script the page loads itself again.
(() => {
  "use strict";
  const part = (name) => document.querySelector(`#stand .${name}`);
  const say = (element, text) => {
    // Only what changed, so that a screen reader says nothing twice.
    if (element && element.textContent !== text) element.textContent = text;
  };
  const again = async () => {
    try {
      const answer = await fetch("/gegevens/stand", { cache: "no-store" });
      const now = await answer.json();
      // Done: the whole page, with a heading that says so and buttons for what comes next.
      if (now.phase !== "bezig") return location.reload();
      part("balkje").value = now.percent;
      say(part("percent"), `${now.percent}%`);
      say(part("tekst"), now.text);
      const list = part("stappen");
      now.steps.slice(list.children.length).forEach((step) => {
        const line = document.createElement("li");
        line.className = "breek";
        line.textContent = step;
        list.append(line);
      });
    } catch { /* the server is away for a moment */ }
    setTimeout(again, 1000);
  };
  setTimeout(again, 1000);
})();
