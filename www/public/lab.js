// The remote control's buttons: each posts to the fault server, then the state is read again.
const now = document.getElementById("now");

async function show() {
  try {
    const state = await (await fetch("/lab/state", { cache: "no-store" })).json();
    now.textContent = `当前故障：${state.fault ?? "无"}　守护：${state.guard ? "开" : "关"}　版本：${String(state.build).toUpperCase()}`;
  } catch (error) {
    now.textContent = `服务器没有答复：${error.message}`;
  }
}

for (const button of document.querySelectorAll("button[data-path]")) {
  button.addEventListener("click", async () => {
    const { path, body } = button.dataset;
    await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => undefined);
    await show();
  });
}
show();
