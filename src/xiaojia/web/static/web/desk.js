// What the desk does beyond links and forms. Each behaviour is one function, attached by a data- attribute; all of it is extra.

const TYPING = "textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio]):not([type=button])";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Show a short message for four seconds. */
export function toast(text) {
  const box = document.querySelector("[data-toast]");
  if (!box) return;
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, 4000);
}

// [data-opens="id"] opens a <dialog>; [data-close] closes it.
function dialogs(event) {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog && dialog.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
}

// form[data-confirm="…{n}…"]: asks before it is sent, with the number of ticked rows.
function confirmations(event) {
  const form = event.target;
  const asker = event.submitter?.dataset.confirm ? event.submitter : form;
  const text = asker.dataset?.confirm;
  if (text && !window.confirm(text.replace("{n}", ticked(form).length))) event.preventDefault();
}

const ticked = (root) => all("[data-select-row]:checked", root);

// [data-select-all] ticks every [data-select-row] of its form; [data-bulk] appears with the number in [data-bulk-count].
function selection(event) {
  const box = event.target;
  if (!box.matches("[data-select-all], [data-select-row]")) return;
  const form = box.form || document;
  const rows = all("[data-select-row]", form);
  if (box.matches("[data-select-all]")) rows.forEach((row) => { row.checked = box.checked; });
  showSelection(form, rows);
}

function showSelection(form, rows) {
  const count = rows.filter((row) => row.checked).length;
  rows.forEach((row) => row.closest("tr")?.classList.toggle("is-ticked", row.checked));
  const head = form.querySelector("[data-select-all]");
  if (head) {
    head.checked = count > 0 && count === rows.length;
    head.indeterminate = count > 0 && count < rows.length;
  }
  all("[data-bulk]", form).forEach((bar) => { bar.hidden = count === 0; });
  all("[data-bulk-count]", form).forEach((node) => { node.textContent = count; });
}

// tr[data-href]: a click anywhere in the row follows its first link (so htmx on the link works too).
function rowClick(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, summary") || getSelection().toString()) return;
  const link = row.querySelector("a[data-row-link]");
  if (link) link.click();
  else location.assign(row.dataset.href);
}

// [data-panel-close] empties the detail beside the list and gives the focus back.
function panelClose(event) {
  const key = event.type === "keydown" && event.key === "Escape";
  const button = event.type === "click" && event.target.closest("[data-panel-close]");
  const panel = document.getElementById("panel");
  if (!panel || !panel.childElementCount || !(key || button)) return;
  if (key && (document.querySelector("dialog[open], details[data-menu][open]") || event.target.closest(TYPING))) return;
  event.preventDefault();
  panel.replaceChildren();
  document.body.classList.remove("has-panel");
  document.querySelector("tr.is-open a[data-row-link]")?.focus();
  all("tr.is-open").forEach((row) => row.classList.remove("is-open"));
}

function panelFilled(event) {
  if (event.detail?.target?.id !== "panel") return;
  document.body.classList.add("has-panel");
  const from = event.detail.requestConfig?.elt?.closest("tr");
  all("tr.is-open").forEach((row) => row.classList.remove("is-open"));
  from?.classList.add("is-open");
}

// form[data-dirty]: warns before the page with unsaved changes is left.
function dirtyForms() {
  let dirty = false;
  document.addEventListener("input", (event) => { if (event.target.form?.matches("[data-dirty]")) dirty = true; });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}

// [data-columns="key"]: checkboxes named after th[data-col]; what is hidden is kept on this machine.
function columns(root = document) {
  all("[data-columns]", root).forEach((chooser) => {
    const key = `columns:${chooser.dataset.columns}`;
    const table = document.getElementById(chooser.dataset.table);
    let off = [];
    try { off = JSON.parse(localStorage.getItem(key) || "[]"); } catch { off = []; }
    const show = () => all("[data-col]", table).forEach((cell) => { cell.hidden = off.includes(cell.dataset.col); });
    all("input[type=checkbox]", chooser).forEach((box) => {
      box.checked = !off.includes(box.value);
      box.onchange = () => {
        off = all("input[type=checkbox]", chooser).filter((b) => !b.checked).map((b) => b.value);
        try { localStorage.setItem(key, JSON.stringify(off)); } catch { /* private window: kept for this page only */ }
        show();
      };
    });
    if (table) show();
  });
}

// "/" puts the cursor into [data-search-key].
function searchKey(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest(TYPING)) return;
  const box = document.querySelector("[data-search-key]");
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
}

// details[data-menu]: one open at a time, closed by a click elsewhere or Escape.
function menus(event) {
  const inside = event.target.closest?.("details[data-menu]");
  all("details[data-menu][open]").forEach((menu) => {
    if (event.type === "keydown" ? event.key === "Escape" : menu !== inside) {
      menu.open = false;
      if (event.type === "keydown") menu.querySelector("summary").focus();
    }
  });
}

// select or input with [data-autosubmit] sends its form; [data-print] prints; [data-copy="text"] copies.
function small(event) {
  if (event.type === "change" && event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  if (event.type !== "click") return;
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier) navigator.clipboard?.writeText(copier.dataset.copy).then(() => toast(copier.dataset.copied || "✓"));
}

for (const handler of [dialogs, rowClick, panelClose, menus, small]) document.addEventListener("click", handler);
for (const handler of [panelClose, searchKey, menus]) document.addEventListener("keydown", handler);
for (const handler of [selection, small]) document.addEventListener("change", handler);
document.addEventListener("submit", confirmations);
document.addEventListener("htmx:afterSwap", panelFilled);
document.addEventListener("htmx:afterSettle", (event) => columns(event.target));
dirtyForms();
columns();
document.querySelector("[data-focus]")?.focus();
