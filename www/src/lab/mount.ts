// Mounts the fault panel beside the application, so that it stays when a fault takes the application down.
import { createApp } from "vue";
import FaultPanel from "./FaultPanel.vue";

export function mount(): void {
  const place = document.createElement("div");
  place.id = "lab-panel";
  document.body.append(place);
  createApp(FaultPanel).mount(place);
}
