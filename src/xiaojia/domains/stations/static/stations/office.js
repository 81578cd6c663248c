// The list of the desk: where the window is narrow, a station opens as its own page instead of beside the list.

const BESIDE = "(min-width: 1200px)";

document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.target.closest?.("[data-wide-panel]");
  if (link && !window.matchMedia(BESIDE).matches) {
    event.preventDefault();
    location.assign(link.href);
  }
});

// The chips of reasons write into the field of the reason.
for (const form of document.querySelectorAll("[data-reasons]")) {
  const chips = form.querySelector("[data-reason-chips]");
  const field = form.querySelector("[name=reason]");
  chips.hidden = false;
  chips.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-reason]");
    if (!chip) return;
    field.value = chip.dataset.reason;
    field.focus();
  });
}
