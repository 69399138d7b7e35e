"use strict";
// Comforts only: every page works without this file.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (target, name, act) => target.addEventListener(name, act);
  document.documentElement.classList.add("js");
  all("[data-focus]").slice(0, 1).forEach((box) => box.focus());

  // Frame: the menu of small screens; menus that close by themselves.
  all("[data-toggle]").forEach((button) => {
    const target = document.getElementById(button.dataset.toggle);
    button.hidden = false;
    on(button, "click", () => button.setAttribute("aria-expanded", target.classList.toggle("is-open")));
  });
  const close = (menu) => { menu.open = false; };
  on(document, "click", (event) => all("details.menu[open]").forEach((menu) => menu.contains(event.target) || close(menu)));
  all("details.menu").forEach((menu) => {
    on(menu, "keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      close(menu);
      menu.querySelector("summary").focus();
    });
    on(menu, "focusout", (event) => event.relatedTarget && !menu.contains(event.relatedTarget) && close(menu));
  });

  // Keys of one sign, which may be turned off (RGAA 12.10): « / » goes to the search.
  const root = document.documentElement.dataset;
  try { root.keys = localStorage.getItem("keys") || "yes"; } catch { root.keys = "yes"; }
  all("[data-keys]", document.body).forEach((box) => { box.closest("p").hidden = false; box.checked = root.keys !== "no"; });
  on(document, "change", (event) => {
    if (!event.target.matches("[data-keys]")) return;
    root.keys = event.target.checked ? "yes" : "no";
    try { localStorage.setItem("keys", root.keys); } catch { /* kept for this page only */ }
  });
  on(document, "keydown", (event) => {
    const search = document.getElementById("search");
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || !search || root.keys === "no") return;
    if (event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    search.select();
    search.scrollIntoView({ block: "nearest" });
  });

  // Copy, print.
  if (navigator.clipboard) all("[data-copy]").forEach((button) => {
    const word = button.querySelector("[data-copy-word]");
    button.hidden = false;
    on(button, "click", async () => {
      try { await navigator.clipboard.writeText(button.dataset.copy); word.textContent = "Copié"; }
      catch { word.textContent = "Copie impossible"; }
      setTimeout(() => { word.textContent = "Copier"; }, 2500);
    });
  });
  all("[data-print]").forEach((button) => { button.hidden = false; on(button, "click", () => window.print()); });

  // Forms: one sending, a draft kept, a warning before leaving.
  all("form[method=post]").forEach((form) => on(form, "submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  }));
  on(window, "pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
  all("form[data-guard]").forEach((form) => {
    let unsaved = false, timer = 0;
    const status = document.createElement("p");
    status.className = "draft";
    status.setAttribute("role", "status");
    form.append(status);
    const save = async () => {
      const fields = new FormData(form);
      for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
      const token = fields.get("csrf_token");
      unsaved = false;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: fields, headers: { "X-CSRFToken": token } });
        if (!answer.ok || answer.redirected) throw new Error(answer.status);
        const now = new Date();
        status.textContent = `Brouillon enregistré à ${now.getHours()}\u00a0h\u00a0${String(now.getMinutes()).padStart(2, "0")}`;
      } catch {
        unsaved = true;
        status.textContent = "Le brouillon n’a pas pu être enregistré. Ce que vous avez saisi reste sur cette page.";
      }
    };
    on(form, "input", () => {
      unsaved = true;
      clearTimeout(timer);
      if (form.dataset.autosave) timer = setTimeout(save, 1500);
    });
    on(window, "beforeunload", (event) => unsaved && !form.dataset.sent && event.preventDefault());
    on(form, "submit", () => clearTimeout(timer));
  });

  // The week: presets, a day copied on the others, the sum of the hours.
  const minutes = (text) => {
    const found = /^(\d{1,2})[h:]?(\d{2})?$/.exec(text.replace(/\s/g, "").toLowerCase());
    return found && (found[2] || 0) < 60 ? found[1] * 60 + Number(found[2] || 0) : NaN;
  };
  const clock = (value) => `${Math.floor(value / 60)}h${value % 60 ? String(value % 60).padStart(2, "0") : ""}`;
  all("[data-week]").forEach((editor) => {
    const days = all("[data-day]", editor);
    const boxes = (day) => all("input", day);
    const sum = editor.querySelector("[data-week-sum]");
    const show = () => {
      let total = 0;
      days.forEach((day) => {
        const typed = boxes(day).map((box) => minutes(box.value));
        for (const start of [0, 2]) if (typed[start + 1] > typed[start]) total += typed[start + 1] - typed[start];
      });
      const hours = (total / 60).toLocaleString("fr-FR", { maximumFractionDigits: 2 });
      sum.textContent = total ? `${hours}\u00a0h par semaine` : "";
      sum.hidden = !total;
    };
    const changed = () => { show(); editor.dispatchEvent(new Event("input", { bubbles: true })); };
    all("[data-presets], [data-with-script]", editor).forEach((group) => { group.hidden = false; });
    all("[data-preset]", editor).forEach((button) => on(button, "click", () => {
      all("input", editor).forEach((box) => { box.value = ""; });
      JSON.parse(button.dataset.preset).forEach(([weekday, start, end]) => {
        const free = boxes(days[weekday - 1]).filter((box) => !box.value);
        [start, end].forEach((value, index) => { if (free[index]) free[index].value = clock(value); });
      });
      changed();
    }));
    all("[data-copy-day]", editor).forEach((button) => {
      button.hidden = false;
      on(button, "click", () => {
        const from = boxes(button.closest("[data-day]")).map((box) => box.value);
        days.slice(0, 5).forEach((day) => boxes(day).forEach((box, index) => { box.value = from[index]; }));
        changed();
      });
    });
    all("input", editor).forEach((box) => on(box, "change", () => {
      const value = minutes(box.value);
      if (value >= 0 && value <= 1440) box.value = clock(value);
      show();
    }));
    show();
  });
})();
