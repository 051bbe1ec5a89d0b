"use strict";
// Completion, names of languages and keys. Every page works without.
(() => {
  const search = document.querySelector("form.search");
  const box = search.querySelector("#word");
  const list = document.createElement("ul");
  let chosen = -1, asked = null, waiting = 0;

  list.id = "completions";
  list.className = "completions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Words that begin so");
  list.hidden = true;
  box.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id],
    ["aria-autocomplete", "list"]]) box.setAttribute(name, value);

  function close() {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(place) {
    const options = [...list.children];
    if (!options.length) return;
    chosen = (place + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
    box.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({block: "nearest"});
  }

  function go(word) {
    const where = new URLSearchParams({word: word.word, lang: word.language});
    const to = search.elements.to.value;
    if (to && to !== word.language) where.set("to", to);
    location.assign(`/word?${where}`);
  }

  function show(words) {
    list.replaceChildren(...words.map((word, number) => {
      const option = document.createElement("li");
      option.id = `completion-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const written = document.createElement("bdi");
      written.lang = word.language;
      written.textContent = word.word.slice(0, 80);
      const code = document.createElement("span");
      code.className = "code";
      code.textContent = word.language;
      option.append(written, " ", code);
      option.addEventListener("mousedown", (event) => { event.preventDefault(); go(word); });
      return option;
    }));
    list.words = words;
    chosen = -1;
    list.hidden = !words.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
  }

  async function complete() {
    asked?.abort();
    const text = box.value.trim();
    if (!text) return close();
    asked = new AbortController();
    const query = new URLSearchParams({q: text.slice(0, 300), k: "8"});
    if (search.elements.lang.value) query.set("lang", search.elements.lang.value);
    try {
      const answer = await fetch(`/api/complete?${query}`, {signal: asked.signal});
      if (answer.ok && document.activeElement === box) show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  box.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(complete, 60); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      choose(event.key === "ArrowDown" ? chosen + 1 : Math.max(chosen, 0) - 1);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      go(list.words[chosen]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    const named = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (named) {
      event.preventDefault();
      named.click();
    }
  });

  for (const frame of document.querySelectorAll(".picture")) {
    const centre = frame.querySelector(".centre")?.getBoundingClientRect();
    const field = frame.getBoundingClientRect();
    if (centre) frame.scrollTo(centre.x - field.x - field.width / 2, centre.y - field.y - field.height / 2);
  }

  // The browser knows the languages by name.
  let names = null;
  try {
    names = new Intl.DisplayNames(navigator.languages, {type: "language"});
  } catch { /* codes will do */ }
  for (const place of names ? document.querySelectorAll("[data-language]") : []) {
    const code = place.dataset.language;
    let name = code;
    try { name = names.of(code) || code; } catch { continue; }
    if (name === code) continue;
    if (place.classList.contains("code")) place.title = name;
    else place.textContent = name;
  }
})();
