// What an upload shows before it is sent: the file's name, and that it is too large. All of it is extra.

const MAX_BYTES = 30 * 1024 * 1024;

for (const input of document.querySelectorAll('input[type="file"]')) {
  const box = input.closest(".file");
  const words = box && box.querySelector("[data-file-name]");
  if (!words) continue;
  input.addEventListener("change", () => {
    const file = input.files[0];
    if (!file) return;
    const megabytes = (file.size / 1048576).toFixed(1);
    words.textContent = `${file.name}（${megabytes} MB）`;
    const field = input.closest(".field");
    field.classList.toggle("is-wrong", file.size > MAX_BYTES);
  });
  for (const name of ["dragenter", "dragover"]) box.addEventListener(name, () => box.classList.add("is-over"));
  for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("is-over"));
}
