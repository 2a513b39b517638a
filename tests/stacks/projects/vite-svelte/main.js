// The page of app/svelte, as this project has it.
import "../../app/svelte/main.js";
