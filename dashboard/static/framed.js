// Airflow's page shows this one in a frame whose sandbox opens no windows: a click on a link that
// leads elsewhere would do nothing. The frame around is of the same origin and may open one.

const elsewhere = (link) => link.target === "_blank" || link.origin !== location.origin;

if (window.parent !== window) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const plain = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !plain || event.defaultPrevented || !elsewhere(link)) return;
    if (link.protocol !== "http:" && link.protocol !== "https:") return;
    event.preventDefault();
    window.parent.open(link.href, "_blank", "noopener,noreferrer");
  });
}
