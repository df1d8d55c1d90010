// Small things that all pages share; each works without, by a button or a link.
// @ts-check

for (const field of document.querySelectorAll("[data-submits]")) {
  field.addEventListener("change", () => {
    /** @type {HTMLSelectElement} */ (field).form?.requestSubmit();
  });
}

// A choice of another brand keeps "so many days" as it is: the dates are sent only where changed.
for (const form of document.querySelectorAll("form.period")) {
  const dates = [...form.querySelectorAll("input[type=date]")];
  const quick = form.querySelector("a[aria-current]");
  form.addEventListener("submit", () => {
    const changed = dates.some((d) => {
      const input = /** @type {HTMLInputElement} */ (d);
      return input.value !== input.defaultValue;
    });
    if (changed || !quick) return;
    for (const d of dates) /** @type {HTMLInputElement} */ (d).disabled = true;
    const days = new URL(/** @type {HTMLAnchorElement} */ (quick).href).searchParams.get("days");
    const kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = "days";
    kept.value = days ?? "28";
    form.append(kept);
  });
}

document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `tidings-theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new Event("tidings:theme"));
});
