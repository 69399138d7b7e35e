"use strict";
// The shared screen: it asks for the pulse of the session each second, and swaps what changed. Works without it.
(() => {
  const root = () => document.querySelector("[data-sitting]");
  if (!root()) return;
  const EVERY = 1000, LATER = 5000;
  const KEYS = { n: "next", ArrowRight: "next", ArrowLeft: "previous" };
  const parts = (page) => new Map([...page.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
  const typed = new Set(root().dataset.typed === undefined ? [] : ["decision"]);
  let asked = false;

  const say = (words) => { document.querySelector("[data-live]").textContent = words; };
  const opened = (part) => [...part.querySelectorAll("details")].map((one) => one.open);

  // A part is replaced when it differs; one where something is being typed stays as it is.
  const swap = (fresh) => {
    const old = parts(document), next = parts(fresh);
    const moved = root().querySelector("h1")?.textContent !== fresh.querySelector("[data-sitting] h1")?.textContent;
    if (moved && typed.has("decision")) { say("L’écran est passé à un autre point. Votre saisie est conservée."); return false; }
    if ([...next.keys()].join() !== [...old.keys()].join()) {
      root().replaceWith(document.adoptNode(fresh.querySelector("[data-sitting]")));
      typed.clear();
    } else {
      for (const [name, part] of next) {
        const here = old.get(name);
        if (here.isEqualNode(part) || (typed.has(name) && !moved)) continue;
        const states = opened(here), focused = here.contains(document.activeElement) && document.activeElement.id;
        here.replaceWith(document.adoptNode(part));
        if (!moved) [...part.querySelectorAll("details")].forEach((one, rank) => { one.open = states[rank] ?? one.open; });
        if (focused) document.getElementById(focused)?.focus();
      }
      if (moved) typed.clear();
      root().dataset.pulse = fresh.querySelector("[data-sitting]").dataset.pulse;
    }
    document.title = fresh.title;
    if (moved) say(root().querySelector("h1").textContent);
    return true;
  };

  const look = async () => {
    if (document.hidden || asked) return EVERY;
    try {
      const answer = await fetch(`${root().dataset.state}?pulse=${root().dataset.pulse}`, { cache: "no-store" });
      if (answer.status === 204) return EVERY;
      if (!answer.ok || answer.redirected) return LATER;
      const page = await fetch(root().dataset.self, { cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      if (!asked && fresh.querySelector("[data-sitting]") && !swap(fresh)) root().dataset.pulse = (await answer.json()).pulse;
      return EVERY;
    } catch { return LATER; }
  };
  const beat = async () => { setTimeout(beat, await look()); };
  setTimeout(beat, EVERY);

  document.addEventListener("input", (event) => {
    const part = event.target.closest("[data-part]");
    if (part && event.target.closest("form")) typed.add(part.dataset.part);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent && asked) event.preventDefault();
    asked = true;
  });
  window.addEventListener("pageshow", () => { asked = false; });

  // Keys of one letter; guichet.js keeps the box that turns them off.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || document.documentElement.dataset.keys === "no") return;
    if (event.target.closest("input, textarea, select")) return;
    const target = document.querySelector(`[data-key="${KEYS[event.key] || event.key.toLowerCase()}"]`);
    if (!target) return;
    event.preventDefault();
    const folded = target.parentElement.closest("details:not([open])");
    if (folded) { folded.open = true; folded.querySelector("summary").focus(); return; }
    if (target.tagName === "DETAILS") {
      target.open = !target.open;
      if (target.open) target.querySelector("select, input:not([type=hidden]), button:not(.visually-hidden)").focus();
      return;
    }
    const needs = target.dataset.needs && document.getElementById(target.dataset.needs);
    if (needs && !needs.value.trim()) needs.focus(); else target.click();
  });
})();
