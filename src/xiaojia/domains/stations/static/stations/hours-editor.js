// The editor of opening hours: adds rows and copies days; everything else is plain form. Without it the page works with one spare row a day.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function prefix(day) {
  return day.querySelector("[data-hours-line] input").name.replace(/-\d+-start$/, "");
}

const blank = (line) => all("input[type=text]", line).every((input) => !input.value);

// With a script the spare rows wait out of sight until "加一段" asks for one.
function hideSpares(day) {
  all("[data-hours-line]", day).forEach((line, at) => { line.hidden = at > 0 && blank(line); });
}

function addLine(day) {
  const lines = all("[data-hours-line]", day);
  const spare = lines.find((row) => row.hidden);
  if (spare) {
    spare.hidden = false;
    return spare;
  }
  const line = lines[lines.length - 1].cloneNode(true);
  const name = prefix(day);
  all("input", line).forEach((input) => {
    const part = input.name.slice(input.name.lastIndexOf("-") + 1);
    input.name = `${name}-${lines.length}-${part}`;
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  });
  lines[lines.length - 1].after(line);
  return line;
}

function read(day) {
  return all("[data-hours-line]", day).map((line) => all("input", line).map((input) => (input.type === "checkbox" ? input.checked : input.value)));
}

function write(day, rows) {
  all("[data-hours-line]", day).forEach((line) => { line.hidden = false; });
  while (all("[data-hours-line]", day).length < rows.length) addLine(day);
  all("[data-hours-line]", day).forEach((line, at) => {
    all("input", line).forEach((input, part) => {
      const value = rows[at] ? rows[at][part] : "";
      if (input.type === "checkbox") input.checked = Boolean(value);
      else input.value = value || "";
    });
  });
  hideSpares(day);
}

function copy(button) {
  const from = button.closest("[data-hours-day]");
  const days = all("[data-hours-day]", button.closest("[data-hours-week]"));
  const rows = read(from);
  const whole = from.querySelector("[name$='-all']").checked;
  days.forEach((day, at) => {
    if (day === from || (button.dataset.hoursCopy === "work" && at > 4)) return;
    write(day, rows);
    day.querySelector("[name$='-all']").checked = whole;
  });
  button.form.querySelector("[data-hours-preview]").dispatchEvent(new Event("hours:changed", { bubbles: true }));
}

for (const form of all("[data-hours]")) {
  all("[data-hours-add]", form).forEach((button) => { button.hidden = false; });
  all("[data-hours-day]", form).forEach(hideSpares);
  all("[data-hours-week] [data-hours-day]", form).forEach((day, at) => {
    const first = at % 7 === 0;
    all("[data-hours-copy]", day).forEach((button) => { button.hidden = !(first || button.dataset.hoursCopy === "all"); });
  });
  form.addEventListener("click", (event) => {
    const adder = event.target.closest("[data-hours-add]");
    if (adder) addLine(adder.closest("[data-hours-day]")).querySelector("input").focus();
    const copier = event.target.closest("[data-hours-copy]");
    if (copier) copy(copier);
  });
  // What people will see follows the typing: the same form asked for a preview, its aside taken over.
  let waiting = 0;
  const preview = async () => {
    const data = new FormData(form);
    data.set("verb", "preview");
    const answer = await fetch(location.href, { method: "POST", body: data });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#preview dl, #preview .dim");
    const shown = form.querySelector("#preview dl, #preview .dim");
    const refused = page.querySelector(".notice-trouble");
    if (refused) shown.replaceWith(Object.assign(document.createElement("p"), { className: "dim", textContent: refused.textContent.trim() }));
    else if (fresh && shown) shown.replaceWith(fresh);
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => preview().catch(() => {}), 500);
  };
  form.addEventListener("change", later);
  form.addEventListener("hours:changed", later);
}
